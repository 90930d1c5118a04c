"""Text that AWS or a user chose, made fit for a terminal, for XML and for strict JSON."""

from __future__ import annotations

import re

# What XML 1.0 forbids or discourages, and what would move a terminal's cursor or reverse its text. The characters are
# listed rather than asked of the Unicode database, which differs from one Python to the next: reports must not.
_UNFIT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")

ELLIPSIS = "..."


def printable(text: str) -> str:
    """The text with every control character, surrogate and reversal shown by its backslash escape."""
    # Most text is fit; seeing that is much faster than looking for what is not.
    return text if text.isascii() and text.isprintable() else _UNFIT.sub(_escape, text)


def encodable(text: str) -> str:
    """The JSON document with every lone surrogate, which UTF-8 cannot hold, shown by its (JSON-escaped) escape."""
    return _SURROGATE.sub(lambda match: "\\" + _escape(match), text)


def one_line(text: str) -> str:
    """The printable text folded to one line."""
    return printable(" ".join(text.split()))


def shortened(text: str, width: int) -> str:
    """The text cut in its middle to ``width`` characters: names are told apart by how they begin and end."""
    if len(text) <= width:
        return text
    kept = max(width - len(ELLIPSIS), 2)
    return text[: kept // 2] + ELLIPSIS + text[-(kept - kept // 2) :]


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")
