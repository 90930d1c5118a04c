"""What the whole fleet came to: for programs, for a pipeline, and as one page for people."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path

import jinja2
import msgspec

from stack_verify.errors import FleetError
from stack_verify.fleet.verification import UNREAD, Row
from stack_verify.report.text import one_line, printable
from stack_verify.util.atomic_write import write_whole
from stack_verify.util.installed import version
from stack_verify.vocabulary import Severity

PASSED, FAILED, NOTHING = 0, 1, 5
# Which exit status of a stack is that of the fleet: a failure before a stack that was not verified.
_WORST = (FAILED, UNREAD, NOTHING, PASSED)
_SEVERITIES = tuple(Severity)


class ControlOfFleet(msgspec.Struct, frozen=True, kw_only=True):
    """A control with open findings: how many there are, in which stacks."""

    control: str
    title: str
    severity: Severity
    count: int
    stacks: tuple[str, ...]


class Fleet(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of all stacks, the worst first, and the controls that are open in some, the most severe first."""

    version: str
    exit_status: int
    stacks: tuple[Row, ...]
    controls: tuple[ControlOfFleet, ...]

    @property
    def verdict(self) -> str:
        """What it came to, in one line of counts."""
        counted = {status: sum(row.exit_status == status for row in self.stacks) for status in _WORST}
        words = {FAILED: "failed", UNREAD: "not verified", NOTHING: "with nothing to verify", PASSED: "passed"}
        parts = [f"{counted[status]} {word}" for status, word in words.items() if counted[status]]
        judged, named = sum(row.judged for row in self.stacks), sum(row.named for row in self.stacks)
        return f"{len(self.stacks)} stacks: {', '.join(parts)}; {judged} of {named} resources judged"


def fleet_of(rows: Iterable[Row]) -> Fleet:
    """The fleet of these rows."""
    ordered = tuple(sorted(rows, key=lambda row: (_WORST.index(row.exit_status), -_weight(row), row.name)))
    worst = min((row.exit_status for row in ordered), key=_WORST.index, default=NOTHING)
    return Fleet(version=version(), exit_status=worst, stacks=ordered, controls=_controls(ordered))


def write(fleet: Fleet, folder: Path) -> list[Path]:
    """Writes ``fleet.json``, ``fleet.junit.xml`` and ``fleet.html`` into the folder, and returns their paths.

    Raises:
        FleetError: when one cannot be written.
    """
    made = {"fleet.json": _json(fleet), "fleet.junit.xml": _junit(fleet), "fleet.html": _page(fleet, folder)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in made.items():
            _write(folder / name, content)
    except OSError as error:
        raise FleetError(f"{folder}: cannot be written to ({error.strerror}). Name another with --reports.") from error
    return [folder / name for name in made]


def _write(path: Path, content: bytes) -> None:
    write_whole(path, lambda stream: stream.write(content))


def _weight(row: Row) -> int:
    """How bad the open findings of a stack are: one of a severity outweighs ten of the next."""
    return sum(10 ** (len(_SEVERITIES) - _SEVERITIES.index(each.severity)) * each.count for each in row.open)


def _controls(rows: Sequence[Row]) -> tuple[ControlOfFleet, ...]:
    found = defaultdict(list)
    for row in rows:
        for each in row.open:
            found[each.control].append((row.name, each))
    made = (
        ControlOfFleet(
            control=name,
            title=held[0][1].title,
            severity=held[0][1].severity,
            count=sum(each.count for _, each in held),
            stacks=tuple(stack for stack, _ in held),
        )
        for name, held in found.items()
    )
    return tuple(sorted(made, key=lambda each: (_SEVERITIES.index(each.severity), -len(each.stacks), each.control)))


def _json(fleet: Fleet) -> bytes:
    return msgspec.json.format(msgspec.json.encode(fleet), indent=1) + b"\n"


def _junit(fleet: Fleet) -> bytes:
    """A suite a stack: a case for each control with open findings, or one that it passed."""
    root = ET.Element("testsuites", {"name": "stack-verify fleet"})
    for row in fleet.stacks:
        errors, failures = int(row.error is not None), 0 if row.error else len(row.open)
        count = max(1, len(row.open))
        numbers = {"tests": str(count), "failures": str(failures), "errors": str(errors)}
        suite = ET.SubElement(root, "testsuite", {"name": one_line(row.name), **numbers, "time": f"{row.seconds:.3f}"})
        for each in row.open:
            case = ET.SubElement(suite, "testcase", {"classname": one_line(row.name), "name": each.control})
            told = f"{each.count} open findings: {each.title}"
            ET.SubElement(case, "failure", {"type": str(each.severity), "message": one_line(told)})
        if not row.open:
            case = ET.SubElement(suite, "testcase", {"classname": one_line(row.name), "name": "verification"})
            if row.error is not None:
                ET.SubElement(case, "error", {"message": one_line(row.error)}).text = printable(row.error)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _page(fleet: Fleet, folder: Path) -> bytes:
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    template = environment.from_string(files(__package__).joinpath("fleet.html.jinja").read_text(encoding="utf-8"))
    css = files("stack_verify.report.formats.html").joinpath("report.css").read_text(encoding="utf-8")
    links = {row.name: _link(row, folder) for row in fleet.stacks}
    return template.render(fleet=fleet, css=css, links=links).encode()


def _link(row: Row, folder: Path) -> str | None:
    """Where the stack's own page is, from the fleet's; None where none was written, or it is not below it."""
    page = None if row.page is None else Path(row.folder) / row.page
    return page.relative_to(folder).as_posix() if page is not None and page.is_relative_to(folder) else None
