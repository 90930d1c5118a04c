"""What AWS answers and must not be kept: secrets in tags, descriptions, documents, variables, commands and errors.

Whether a text is a secret is decided here, while its answer is decoded. What is kept is where it was and of which kind.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from stack_verify.detect.command_lines import secrets_in_command
from stack_verify.detect.secrets import WITHHELD, secret_in, secret_members, secret_tag, secret_value
from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.resource import Resource

R = TypeVar("R", bound=Resource)

_GZIP = b"\x1f\x8b"


def without_secrets(resource: R) -> R:
    """The resource with each text that holds a secret, and each tag that is named as one, withheld.

    Raises:
        msgspec.ValidationError, TypeError, UnicodeError: when it cannot be written down.
    """
    held = msgspec.to_builtins(resource)
    kept = _kept(held)
    return resource if kept == held else msgspec.convert(kept, type(resource))


def text_without_secrets(text: str) -> str:
    """The text of an error as it can be kept, or that it was withheld. Half a surrogate pair is shown by its escape."""
    return WITHHELD if secret_in(text) else text.encode(errors="backslashreplace").decode()


def clear_variables(where: str, variables: Iterable[tuple[str, str]]) -> Iterator[ClearSecret]:
    """Those of ``variables``, names with their values, whose value is a secret."""
    for name, value in variables:
        kind = secret_value(name, value)
        if kind:
            yield ClearSecret(where=f"{where} {name}", kind=kind)


def clear_command(where: str, words: Sequence[str], program: str = "") -> Iterator[ClearSecret]:
    """The secrets among the words of a command; ``program`` runs them where they do not say."""
    for place, kind in secrets_in_command(words, program):
        yield ClearSecret(where=f"{where}{place}" if place.startswith("[") else f"{where} {place}", kind=kind)


def clear_members(where: str, value: Any) -> Iterator[ClearSecret]:  # noqa: ANN401 - any JSON
    """The secrets in a part of an answer, by the names of its members."""
    for place, kind in secret_members(value):
        yield ClearSecret(where=f"{where}{'' if place.startswith('[') else ' '}{place}".rstrip(), kind=kind)


def clear_text(where: str, text: str) -> Iterator[ClearSecret]:
    """The secret in a text that has no name of its own: user data, a script, a description."""
    kind = secret_in(text)
    if kind:
        yield ClearSecret(where=where, kind=kind)


def clear_script(where: str, encoded: str) -> tuple[ClearSecret, ...] | None:
    """The secrets in a script that is written in base64, as user data is; None where it cannot be decoded.

    Whoever writes it may have compressed it (EC2 user guide, "Run commands when you launch an EC2 instance").
    """
    try:
        held = base64.b64decode(encoded)
        text = (gzip.decompress(held) if held.startswith(_GZIP) else held).decode(errors="replace")
    except (binascii.Error, gzip.BadGzipFile, EOFError, zlib.error):
        return None
    found = [
        ClearSecret(where=f"{where} line {number}", kind=secret.kind)
        for number, line in enumerate(text.splitlines(), start=1)
        for secret in clear_command(where, (line,))
    ]
    return tuple(dict.fromkeys(found)) or tuple(clear_text(where, text))


def _kept(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return _kept_text(value)
        case dict() if name == "Tags":
            return {key: WITHHELD if secret_tag(key, item) else item for key, item in value.items()}
        case dict():
            return {key: _kept(item, key) for key, item in value.items()}
        case list() | tuple():
            return [_kept(item) for item in value]
    return value


def _kept_text(text: str) -> str:
    """The text, or what of a document can be kept: a policy is still judged when a condition's value is withheld."""
    if not secret_in(text):
        return text
    if text.lstrip().startswith(("{", "[")):
        try:
            kept = json.dumps(_document(json.loads(text)))
        except (ValueError, RecursionError):
            return WITHHELD
        return WITHHELD if secret_in(kept) else kept
    return WITHHELD


def _document(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return WITHHELD if secret_value(name, value) else value
        case Mapping():
            return {key: _document(item, key) for key, item in value.items()}
        case list():
            return [_document(item, name) for item in value]
    return value
