"""A way through the network as a diagram: from end to end, hop by hop, with a mark where it is blocked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap
from typing import Literal

from stack_verify.network.flow import BLOCKED, PARTLY
from stack_verify.network.hops import BY
from stack_verify.report.text import one_line

# All measures are the diagram's own units, which are pixels where it is not scaled.
WIDTH = 720
LINE = 17  # from one line of text to the next
GAP = 16  # between two steps
AXIS, TEXT = 16, 40  # where the marks stand, and where the text begins
BASE = 4  # from the middle of a line of text down to its base
LETTERS = 90  # as many letters, monospaced and 12 high, as fit beside the marks
RADIUS, INNER = 7, 3
INK, GROUND, RED = "currentColor", "var(--ground, Canvas)", "var(--failed, currentColor)"


@dataclass(frozen=True)
class _Step:
    """An end, or what lets all of the packets pass, a part or none: what it is, by which rules, and what is lost."""

    passes: Literal["end", "all", "some", "none"]
    name: str
    by: str = ""
    lost: str = ""

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Its lines of text, each with the attributes of its look."""
        looks = (
            (self.name, f'fill="{INK}" font-weight="bold"'),
            (self.by, f'fill="{INK}"'),
            (self.lost, f'fill="{RED}"'),
        )
        return tuple((line, look) for text, look in looks for line in wrap(text, LETTERS))


def path_svg(path: Sequence[str], title: str) -> str:
    """The diagram of a finding's ``path``, which has a step at least, as one ``<svg>`` element; ``title`` names it.

    The element is whole, escaped text without ids, styles or scripts, so that it may stand in a page many times. Its
    ink is ``currentColor`` on the page's ``--ground``, and ``--failed`` where packets are lost, as its marks tell too.
    """
    drawn, top = list[str](), GAP
    told = tuple(one_line(step) for step in path)
    steps = tuple(_steps(told))
    for number, step in enumerate(steps, 1):
        below = top + GAP + LINE * len(step.lines)
        if number < len(steps):
            drawn.append(_line((AXIS, top), (AXIS, below), INK))
        drawn += _mark(step, top)
        for at, (line, look) in enumerate(step.lines):
            drawn.append(f'<text x="{TEXT}" y="{top + BASE + at * LINE}" {look}>{escape(line)}</text>')
        top = below
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="path" role="img" width="{WIDTH}" height="{top}" '
        f'viewBox="0 0 {WIDTH} {top}" font-family="ui-monospace, monospace" font-size="12">'
    )
    words = f"<title>{escape(one_line(title))}</title><desc>{escape(' -> '.join(told))}</desc>"
    return f"{head}{words}{''.join(drawn)}</svg>"


def _steps(path: Sequence[str]) -> Iterator[_Step]:
    for number, text in enumerate(path):
        if text.startswith(BLOCKED):
            name, _, lost = text.partition(": ")
            yield _Step("none", name, lost=lost)
        elif number in (0, len(path) - 1):
            yield _Step("end", text)
        else:
            hop, partly, lost = text.partition(PARTLY)
            name, by, rules = hop.partition(BY)
            yield _Step("some" if partly else "all", name, (by + rules).strip(), (partly + lost).strip(", "))


def _mark(step: _Step, top: int) -> Iterator[str]:
    if step.passes == "all":
        yield _circle(top, INNER, INK, fill=INK)
        return
    ink = INK if step.passes == "end" else RED
    yield _circle(top, RADIUS, ink, fill=GROUND)
    # Nothing passes a cross; of what meets a single stroke, some does.
    if step.passes in ("some", "none"):
        yield _line((AXIS - INNER, top + INNER), (AXIS + INNER, top - INNER), ink)
    if step.passes == "none":
        yield _line((AXIS - INNER, top - INNER), (AXIS + INNER, top + INNER), ink)


def _circle(top: int, radius: int, ink: str, *, fill: str) -> str:
    return f'<circle cx="{AXIS}" cy="{top}" r="{radius}" fill="{fill}" stroke="{ink}" stroke-width="2"/>'


def _line(start: tuple[int, int], end: tuple[int, int], ink: str) -> str:
    return f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}" stroke="{ink}" stroke-width="2"/>'
