"""Coverage by the lists that others keep: AWS's HIPAA conformance pack and best practices, Prowler's HIPAA checks.

Each check has our control, or the reason why there is none. A control that names the check itself
(``config_rule``, ``security_hub``) is found by that; the others stand in the data.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec

from stack_verify.core.control import Control

# The pages that the lists were taken from, and when.
LISTS = {
    "config-hipaa": (
        "AWS Config conformance pack for the HIPAA Security Rule",
        "https://docs.aws.amazon.com/config/latest/developerguide/operational-best-practices-for-hipaa_security.html",
    ),
    "fsbp": (
        "AWS Foundational Security Best Practices",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html",
    ),
    "prowler-hipaa": ("Prowler's HIPAA checks", "https://hub.prowler.com/compliance/hipaa_aws"),
}
AS_OF = "2026-11"
_WIDTH, _MARGIN = 116, " " * 4


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One check of a list: the controls that judge the same, or why none does."""

    list: str
    check: str
    controls: tuple[str, ...] = ()
    why_not: str | None = None


@cache
def _rows() -> tuple[tuple[str, str, tuple[str, ...], str], ...]:
    text = files("stack_verify.core").joinpath("data/lists.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return tuple((name, check, tuple(filter(None, named.split(", "))), why) for name, check, named, why in rows)


def checks(controls: Iterable[Control]) -> tuple[Check, ...]:
    """Every check of the lists, in their order, with what ``controls`` judge of it."""
    naming: defaultdict[str, list[str]] = defaultdict(list)
    known = set()
    for control in controls:
        known.add(control.id)
        for name in filter(None, (control.config_rule, control.security_hub)):
            naming[name].append(control.id)
    return tuple(_check(*row, naming, known) for row in _rows())


def table(controls: Iterable[Control]) -> str:
    """A block of lines for each list: its counts, then each check with the controls or the reason."""
    found = checks(controls)
    blocks = (_block(name, [each for each in found if each.list == name]) for name in LISTS)
    return "\n".join(line for block in blocks for line in (*block, "")).rstrip("\n")


def markdown(controls: Iterable[Control]) -> str:
    """A Markdown table for each list."""
    found = checks(controls)
    lines: list[str] = []
    for name, (title, source) in LISTS.items():
        those = [each for each in found if each.list == name]
        lines += [f"## [{title}]({source})", "", _counts(those), "", "| check | controls, or why not |", "|---|---|"]
        lines += [f"| {each.check} | {_told(each)} |" for each in those]
        lines.append("")
    return "\n".join(lines).rstrip("\n")


def json(controls: Iterable[Control]) -> str:
    """A JSON list, one object a check."""
    return msgspec.json.format(msgspec.json.encode(checks(controls)), indent=2).decode()


LIST_FORMATS: dict[str, Callable[[Iterable[Control]], str]] = {"table": table, "json": json, "markdown": markdown}


def _check(  # noqa: PLR0917 - the columns of the data
    name: str,
    check: str,
    named: tuple[str, ...],
    why: str,
    naming: defaultdict[str, list[str]],
    known: set[str],
) -> Check:
    judged = tuple(sorted({*(each for each in named if each in known), *naming.get(check, ())}))
    why_not = None if judged else why or "its controls are left out"
    return Check(list=name, check=check, controls=judged, why_not=why_not)


def _block(name: str, those: list[Check]) -> Iterator[str]:
    title, source = LISTS[name]
    yield f"{title}, {AS_OF}"
    yield source
    yield _counts(those)
    for each in those:
        yield from textwrap.wrap(
            f"{each.check}: {_told(each)}",
            _WIDTH,
            initial_indent=_MARGIN,
            subsequent_indent=_MARGIN * 2,
            break_on_hyphens=False,
        )


def _told(each: Check) -> str:
    return ", ".join(each.controls) or f"not judged: {each.why_not}"


def _counts(those: list[Check]) -> str:
    judged = sum(1 for each in those if each.controls)
    return f"{judged} of {len(those)} checks have a control."
