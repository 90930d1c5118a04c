"""The row of tags, the same for whatever carries any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from stack_verify.detect.secrets import WITHHELD, secret_tag, secret_text
from stack_verify.drift.field import Compare, Field, Found, Value, field, plain, set_of
from stack_verify.errors import Unanswered
from stack_verify.resources.tagging import Tagged
from stack_verify.snapshot import Snapshot

# AWS's own tags, which nobody can set and the provider leaves alone.
_OF_AWS: Final = "aws:"


def _tags(tags: Mapping[str, object]) -> tuple[str, ...]:
    """The tags as texts. A value that is a secret is withheld, as it is of what AWS answers."""
    own = {key: value for key, value in tags.items() if value is not None and not key.startswith(_OF_AWS)}
    return set_of(*(_tag(key, plain(value)) for key, value in own.items()))


def _declared_tags(tags: Mapping[str, object] | list[Mapping[str, str]]) -> Value:
    """The tags; None where there are none, so that AWS need not tell the live ones.

    An Auto Scaling group declares a list of them, as each says whether instances get it too.
    """
    return _tags({each["key"]: each["value"] for each in tags} if isinstance(tags, list) else tags) or None


def _tag(key: str, value: Value) -> str:
    text = value or ""
    if not isinstance(text, str):
        raise TypeError("a tag holds a text")
    return f"{key}: {WITHHELD if secret_tag(key, text) or secret_text(text) else text}"


def _live_tags(found: Found, snapshot: Snapshot) -> Value:
    (resource,) = found
    if not isinstance(resource, Tagged):
        raise Unanswered(f"{resource.kind()} has no tags that are read")
    return _tags(snapshot.tags_of(resource))


# More tags than are declared are no drift: cost reports, scanners and AWS itself put theirs on anything.
TAGS: Final[Field] = field("tags", _live_tags, spell=_declared_tags, compare=Compare.AT_LEAST)
