"""Filter patterns of CloudWatch Logs for events in JSON: whether one matches an event.

The grammar is that of the CloudWatch Logs user guide, "Filter pattern syntax for metric filters", but for what no
pattern over CloudTrail's events needs: elements of arrays, numbers with operators of order, and regular expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TypeAlias

from stack_verify.errors import Unanswered

Event: TypeAlias = Mapping[str, "str | Event"]
Test: TypeAlias = Callable[[Event], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<sign>&&|\|\||!=|=|[{}()])"
    r'|"(?P<text>(?:[^"\\]|\\.)*)"'
    r"|(?P<selector>\$(?:\.\w+)+)"
    r"|(?P<word>[\w.*/@:-]+))\s*",
    re.ASCII,
)


@cache
def parse(pattern: str) -> Test:
    """What tells whether ``pattern`` matches an event.

    Raises:
        Unanswered: when the pattern is not of the grammar, or of the part of it that is not known here.
    """
    tokens = _Tokens(pattern)
    tokens.take("{")
    test = _any_of(tokens)
    tokens.take("}")
    if tokens.left:
        raise tokens.unknown()
    return test


class _Tokens:
    """The tokens of a pattern, taken one by one; each is the name of its group and its text."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        found = list(_TOKEN.finditer(pattern))
        if "".join(match[0] for match in found) != pattern:
            raise self.unknown()
        self.left = [(kind, match[kind]) for match in found if (kind := match.lastgroup)]

    def unknown(self) -> Unanswered:
        return Unanswered(f"the filter pattern {self._pattern!r} is of a form that is not known")

    def next(self, sign: str) -> bool:
        """Whether ``sign`` comes next; it is taken if so."""
        found = self.left[:1] == [("sign", sign)]
        if found:
            self.left.pop(0)
        return found

    def take(self, sign: str) -> None:
        if not self.next(sign):
            raise self.unknown()

    def value(self, *kinds: str) -> tuple[str, str]:
        if not self.left or self.left[0][0] not in kinds:
            raise self.unknown()
        return self.left.pop(0)


def _any_of(tokens: _Tokens) -> Test:
    tests = [_all_of(tokens)]
    while tokens.next("||"):
        tests.append(_all_of(tokens))
    return lambda event: any(test(event) for test in tests)


def _all_of(tokens: _Tokens) -> Test:
    tests = [_one(tokens)]
    while tokens.next("&&"):
        tests.append(_one(tokens))
    return lambda event: all(test(event) for test in tests)


def _one(tokens: _Tokens) -> Test:
    if tokens.next("("):
        test = _any_of(tokens)
        tokens.take(")")
        return test
    path = tokens.value("selector")[1].split(".")[1:]
    if tokens.next("="):
        value = _value(tokens)
        return lambda event: (found := _found(event, path)) is not None and value.fullmatch(found) is not None
    if tokens.next("!="):
        value = _value(tokens)
        # Of an event without the field nothing is promised, so it is not taken for a match.
        return lambda event: (found := _found(event, path)) is not None and value.fullmatch(found) is None
    if [tokens.value("word")[1], tokens.value("word")[1]] == ["NOT", "EXISTS"]:
        return lambda event: _found(event, path) is None
    raise tokens.unknown()


def _value(tokens: _Tokens) -> re.Pattern[str]:
    """What a value must look like: a star stands for any text."""
    _, text = tokens.value("text", "word")
    return re.compile(".*".join(re.escape(part) for part in text.split("*")), re.DOTALL)


def _found(event: Event, path: list[str]) -> str | None:
    found: str | Event | None = event
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, str) else None
