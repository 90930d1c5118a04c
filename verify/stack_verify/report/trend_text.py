"""The trend of a stack's audits, as text for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from stack_verify.comparison.trend import AuditCounts, ControlTrend, Trend
from stack_verify.report.formats.json import document, plain
from stack_verify.report.text import one_line
from stack_verify.vocabulary import Status

SCHEMA = "stack-verify/history/1"
MOST = 20  # audits, unless all are asked for

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def trends_json(trends: Iterable[Trend]) -> str:
    """The trend of each stack as an indented JSON document."""
    return document({"schema": SCHEMA, "stacks": plain(tuple(trends))})


def trend_text(trend: Trend, *, verbose: bool) -> str:
    """The audits, then each control that was open; without ``verbose`` the last twenty audits."""
    audits = trend.audits if verbose else trend.audits[-MOST:]
    left_out = len(trend.audits) - len(audits)
    lines = [f"{stack_name(trend)} in {trend.account} {trend.region}, audits: {len(trend.audits)}", ""]
    lines += [f"... {left_out} earlier audits: -v shows them"] if left_out else []
    lines += _table([("audit", *Status), *map(_audit, audits)])
    if not trend.controls:
        return "\n".join([*lines, "", "nothing was ever open"])
    head = ("control", "severity", "open", "since", "repaired", "mean time to repair", "longest")
    return "\n".join([*lines, "", *_table([head, *map(_control, trend.controls)])])


def stack_name(trend: Trend) -> str:
    """The project, the name and the suffix of the stack, as far as they are known."""
    return one_line("/".join(part for part in trend.stack if part)) or "unnamed stack"


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units, such as ``3 d 4 h``; ``-`` for none."""
    if seconds is None:
        return "-"
    minutes = round(seconds / _MINUTE)
    days, hours, rest = minutes * _MINUTE // _DAY, minutes * _MINUTE % _DAY // _HOUR, minutes % _MINUTE
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {rest} min" if hours else f"{rest} min"


def _audit(audit: AuditCounts) -> tuple[str, ...]:
    return (f"{audit.taken_at:%Y-%m-%d %H:%M}", *(str(audit.by_status[status]) for status in Status))


def _control(control: ControlTrend) -> tuple[str, ...]:
    repairs = control.repairs
    return (
        one_line(control.control),
        control.severity,
        str(control.open),
        f"{control.open_since:%Y-%m-%d %H:%M}" if control.open_since else "-",
        str(repairs.repaired),
        duration(repairs.mean_seconds),
        duration(repairs.longest_seconds),
    )


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
