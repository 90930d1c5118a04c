"""Reads a file of JSON strictly: one object, no key twice, no text that could not be written out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, TypeAlias

from stack_verify.errors import OutputsError

Json: TypeAlias = "bool | Number | str | list[Json] | dict[str, Json] | None"

# Far deeper than any tool nests its outputs.
MAX_DEPTH = 100

ACCEPTED = (
    "Give what one of these writes: `pulumi stack output --json`, `pulumi stack export`, `terraform output -json`, "
    "`cdk deploy --outputs-file`; or one JSON object of names and values."
)


class Number(str):
    """A JSON number, as it is written: ids and ports are text to everybody who reads them here."""

    __slots__ = ()


class Members(dict[str, Json]):
    """A JSON object; ``repeated`` is a key that it held twice."""

    repeated: str | None = None


def read_document(path: Path) -> Members:
    """The JSON object in the file.

    Raises:
        OutputsError: when the file cannot be read, is not JSON, not an object, or holds a key twice.
    """
    document = _parse(read_text(path), path)
    if not isinstance(document, Members):
        raise OutputsError(f"{path}: holds {_kind(document)} where an object of outputs should be. {ACCEPTED}")
    for place, value, depth in _walk(document):
        _check(path, place, value, depth)
    return document


def step(place: str, key: str) -> str:
    """The JSON path of a member of what is at ``place``."""
    return f"{place}.{key}" if key.isidentifier() else f"{place}[{json.dumps(key)}]"


def read_text(path: Path) -> str:
    """The text of the file.

    Raises:
        OutputsError: when it cannot be read, is not UTF-8, or is empty.
    """
    try:
        content = path.read_bytes()
        _refuse_archive(content, path)
        text = content.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise OutputsError(f"{path}: no such file. Deploy first, or correct the path.") from error
    except IsADirectoryError as error:
        raise OutputsError(f"{path}: is a directory. Name the file of outputs in it.") from error
    except OSError as error:
        raise OutputsError(
            f"{path}: cannot be read ({error.strerror}). Correct the path or its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise OutputsError(
            f"{path}: is not UTF-8 text (at byte {error.start}). Write it again as UTF-8; PowerShell's > writes UTF-16."
        ) from error
    except ValueError as error:  # a null character in the path
        raise OutputsError(f"{str(path)!r}: is no path ({error}). Correct the path.") from error
    if not text.strip():
        raise OutputsError(f"{path}: is empty. The command that should write it failed; run it again. {ACCEPTED}")
    return text


def _refuse_archive(content: bytes, path: Path) -> None:
    """Refuses a ZIP file, which is what `terraform plan -out` writes.

    Raises:
        OutputsError: when it is one.
    """
    if content.startswith(b"PK\x03\x04"):
        raise OutputsError(
            f"{path}: is an archive, perhaps a saved plan of Terraform, which says what would be. Apply it, then write "
            "`terraform show -json` or `terraform output -json`."
        )


def _parse(text: str, path: Path) -> Json:
    try:
        document: Json = json.loads(
            text, object_pairs_hook=_members, parse_int=Number, parse_float=Number, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise OutputsError(f"{path}: is not JSON: {error.msg} ({place}). {ACCEPTED}") from error
    except RecursionError as error:
        raise OutputsError(f"{path}: is nested deeper than {MAX_DEPTH} levels. {ACCEPTED}") from error
    except ValueError as error:
        raise OutputsError(f"{path}: is not JSON: {error}. {ACCEPTED}") from error
    return document


def _members(pairs: list[tuple[str, Json]]) -> Members:
    members = Members()
    for key, value in pairs:
        if key in members:
            members.repeated = key
        members[key] = value
    return members


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _walk(document: Json) -> Iterator[tuple[str, Json, int]]:
    """Every value with its place and depth; not recursive, so that no depth can break it."""
    waiting: list[tuple[str, Json, int]] = [("$", document, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        yield place, value, depth
        if isinstance(value, dict):
            waiting += [(step(place, key), member, depth + 1) for key, member in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{index}]", member, depth + 1) for index, member in enumerate(value)]


def _check(path: Path, place: str, value: Json, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise OutputsError(f"{path}: is nested deeper than {MAX_DEPTH} levels. {ACCEPTED}")
    if isinstance(value, Members):
        if value.repeated is not None:
            where = step(place, value.repeated)
            raise OutputsError(f"{path}: holds {where} twice. Remove one; which of them is meant cannot be known.")
        for key in value:
            if not key.isprintable():
                raise OutputsError(f"{path}: {place} holds a name with unprintable characters: {key!a}. Rename it.")
    elif isinstance(value, str) and not _is_text(value):
        raise OutputsError(f"{path}: {place} holds half a surrogate pair, which is no text. Write it again as UTF-8.")


def _is_text(value: str) -> bool:
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _kind(value: Json) -> str:
    if isinstance(value, list):
        return "a list"
    return "a single number" if isinstance(value, Number) else "a single value"
