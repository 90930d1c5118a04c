"""``stack-verify history``: the trend of the recorded audits, and the time until failures were mended."""

from __future__ import annotations

import argparse
import sys
from itertools import groupby
from pathlib import Path

from stack_verify.archive.history import History, load_history
from stack_verify.cli.command import Commands, add_command
from stack_verify.comparison.trend import RecordedAudit, Trend, trend
from stack_verify.errors import HistoryError
from stack_verify.options import DEFAULT_HISTORY
from stack_verify.report.trend_text import trend_text, trends_json
from stack_verify.util.progress import Progress


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "history", "show the trend of the recorded audits", run)
    command.add_argument("history", nargs="?", type=Path, metavar="DIR", default=DEFAULT_HISTORY)
    command.add_argument("--json", action="store_true", help="as JSON")
    command.add_argument("-v", "--verbose", action="store_true", help="every audit")


def run(options: argparse.Namespace) -> int:
    """Prints the trend of each stack; 1 where a file of the history is damaged, which the others do without."""
    history = load_history(options.history, Progress())
    if not history.audits and not history.damaged:
        raise HistoryError(
            f"{options.history}: holds no audits. Record them with: pytest OUTPUTS.json --history {options.history}"
        )
    trends = _trends(history)
    if options.json:
        print(trends_json(trends), end="")
    else:
        print("\n\n".join(trend_text(each, verbose=options.verbose) for each in trends))
    for path, what in history.damaged.items():
        print(f"stack-verify: {path}: {what}. It is left out: get it back, or remove it.", file=sys.stderr)
    return 1 if history.damaged else 0


def _trends(history: History) -> list[Trend]:
    """One for each stack, in the order of their names."""
    audits = sorted(history.audits, key=_stack)
    return [trend(found) for _, found in groupby(audits, key=_stack)]


def _stack(audit: RecordedAudit) -> tuple[str, ...]:
    return audit.account, audit.region, *(part or "" for part in audit.stack)
