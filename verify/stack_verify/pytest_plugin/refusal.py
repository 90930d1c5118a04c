"""How a verification is refused: status 4, a message, and no report of an earlier run left in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack_verify.options import BASELINE, REPORTS, SNAPSHOT, WAIVERS


def refused(config: pytest.Config, message: str) -> pytest.UsageError:
    """The error to raise."""
    return pytest.UsageError(f"{message}{without_stale_reports(config)}")


def without_stale_reports(config: pytest.Config) -> str:
    """Sets the reports of an earlier run aside, and says so in a sentence; empty where there is nothing to say."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return ""
    from stack_verify.report import set_aside  # noqa: PLC0415 - a run without outputs pays for no import

    directory = config.invocation_params.dir
    read = [option.value(config.getoption(option.dest)) for option in (SNAPSHOT, BASELINE, WAIVERS)]
    reports: Path = REPORTS.value(config.getoption(REPORTS.dest))
    return set_aside(directory / reports, [path and directory / path for path in read])
