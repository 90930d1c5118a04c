"""What GitHub Actions shows of a run by itself: annotations, and the summary of the job."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from stack_verify.core.finding import Finding
from stack_verify.errors import ReportError
from stack_verify.report.formats.markdown import markdown
from stack_verify.report.locations import Places
from stack_verify.report.model import Report
from stack_verify.report.text import one_line
from stack_verify.report.wording import named, sentence, worst_first
from stack_verify.vocabulary import OPEN, Severity

# GitHub shows so many of each level for one step of a job, and drops the rest.
MOST_ANNOTATIONS = 10

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "warning"}


def tell_github(report: Report, environment: Mapping[str, str], line: Callable[[str], object]) -> None:
    """Where GitHub Actions runs us, gives each annotation to ``line`` and adds to the summary of the job.

    Raises:
        ReportError: when the file of the job's summary cannot be written.
    """
    if environment.get("GITHUB_ACTIONS") == "true":
        for annotation in commands(report):
            line(annotation)
    if environment.get("GITHUB_STEP_SUMMARY"):
        _add_summary(report, Path(environment["GITHUB_STEP_SUMMARY"]))


def commands(report: Report) -> Iterator[str]:
    """Workflow commands, one a line: the worst failures, and the worst of what could not be verified, first."""
    places = Places(report.snapshot)
    left = dict.fromkeys(_LEVELS.values(), MOST_ANNOTATIONS)
    for finding in worst_first(finding for finding in report.findings if finding.status in OPEN):
        level = _LEVELS[finding.severity]
        left[level] -= 1
        if left[level] >= 0:
            yield _command(level, finding, report.run.stack.source, places.line(finding))


def _command(level: str, finding: Finding, file: str, at: int | None) -> str:
    title = one_line(f"{finding.control}: {finding.title}")
    place = f"file={_property(file)},line={at or 1},title={_property(title)}"
    return f"::{level} {place}::{_data(f'{named(finding)}: {sentence(finding)}')}"


def _data(text: str) -> str:
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _add_summary(report: Report, path: Path) -> None:
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(markdown(report))
    except OSError as error:
        raise ReportError(
            f"{path}: the summary of the job cannot be written ({error.strerror}). Unset GITHUB_STEP_SUMMARY."
        ) from error
