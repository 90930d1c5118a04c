"""Writes ``docs/controls.md`` from the catalogue, the faults and ``not-built.tsv``: ``python docs/generate.py``.

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

from stack.local.faults import FAULTS
from verify import coverage
from verify.control import Control
from verify.controls import CONTROLS, MODULES
from verify.evaluate import RESERVED

HERE = Path(__file__).parent
DOCUMENT = HERE / "controls.md"
NOT_BUILT = HERE / "not-built.tsv"

INTRODUCTION = """\
# Controls

<!-- Written by `python docs/generate.py`. Do not edit it: a test compares. -->

{controls} controls, each on every resource of the stack that it speaks of. Each is proven by faults: something is
broken in the live state of a deployed stack, on the emulator and through boto3, and exactly the findings that the fault
names must change, the control's own to `failed`; what is broken and declared drifts besides.
`python -m stack.local demo --break FAULT` shows it. A control without a fault fails the build.

NIST SP 800-53 rev. 5 controls are those that AWS maps the Config rule to, in its conformance pack for that catalogue.

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


def _aws(control: Control) -> Iterator[str]:
    if control.config_rule:
        yield f"Config rule `{control.config_rule}`"
    if control.security_hub:
        yield f"Security Hub {control.security_hub}"


def _not_built() -> Iterator[str]:
    yield "## Not built\n"
    yield "Checks that other catalogues have and this one has not, or not yet, each with the reason.\n"
    yield "| check | severity | reason |\n| --- | --- | --- |"
    with NOT_BUILT.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
