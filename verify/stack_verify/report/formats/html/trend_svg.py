"""The trend of a stack's audits as a plot, to stand in a page of any colours: it draws in the colour of the text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from stack_verify.comparison.trend import AuditCounts, Trend
from stack_verify.report.text import printable
from stack_verify.report.trend_text import stack_name
from stack_verify.vocabulary import Status

WIDTH, HEIGHT = 720, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 12, 28, 28
_OPENING = (
    f'<svg role="img" aria-labelledby="trend-title trend-desc" viewBox="0 0 {WIDTH} {HEIGHT}" width="100%" '
    'fill="none" stroke="currentColor" font-size="12" font-family="sans-serif">'
)
# Told apart by their dashes, since a page may be printed or read without colours.
_LINES = {Status.FAILED: "none", Status.ERROR: "6 4", Status.WAIVED: "2 3"}


def trend_svg(trend: Trend) -> str:
    """One ``svg`` element: how many findings failed, could not be verified and were waived in each audit.

    All text in it is escaped. Empty where there are fewer than two audits.
    """
    audits = trend.audits
    if len(audits) < 2:  # noqa: PLR2004 - what a line needs
        return ""
    most = max(1, *(audit.by_status[status] for audit in audits for status in _LINES))
    first, last = (f"{audit.taken_at:%Y-%m-%d}" for audit in (audits[0], audits[-1]))
    title = _safe(f"Open findings of {stack_name(trend)} from {first} to {last}")
    counts = "; ".join(f"{status}: {_counts(audits, status)}" for status in _LINES)
    return "\n".join(
        [
            _OPENING,
            f'<title id="trend-title">{title}</title>',
            f'<desc id="trend-desc">{_safe(f"{len(audits)} audits, oldest first. {counts}")}</desc>',
            f'<path d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}" opacity="0.4"/>',
            _text(_LEFT - 6, _TOP + 4, str(most), "end"),
            _text(_LEFT - 6, HEIGHT - _BOTTOM + 4, "0", "end"),
            _text(_LEFT, HEIGHT - 8, first, "start"),
            _text(WIDTH - _RIGHT, HEIGHT - 8, last, "end"),
            *(_line(audits, status, most, number) for number, status in enumerate(_LINES)),
            "</svg>",
        ]
    )


def _counts(audits: Sequence[AuditCounts], status: Status) -> str:
    return ", ".join(str(audit.by_status[status]) for audit in audits)


def _line(audits: Sequence[AuditCounts], status: Status, most: int, number: int) -> str:
    start = audits[0].taken_at
    span = (audits[-1].taken_at - start).total_seconds() or 1
    points = " ".join(
        f"{_LEFT + (WIDTH - _LEFT - _RIGHT) * (audit.taken_at - start).total_seconds() / span:.1f},"
        f"{HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * audit.by_status[status] / most:.1f}"
        for audit in audits
    )
    key = _LEFT + 110 * number
    dash = f'stroke-width="2" stroke-dasharray="{_LINES[status]}"'
    return f'<path d="M{key} 12h24" {dash}/>{_text(key + 30, 16, status, "start")}<polyline points="{points}" {dash}/>'


def _text(x: int, y: int, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="currentColor" stroke="none">{_safe(text)}</text>'


def _safe(text: str) -> str:
    return escape(printable(text))
