"""Values that stand where a real one should: what nobody filled in, and what a tool wrote before it knew better."""

from __future__ import annotations

import re
from collections.abc import Iterable

# What Pulumi writes for a value that is not known yet, one for each type (sdk/go/common/resource/plugin/rpc.go).
UNKNOWN_VALUES = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)

_HEX_RUN = r"(?P<digit{n}>[0-9a-f])(?P=digit{n}){{{rest}}}"
_REPEATED_UUID = "-".join(_HEX_RUN.format(n=number, rest=length - 1) for number, length in enumerate((8, 4, 4, 4, 12)))
_EC2_ID = r"(?<![a-z0-9-])(?:vpc|subnet|rtb|igw|nat|sg|acl|vpce|fl|eni|eipalloc)-"

_YOUR = r"(?<![a-z0-9])your[-_ ](?:[a-z0-9]+[-_ ]){0,4}"


def _any(patterns: Iterable[str], flags: int = re.IGNORECASE) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, flags | re.ASCII) for pattern in patterns)


_PATTERNS = (
    *_any(
        (
            r"place[-_ ]?holder",
            r"(?<![a-z])(?:change|replace|fill)[-_ ]?(?:me|this)(?![a-z])",
            r"(?<![a-z])replace[-_ ]with(?![a-z])",
            rf"{_YOUR}(?:account|arn|bucket|certificate|cluster|domain|id)(?![a-z])",
            rf"{_YOUR}(?:image|key|name|registry|region|value|vpc)(?![a-z])",
            r"(?<![a-z0-9])your[-_]?(?:account|company|domain|org|organization)(?![a-z])",
            r"(?<![a-z0-9])x{4,}(?![a-z0-9])",
            # Not followed by a closing tag: <account-id>, but not a document.
            r"<[a-z][\w .-]*>(?!.*</)",
            rf"(?<![0-9a-f-]){_REPEATED_UUID}(?![0-9a-f])",
            # Ids of examples: counting digits, as in AWS's documentation.
            r"(?<![0-9a-f-])12345678-1234-1234-1234-123456789012(?![0-9a-f])",
            r"(?<![0-9a-f-])12345678-90ab-cdef-1234-567890abcdef(?![0-9a-f])",
            r"(?<![0-9a-f-])1234abcd-12ab-34cd-56ef-1234567890ab(?![0-9a-f])",
            rf"{_EC2_ID}(?:12345678|0?1234567890abcdef0?|0123456789abcdef0)(?![0-9a-z])",
            rf"{_EC2_ID}(?P<same>[0-9a-f])(?P=same){{7,16}}(?![0-9a-z])",
            # The accounts of AWS's documentation, and digits that are all the same.
            r"(?:(?<=:)|^)(?:111122223333|444455556666|(?P<one>[1-9])(?P=one){11})(?=:|\.dkr\.ecr)",
            r"\$\{token\[",
            r"\(known after apply\)",
            r"calling (?:__str__|\[?tostring\]?) on an \[?output",
            r"\[object object\]",
            r"\A(?:todo|tbd|fixme|undefined|null)\Z",
            r"\A\$\{[^{}]*\}\Z",
            r"\A\{\{[^{}]*\}\}\Z",
        )
    ),
    # Only shouted: a todo-list is an application like any other.
    *_any((r"(?<![A-Za-z0-9])(?:TODO|FIXME|TBD|XXX)(?![A-Za-z0-9])",), 0),
)


def placeholder_in(text: str) -> str | None:
    """The part of ``text`` that is a placeholder, or None.

    Not counted as placeholders: the accounts 123456789012 and 000000000000, which emulators of AWS really use (the
    caller's own account is the test for them), and the domains example.com, .example and .test, which resolve to
    nothing and are somebody's deliberate choice.
    """
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            return match.group()
    return None


def unknown_in(text: str) -> str | None:
    """Pulumi's mark in ``text`` for a value it did not know when it wrote the file, or None."""
    return next((value for value in sorted(UNKNOWN_VALUES) if value in text), None)
