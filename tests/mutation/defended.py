"""The survivors that ``docs/mutation.md`` defends."""

from __future__ import annotations

from pathlib import Path


def defended(document: Path) -> set[tuple[str, str, str]]:
    """(module, line, mutated line) of each: a ``diff`` block below the heading of its module."""
    found, module, was, inside = set(), "", "", False
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = line == "```diff"
        elif line.startswith("## "):
            module = line[3:].strip("`")
        elif inside and line.startswith("-"):
            was = line[1:].strip()
        elif inside and line.startswith("+"):
            found.add((module, was, line[1:].strip()))
    return found
