"""Waivers: documented exceptions with an owner, a reason and an end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from stack_verify.core.finding import Finding, Waiver
from stack_verify.errors import WaiversError
from stack_verify.util.toml_file import line_of, read_toml, what_is_wrong
from stack_verify.vocabulary import Status

_Text: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"\S")]


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    """A ``[[waiver]]`` table: every field but the last is required, and none may be blank."""

    control: _Text
    resource: _Text
    owner: _Text
    reason: _Text
    approver: _Text
    ticket: _Text
    expires: date
    alternative: _Text | None = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    waiver: list[_Entry] = []


def load_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers in a TOML file of ``[[waiver]]`` tables; a file without any is one of no waivers.

    Raises:
        WaiversError: when it cannot be read, or a waiver lacks a field, has one too many, or one of the wrong type.
    """
    text, document = read_toml(path, WaiversError)
    try:
        entries = msgspec.convert(document, _File).waiver
    except msgspec.ValidationError as error:
        raise WaiversError(f"{path}{_explained(str(error), text)}") from error
    return tuple(Waiver(**msgspec.structs.asdict(entry)) for entry in entries)


def covering(waivers: Iterable[Waiver], finding: Finding, today: date) -> Waiver | None:
    """The waiver that covers a failed finding and is in force, through its last day; None if there is none.

    What could not be judged (an ``error``) is never covered: nobody has approved what nobody has seen. What cites no
    required specification is covered by a waiver that says what is done instead (45 CFR 164.306(d)(3)); what cites one
    is covered too, and stays documented non-compliance.
    """
    if finding.status is not Status.FAILED:
        return None
    fit = (waiver for waiver in waivers if _speaks_of(waiver, finding) and not _lacks_alternative(waiver, finding))
    return next((waiver for waiver in fit if today <= waiver.expires), None)


def unfit(waivers: Iterable[Waiver], findings: Iterable[Finding], today: date) -> Iterator[tuple[Waiver, str]]:
    """The waivers that are expired, of no known control, of nothing that fails, or lack an alternative, each with why.

    Takes all findings of the run; their controls are the known ones. A waiver whose control could not judge everything
    may still be needed, and is left in peace.
    """
    by_control: dict[str, list[Finding]] = {}
    for finding in findings:
        by_control.setdefault(finding.control, []).append(finding)
    for waiver in waivers:
        why = _unfit(waiver, by_control, today)
        if why is not None:
            yield waiver, why


def _unfit(waiver: Waiver, by_control: dict[str, list[Finding]], today: date) -> str | None:
    if today > waiver.expires:
        return f"expired on {waiver.expires}; owner {waiver.owner}, ticket {waiver.ticket}"
    if waiver.control not in by_control:
        alike = get_close_matches(waiver.control, by_control, n=1)
        return f"there is no control {waiver.control}" + (f"; did you mean {alike[0]}?" if alike else "")
    judged = by_control[waiver.control]
    matched = [finding for finding in judged if _speaks_of(waiver, finding)]
    failures = [finding for finding in matched if finding.status is Status.FAILED]
    if failures:
        return _alternative_lacking(waiver, failures)
    if any(finding.status is Status.ERROR for finding in judged):
        return None
    if not matched:
        return f"{waiver.control} judges no resource {waiver.resource}"
    first = matched[0]
    return f"no longer needed: {first.resource.id or waiver.resource} is {first.status}: {first.observed}"


def _alternative_lacking(waiver: Waiver, failures: Iterable[Finding]) -> str | None:
    finding = next((finding for finding in failures if _lacks_alternative(waiver, finding)), None)
    if finding is None:
        return None
    cited = ", ".join(citation.id for citation in finding.citations)
    return f"it names no alternative: say what is done instead, as {cited} may be met otherwise (164.306(d)(3))"


def _speaks_of(waiver: Waiver, finding: Finding) -> bool:
    if waiver.control != finding.control:
        return False
    names = [finding.resource.id] if finding.resource.arn is None else [finding.resource.id, finding.resource.arn]
    # The name itself first: in privateSubnetIds[0] the brackets are no pattern.
    return any(name == waiver.resource or fnmatchcase(name, waiver.resource) for name in names)


def _lacks_alternative(waiver: Waiver, finding: Finding) -> bool:
    return waiver.alternative is None and not finding.required


def _explained(message: str, text: str) -> str:
    """The place and the reason, for after the file's name."""
    problem, path, field = what_is_wrong(message)
    if problem.startswith("Expected `str` matching regex"):
        problem = "is blank"
    if problem.startswith(("Expected `date`", "Invalid RFC3339")):
        problem = "is no date; write it as 2027-12-31, without quotes"
    if len(path) < 2:  # noqa: PLR2004 - ("waiver", "0", ...)
        line = line_of(text, field or "waiver") or line_of(text, "", field or "waiver")
        return f"{_line(line)}: {problem}. Write each waiver as a [[waiver]] table."
    index, name = int(path[1]), path[2] if len(path) > 2 else None  # noqa: PLR2004
    line = line_of(text, "waiver", name or field, index)
    subject = f" {name}" if name else ""
    fields = ", ".join(_Entry.__struct_fields__)
    return (
        f"{_line(line)}: waiver {index + 1}:{subject} {problem}. Its fields: {fields}; all are required but the last, "
        "which is where no required specification is waived."
    )


def _line(number: int | None) -> str:
    return f", line {number}" if number else ""
