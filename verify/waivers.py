"""Waivers: documented exceptions with an owner, a reason and an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from verify.finding import Finding, Waiver


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a TOML file."""
    raise NotImplementedError


def covering(waivers: Iterable[Waiver], finding: Finding, today: date) -> Waiver | None:
    """The waiver in force that covers a failed finding, if there is one."""
    return None


def unfit(waivers: Iterable[Waiver], findings: Iterable[Finding], today: date) -> Iterator[tuple[Waiver, str]]:
    """The waivers that are expired, or match no finding, each with the reason."""
    return iter(())
