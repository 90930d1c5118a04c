"""On which line of its file an output stands, for whoever wants to look."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

import msgspec

from stack_verify.outputs.model import Output


def with_lines(outputs: Iterable[Output], text: str) -> Iterator[Output]:
    """The outputs, each with the first line of ``text`` that holds its value; without one where none does."""
    for output in outputs:
        yield output if output.value is None else msgspec.structs.replace(output, line=_line(output.value, text))


def _line(value: str, text: str) -> int | None:
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False)):
        if (at := text.find(written)) >= 0:
            return text.count("\n", 0, at) + 1
    # One of several in one text, or a number.
    found = re.search(rf"(?<![^\s\",:]){re.escape(value)}(?![^\s\",])", text)
    return text.count("\n", 0, found.start()) + 1 if found else None
