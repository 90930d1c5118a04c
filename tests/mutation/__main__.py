"""``python tests/mutation [MODULE ...]``: mutation testing of what decides verdicts.

Each MODULE is a file; without any, all of them. Prints the survivors that ``defended.toml`` does not defend, and
what it defends although it does not survive; returns 1 where there are such.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from defended import defended  # noqa: E402 - the tests' own modules are found now
from mutants import Mutant, mutants  # noqa: E402
from oracle import Oracle  # noqa: E402
from recording import record  # noqa: E402
from trial import Trial, tests_of  # noqa: E402

RECORDED = ROOT / ".mutation"
MUTATED = (
    "verify/stack_verify/controls/*/*.py",
    "verify/stack_verify/network/*.py",
    "verify/stack_verify/principals/*.py",
)


def main(arguments: list[str]) -> int:
    every = [path for pattern in MUTATED for path in sorted(ROOT.glob(pattern)) if path.name != "__init__.py"]
    paths = [Path(argument).resolve() for argument in arguments] or every
    if strange := [path.name for path in paths if path not in every]:
        sys.exit(f"{', '.join(strange)}: not a module that decides verdicts; those are {', '.join(MUTATED)}")
    for done, of in record(ROOT, RECORDED):
        print(f"\r{done} of {of} snapshots recorded", end="\n" if done == of else "", file=sys.stderr, flush=True)
    reasons, sound = defended(), True
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        survived = survivors(name, path)
        changes = {mutant.change for mutant in survived}
        for mutant in survived:
            if mutant.change not in reasons:
                sound = False
                print(f"{name}:{mutant.line}: {mutant.operator} survives\n  - {mutant.was}\n  + {mutant.becomes}")
        for module, was, becomes in sorted(reasons - changes):
            if module == name:
                sound = False
                print(f"{name}: defended, but killed or not made any more\n  - {was}\n  + {becomes}")
        sys.stdout.flush()
    return 0 if sound else 1


def survivors(name: str, path: Path) -> list[Mutant]:
    """The mutants of one module that nothing tells from it."""
    oracle = Oracle(name.removeprefix("verify/").removesuffix(".py").replace("/", "."), RECORDED)
    trial = Trial(oracle, tests_of(oracle.module, oracle.deciding, ROOT), path)
    source = path.read_text(encoding="utf-8")
    if told := next(trial.of([source])):
        sys.exit(f"{name} is not well before anything is changed: {told}")
    made, survived, kinds = list(mutants(name, source)), [], Counter()
    for mutant, told in zip(made, trial.of(mutant.source for mutant in made), strict=True):
        kinds["killed" if told not in ("", "text") else told or "survive"] += 1
        survived += [] if told else [mutant]
        if sys.stderr.isatty():
            print(f"\r{name}: {kinds.total()} of {len(made)} mutants tried", end="\r", file=sys.stderr, flush=True)
    counted = f"{kinds['killed']} killed, {kinds['text']} change words alone, {kinds['survive']} survive"
    print(f"{name}: {kinds.total()} mutants, {counted}", file=sys.stderr, flush=True)
    return survived


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
