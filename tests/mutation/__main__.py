"""``python tests/mutation [MODULE ...]``: mutation testing of what decides verdicts.

Each MODULE is a file; without any, all of them. Prints each survivor that ``docs/mutation.md`` does not defend, and each
defence of what does not survive; returns 1 where there is one.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/controls"), str(ROOT / "tests/verify")]

from defended import defended  # noqa: E402 - the tests' own modules are found now
from mutants import mutants  # noqa: E402
from oracle import Oracle  # noqa: E402
from recording import record  # noqa: E402
from trial import tests_of, tried  # noqa: E402

DIRECTORY = ROOT / ".mutation"
MUTATED = ("verify/controls/*.py", "verify/network/*.py", "verify/filter_pattern.py", "verify/iam_policy.py")


def main(arguments: list[str]) -> int:
    paths = [Path(argument).resolve() for argument in arguments]
    paths = paths or [path for pattern in MUTATED for path in sorted(ROOT.glob(pattern)) if path.name != "__init__.py"]
    record(ROOT, DIRECTORY)
    reasons, wrong, total = defended(ROOT / "docs/mutation.md"), 0, 0
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        module = name.removesuffix(".py").replace("/", ".")
        oracle = Oracle(module, DIRECTORY)
        tests = tests_of(oracle.deciding, ROOT)
        source = path.read_text(encoding="utf-8")
        if told := tried(oracle, tests, source, path):
            print(f"{name}: it is not well before it is mutated: {told}", file=sys.stderr)
            return 2
        made = list(mutants(name, source))
        survived, words = set(), 0
        for mutant in made:
            told = tried(oracle, tests, mutant.source, path)
            words += told == "text"
            if not told:
                survived.add(mutant.change)
                if mutant.change not in reasons:
                    wrong += 1
                    print(f"{name}:{mutant.line}: {mutant.operator} survives\n  - {mutant.was}\n  + {mutant.becomes}", flush=True)
        for change in sorted(change for change in reasons if change[0] == name and change not in survived):
            wrong += 1
            print(f"{name}: defended, but killed or no longer made\n  - {change[1]}\n  + {change[2]}")
        total += len(made)
        print(f"{name}: {len(made)} mutants, {len(survived)} survive, {words} change words alone", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
