"""``stack_verify.api`` is all that is public, and the documents say what is in it."""

from __future__ import annotations

import re
from pathlib import Path

from stack_verify import api
from stack_verify.resources import RESOURCES

DOCUMENT = (Path(__file__).parents[2] / "docs/custom-controls.md").read_text(encoding="utf-8")


def test_it_has_every_type_of_resource_and_what_it_names_exists():
    assert {kind.__name__ for kind in RESOURCES} <= set(api.__all__)
    assert all(hasattr(api, name) for name in api.__all__)


def test_the_document_lists_exactly_what_is_in_it():
    section = DOCUMENT.partition("## What may be imported")[2]
    cells = [line.split("|")[1] if line.startswith("| `") else line for line in section.splitlines()]
    types = [line.split("|")[2] for line in section.splitlines() if re.match(r"\| [a-z0-9_]+ \|", line)]
    core = re.findall(r"`(\w+)`", "\n".join(cell for cell in cells if cell.strip().startswith("`")))
    resources = re.findall(r"`(\w+)`", "\n".join(types))
    assert sorted((*core, *resources)) == sorted(api.__all__)


def test_the_document_imports_nothing_else_of_the_package():
    imported = re.findall(r"(?:from|import) (stack_verify[\w.]*)", DOCUMENT)
    assert set(imported) == {"stack_verify.api"}
