"""Writes ``docs/controls.md``, and the tables of types in ``custom-controls.md`` and ``drift.md``, from the program.

    tox run -e docs

``--check`` writes nothing, and exits with status 1 where the file is stale. It stands outside the packages because it
knows both: the controls of ``verify`` and the faults of ``stack``.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from stack_verify.controls import CONTROLS, MODULES
from stack_verify.core import coverage
from stack_verify.core.control import Control
from stack_verify.core.evaluate import RESERVED
from stack_verify.drift import TABLES
from stack_verify.resources import RESOURCES

import stack
from stack.local.faults import FAULTS

# Faults on the snapshot and the proofs of probes are a matter of the tests, which are not a package.
sys.path.append(str(Path(stack.__file__).parents[1] / "tests"))
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from probe import test_probes  # noqa: F401 - its tests say what they prove
from support.proofs import PROVEN

HERE = Path(__file__).parent
DOCUMENT = HERE / "controls.md"
OWN_CONTROLS = HERE / "custom-controls.md"
COMPARED = HERE / "drift.md"
PROPERTIES = "| type | properties |\n|---|---|\n"
BEGIN = "<!-- resources: written by `tox run -e docs`; a test compares -->"
END = "<!-- end of resources -->"
NOT_BUILT = HERE / "not-built.tsv"

INTRODUCTION = """\
# Controls

<!-- Written by `tox run -e docs`. Do not edit it: a test compares. -->

{controls} controls, each on every resource of the stack that it speaks of. Each is proven by faults: something is
broken in the live state of a deployed stack, on the emulator and through boto3, and exactly the findings that the
fault names must change, the control's own to `failed`. What is broken and declared drifts besides: which findings of
drift change is held to a table, fault by fault. `python -m stack.local demo --break FAULT` shows it. Where the
emulator cannot show a fault, it is made on the snapshot: in what was read of the compliant stack one thing is changed,
and again exactly the findings that the fault names must change. Controls of [probes](probes.md) are proven on real
servers that are unwell. A control without a proof fails the build.

Besides the controls, a run judges itself: {reserved}.
"""


def main(arguments: list[str]) -> int:
    """Writes or checks the documents; returns 0, or 1 where one is stale."""
    stale = {path: text for path, text in documents().items() if not _holds(path, text)}
    for path, text in stale.items():
        if "--check" in arguments:
            print(f"{path.name} is stale: run tox run -e docs", file=sys.stderr)
        else:
            path.write_text(text, encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def documents() -> dict[Path, str]:
    """What each document is to be."""
    return {
        DOCUMENT: document(),
        OWN_CONTROLS: _with_resources(OWN_CONTROLS.read_text(encoding="utf-8")),
        COMPARED: _with_properties(COMPARED.read_text(encoding="utf-8")),
    }


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


def _with_properties(text: str) -> str:
    """The document on drift, with the properties of each type that are compared."""
    head, begin, rest = text.partition(PROPERTIES)
    rows = "\n".join(
        f"| `{table.types[0]}` | {', '.join(f'`{field.path}`' for field in table.fields)} |"
        for table in sorted(TABLES, key=attrgetter("types"))
    )
    _, end, after = rest.partition("\n\n")
    return f"{head}{begin}{rows}{end}{after}"


def _with_resources(text: str) -> str:
    """The document on controls of a team's own, with the types of resources that ``api`` exports, by service."""
    services = defaultdict[str, list[str]](list)
    for kind in RESOURCES:
        services[kind.__module__.rpartition(".")[2]].append(f"`{kind.__name__}`")
    rows = (f"| {service} | {', '.join(sorted(names))} |" for service, names in sorted(services.items()))
    before, _, rest = text.partition(BEGIN)
    return "\n".join(
        (f"{before}{BEGIN}\n", "| service | types |\n| --- | --- |", *rows, f"\n{END}{rest.partition(END)[2]}")
    )


def document() -> str:
    """The whole of ``controls.md``."""
    reserved = " and ".join(f"`{control}`" for control in RESERVED)
    parts = (
        INTRODUCTION.format(controls=len(CONTROLS), reserved=reserved),
        *_concerns(),
        f"## By specification\n\n{coverage.markdown(CONTROLS)}\n",
        *_not_built(),
    )
    return "\n".join(parts)


def _concerns() -> Iterator[str]:
    titles = {module.__name__.rpartition(".")[2]: module.__doc__ or "" for module in MODULES}
    concern = attrgetter("concern")
    for name, controls in groupby(sorted(CONTROLS, key=concern), key=concern):
        yield f"## {titles[name].partition(chr(10))[0].rstrip('.')}\n"
        for control in controls:
            yield "\n".join(_section(control)) + "\n"


def _section(control: Control) -> Iterator[str]:
    yield f"### {control.id}\n"
    yield f"{control.title}. Severity **{control.severity}**, judges `{control.subject.kind()}`.\n"
    cited = (f"{each.id} {each.title} ({coverage.obligation(each)})" for each in control.citations)
    yield f"- HIPAA: {'; '.join(cited)}"
    if control.config_rule or control.security_hub:
        yield f"- AWS: {', '.join(_aws(control))}"
    yield f"- Remedy: {control.remediation}"
    for fault in FAULTS.values():
        if fault.control == control.id:
            yield f"- Fault `{fault.name}`: {fault.title} Proven live, on the {fault.stack} stack."
    if control.id in PROVEN:
        yield f"- Probe: proven on real servers by `{PROVEN[control.id]}`."
    for fault in SNAPSHOT_FAULTS.values():
        if fault.control == control.id:
            made = f"Made on the snapshot of the {fault.stack} stack, because {fault.because}."
            yield f"- Fault `{fault.name}`: {fault.title} {made}"


def _aws(control: Control) -> Iterator[str]:
    if control.config_rule:
        yield f"Config rule `{control.config_rule}`"
    if control.security_hub:
        yield f"Security Hub {control.security_hub}"
    if control.nist:
        yield f"which AWS relates to NIST SP 800-53r5 {' '.join(control.nist)}"


def _not_built() -> Iterator[str]:
    yield "## Not built\n"
    yield "Checks that other catalogues have and this one has not, each with the reason.\n"
    yield "| check | severity | reason |\n| --- | --- | --- |"
    yield from (f"| {' | '.join(row)} |" for row in _rows(NOT_BUILT))
    yield ""


def _rows(table: Path) -> list[list[str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
