"""Every Markdown document: no traces of a merge, no link to what is not there, no count that is not so any more."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from stack_verify.controls import CONTROLS

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def documents() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=False)
    named = [ROOT / line for line in listed.stdout.split()] if listed.returncode == 0 else []
    return [path for path in named if path.is_file()] or [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


DOCUMENTS = {path.relative_to(ROOT).as_posix(): path for path in documents()}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_has_the_marks_of_a_conflict(name):
    assert re.findall(r"^(?:<{7}|>{7}|={7}$).*", DOCUMENTS[name].read_text(encoding="utf-8"), re.MULTILINE) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_somewhere(name):
    path = DOCUMENTS[name]
    assert [link for link in links(path) if not leads_somewhere(link, path)] == []


def links(path: Path) -> list[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    found = LINK.findall(re.sub(r"`[^`\n]*`", lambda code: code[0].replace("](", ""), text))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def leads_somewhere(link: str, source: Path) -> bool:
    name, _, anchor = link.partition("#")
    target = (source.parent / name).resolve() if name else source
    return target.exists() and (not anchor or target.suffix != ".md" or anchor in anchors(target))


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def test_a_broken_link_and_a_broken_anchor_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# The page\n[a](page.md#the-page) [b](page.md#gone) [c](gone.md) [d](https://example.com)\n")
    assert [link for link in links(page) if not leads_somewhere(link, page)] == ["page.md#gone", "gone.md"]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md"])
def test_the_number_of_controls_is_about_that_of_the_catalogue(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.findall(r"(?<!than )\b\d{3} controls", text)  # an exact number is wrong with the next control
    for told in map(int, re.findall(r"more than (\d+) controls", text, re.IGNORECASE)):
        assert told < len(CONTROLS) < told + 50


def test_the_readme_tells_one_number_of_checks():
    told = re.findall(r"(?:of|  checks  ) *(\d+) (?:checks|passed)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(told) == 3
    assert len(set(told)) == 1
