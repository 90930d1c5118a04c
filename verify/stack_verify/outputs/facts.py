"""What the values say of the stack as a whole: its environment, its region, its account."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from stack_verify.detect.identifiers import environment_name, words
from stack_verify.errors import OutputsError
from stack_verify.outputs.model import Declared, Output
from stack_verify.resources import partitions
from stack_verify.resources.arn import Arn, parse_arn

# The usual spellings, as words: environment_suffix, EnvironmentSuffix and environmentSuffix are one.
PROJECT = ("project", "project name")
ENVIRONMENT = ("environment", "env", "environment name", "env name")
SUFFIX = ("environment suffix", "env suffix")
REGION = ("region", "aws region")
ACCOUNT = ("account id", "aws account id", "account", "aws account")

_REGION = re.compile(partitions.REGION, re.ASCII)
_ACCOUNT = re.compile(r"\d{12}", re.ASCII)


class Place(NamedTuple):
    """The account and the region of a stack, None where nothing says them or they are several."""

    account: str | None
    region: str | None


def said(outputs: Iterable[Output], spellings: Collection[str]) -> str | None:
    """The value of the output with one of these names; a stack's own before those of objects; None if they differ."""
    own: set[str] = set()
    inner: set[str] = set()
    for output in outputs:
        *parents, name = output.name.split(".")
        if output.value is not None and " ".join(words(name)) in spellings and "[" not in output.name:
            (inner if parents else own).add(output.value.strip())
    return _only(own or inner)


def environment(outputs: Iterable[Output]) -> str | None:
    """The environment that the outputs name, in its usual spelling."""
    name = said(outputs, ENVIRONMENT)
    return None if name is None else environment_name(name)


def place(outputs: Collection[Output], declared: Iterable[Declared], path: Path) -> Place:
    """Where the stack is: as an output says, or else as its ARNs agree.

    Raises:
        OutputsError: when an output says one account or region, and every ARN is of another.
    """
    arns = list(_arns(outputs, declared))
    accounts = {arn.account for arn in arns if _ACCOUNT.fullmatch(arn.account)}
    regions = {arn.region for arn in arns if arn.region and not arn.may_be_global}
    account, region = _well_formed(said(outputs, ACCOUNT), _ACCOUNT), _well_formed(said(outputs, REGION), _REGION)
    _refuse_contradiction("account", account, accounts, path)
    _refuse_contradiction("region", region, regions, path)
    return Place(account or _only(accounts), region or _only(regions))


def refuse_other_place(outputs: Place, state: Place, path: Path, state_path: Path) -> None:
    """Refuses a state that is of another account or region than the outputs.

    Raises:
        OutputsError: when both say one and they differ.
    """
    for what, one, other in (("account", outputs.account, state.account), ("region", outputs.region, state.region)):
        if one is not None and other is not None and one != other:
            raise OutputsError(
                f"{state_path}: is of {what} {other}, but {path} is of {what} {one}. Name the state of the same stack."
            )


def _arns(outputs: Iterable[Output], declared: Iterable[Declared]) -> Iterator[Arn]:
    texts = [output.value for output in outputs] + [item.arn or item.id for item in declared]
    for text in texts:
        arn = parse_arn(text) if text else None
        if arn is not None:
            yield arn


def _well_formed(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return text if text is not None and pattern.fullmatch(text) else None


def _only(values: Collection[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def _refuse_contradiction(what: str, said_by_output: str | None, seen: Collection[str], path: Path) -> None:
    if said_by_output is not None and seen and said_by_output not in seen:
        others = ", ".join(sorted(seen))
        raise OutputsError(
            f"{path}: the outputs say {what} {said_by_output}, but every ARN in them is of {others}. "
            "Write the outputs of one deployment; these are mixed."
        )
