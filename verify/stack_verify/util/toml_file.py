"""TOML files that people write: read strictly, with the line of what is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from stack_verify.errors import VerifyError

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]")
# msgspec's messages end with the place: Expected `int`, got `str` - at `$.waiver[0].owner`.
_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_FIELD = re.compile(r"field `(?P<field>[^`]*)`")


def read_toml(path: Path, refused: type[VerifyError]) -> tuple[str, dict[str, object]]:
    """The text of a TOML file and what it holds.

    Raises:
        VerifyError: of the type ``refused``, when it cannot be read or is not TOML.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise refused(f"{path}: cannot be read ({error.strerror}). Correct the path.") from error
    except UnicodeDecodeError as error:
        raise refused(f"{path}: is not UTF-8 text (at byte {error.start}). Write it again as UTF-8.") from error
    except ValueError as error:  # a null character in the path
        raise refused(f"{str(path)!r}: is no path ({error}). Correct the path.") from error
    return text, parse_toml(text, str(path), refused)


def parse_toml(text: str, source: str, refused: type[VerifyError]) -> dict[str, object]:
    """What a TOML document holds; ``source`` is its name in messages.

    Raises:
        VerifyError: of the type ``refused``, when it is not TOML.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise refused(f"{source}: is not TOML: {error}. Correct that line.") from error
    except (RecursionError, ValueError) as error:  # nested without end; a number or a date that is none
        raise refused(f"{source}: is not TOML: {error}. Correct it.") from error


def line_of(text: str, table: str, key: str | None = None, index: int = 0) -> int | None:
    """The line of a key, or of the header of its table: the ``index``-th of that name; ``""`` is what has no header.

    None where the file spells it in another way (inline, or dotted).
    """
    headers = _headers(text)
    starts = [number for number, name in headers if name == table]
    if index >= len(starts):
        return None
    start = starts[index]
    end = min((number for number, _ in headers if number > start), default=len(text.splitlines()) + 1)
    if key is None:
        return start or None
    written = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=""")
    lines = text.splitlines()[start : end - 1]
    return next((number for number, line in enumerate(lines, start + 1) if written.match(line)), start or None)


def what_is_wrong(message: str) -> tuple[str, tuple[str, ...], str | None]:
    """A message of msgspec without its place, the place as keys and indexes, and the field that it speaks of."""
    match = _AT.search(message)
    path = tuple(re.findall(r"\w+|\.\.\.", match["path"])) if match else ()
    text = message[: match.start()] if match else message
    field = _FIELD.search(text)
    return text.removeprefix("Object "), path, field["field"] if field else None


def _headers(text: str) -> list[tuple[int, str]]:
    found = ((number, _HEADER.match(line)) for number, line in enumerate(text.splitlines(), 1))
    # An array may begin its line with a bracket too, but holds no name in it.
    return [(0, ""), *((number, match[2]) for number, match in found if match and not re.search(r"[,\"\s]", match[2]))]
