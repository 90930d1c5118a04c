"""What a person may have meant by a name that there is not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

ALIKE = 0.8  # from 0, nothing in common, to 1, the same


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A sentence that asks for the name in ``known`` that is nearly the same; empty where there is none."""
    found = get_close_matches(name.lower(), known, n=1, cutoff=ALIKE)
    return f" Did you mean {found[0]}?" if found else ""
