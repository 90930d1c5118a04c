"""Writes ``docs/controls.md`` from the catalogue, the faults, the tests of probes and ``not-built.tsv``.

    tox run -e docs

``--check`` writes nothing, and exits with status 1 where the file is stale. It stands outside the packages because it
knows both: the controls of ``verify`` and the faults of ``stack``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from stack_verify.controls import CONTROLS, MODULES
from stack_verify.core import coverage
from stack_verify.core.control import Control
from stack_verify.core.evaluate import RESERVED

import stack
from stack.local.faults import FAULTS

# Faults on the snapshot and the proofs of probes are a matter of the tests, which are not a package.
sys.path.append(str(Path(stack.__file__).parents[1] / "tests"))
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from probe import test_probes  # noqa: F401 - its tests say what they prove
from support.proofs import PROVEN

HERE = Path(__file__).parent
DOCUMENT = HERE / "controls.md"
NOT_BUILT = HERE / "not-built.tsv"

INTRODUCTION = """\
# Controls

<!-- Written by `python docs/generate.py`. Do not edit it: a test compares. -->

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
    """Writes or checks the document; returns 0, or 1 where it is stale."""
    text = document()
    if "--check" in arguments:
        fresh = DOCUMENT.is_file() and DOCUMENT.read_text(encoding="utf-8") == text
        if not fresh:
            print(f"{DOCUMENT.name} is stale: run python docs/generate.py", file=sys.stderr)
        return 0 if fresh else 1
    DOCUMENT.write_text(text, encoding="utf-8")
    return 0


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
