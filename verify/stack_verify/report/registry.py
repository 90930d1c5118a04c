"""The formats by the names that ``--report`` knows them by."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.errors import ReportError
from stack_verify.options import DEFAULT_FORMATS
from stack_verify.report.formats.asff import AsffReport
from stack_verify.report.formats.csv import CsvReport
from stack_verify.report.formats.html import HtmlReport
from stack_verify.report.formats.json import ResultsReport
from stack_verify.report.formats.junit import JunitReport
from stack_verify.report.formats.markdown import MarkdownReport
from stack_verify.report.formats.ocsf import OcsfReport
from stack_verify.report.formats.oscal import OscalReport
from stack_verify.report.formats.sarif import SarifReport
from stack_verify.report.formats.snapshot import SnapshotReport
from stack_verify.report.write import Reporter

FORMATS: dict[str, Reporter] = {
    "junit": JunitReport(),
    "json": ResultsReport(),
    "snapshot": SnapshotReport(),
    "html": HtmlReport(),
    "markdown": MarkdownReport(),
    "csv": CsvReport(),
    "sarif": SarifReport(),
    "asff": AsffReport(),
    "ocsf": OcsfReport(),
    "oscal": OscalReport(),
}
ALL = "all"

__all__ = ["ALL", "DEFAULT_FORMATS", "FORMATS", "reporters"]


def reporters(names: str) -> tuple[Reporter, ...]:
    """The reporters of the formats in ``names``, such as ``junit,sarif`` or ``all``, each once.

    Raises:
        ReportError: when a name is of no format, or there is none.
    """
    asked = tuple(dict.fromkeys(name.strip() for name in names.split(",")))
    unknown = [name for name in asked if name not in FORMATS and name != ALL]
    if unknown:
        raise ReportError(
            f"--report {names}: there is no format {_listed(unknown)}. The formats are {', '.join(FORMATS)}; "
            f"{ALL} names them all."
        )
    return tuple(FORMATS.values() if ALL in asked else (FORMATS[name] for name in asked))


def _listed(names: Iterable[str]) -> str:
    return " and ".join(repr(name) for name in names)
