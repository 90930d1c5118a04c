"""The survivors that ``defended.toml`` defends."""

from __future__ import annotations

import tomllib
from pathlib import Path

TABLE = Path(__file__).parent / "defended.toml"


def defended(table: Path = TABLE) -> set[tuple[str, str, str]]:
    """(module, line, mutated line) of each."""
    mutants = tomllib.loads(table.read_text(encoding="utf-8"))["mutant"]
    return {(mutant["module"], mutant["was"], mutant["becomes"]) for mutant in mutants if mutant["reason"]}
