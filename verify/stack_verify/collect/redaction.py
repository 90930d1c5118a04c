"""What AWS answers and must not be kept: secrets that somebody wrote where none belongs, in a tag or a description."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from stack_verify.detect.secrets import WITHHELD, secret_tag, secret_text
from stack_verify.resources.resource import Resource

R = TypeVar("R", bound=Resource)


def without_secrets(resource: R) -> R:
    """The resource with each text that holds a secret, and each tag that is named as one, withheld.

    Raises:
        msgspec.ValidationError, TypeError, UnicodeError: when it cannot be written down.
    """
    held = msgspec.to_builtins(resource)
    tags = held.get("Tags")
    told = isinstance(tags, dict) and any(secret_tag(name, value) for name, value in tags.items())
    # One search of all the text is cheaper than one of each part, and nearly always finds nothing.
    if not told and not secret_text(msgspec.json.encode(resource).decode()):
        return resource
    return msgspec.convert(_kept(held), type(resource))


def text_without_secrets(text: str) -> str:
    """The text of an error as it can be kept, or that it was withheld. Half a surrogate pair is shown by its escape."""
    return WITHHELD if secret_text(text) else text.encode(errors="backslashreplace").decode()


def _kept(value: Any, name: str = "") -> Any:  # noqa: ANN401 - any JSON
    match value:
        case str():
            return WITHHELD if secret_text(value) else value
        case dict():
            return {
                key: WITHHELD if name == "Tags" and secret_tag(key, item) else _kept(item, key)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_kept(item) for item in value]
    return value
