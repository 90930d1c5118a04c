"""Tries mutants, each in a fork of a process that holds everything but the mutant, and tells what killed it."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest
from oracle import Oracle, replace

# A fork that computes for longer has fallen into a loop that does not end.
SECONDS = 60
_ELSEWHERE = frozenset({"account_url", "moto_url", "pytester"})
# Whether a client waits long enough for a server is a matter of how busy the machine is.
_TIMED = frozenset({"authority", "serving"})
# The same examples of properties each time, and none kept of a mutant's.
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0")


class Narrow:
    """A pytest plugin that leaves out the tests that need a deployed stack, a server or another process."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [item for item in items if not (_ELSEWHERE | _TIMED) & set(item.fixturenames)]


@dataclass(frozen=True)
class Trial:
    """What mutants of one module are held against: ``tests`` are files, those that likeliest fail in the first list."""

    oracle: Oracle
    tests: tuple[list[str], ...]
    path: Path

    def of(self, sources: Iterable[str]) -> Iterator[str]:
        """What tells each from the module itself: findings, tests, only text, or nothing, as an empty text.

        As many are tried at a time as there are processors.
        """
        under_way: deque[_Fork] = deque()
        for source in sources:
            under_way.append(_fork(lambda: self._told(source)))  # noqa: B023 - called at once, in the fork
            if len(under_way) == os.cpu_count():
                yield _said(under_way.popleft())
        yield from map(_said, under_way)

    def _told(self, source: str) -> str:
        try:
            replace(self.oracle.module, self.oracle.deciding, source, self.path)
        except Exception as broken:  # noqa: BLE001 - whatever a mutant raises where it is imported
            return f"import: {type(broken).__name__}"
        told = self.oracle.told()
        if told in ("", "text") and any(map(_fails, self.tests)):
            return "tests"
        return told


def tests_of(module: str, deciding: Iterable[str], root: Path) -> tuple[list[str], ...]:
    """The files of unit tests that import ``module``, and then those that import another of ``deciding``."""
    imported = {str(file): set(_imported(file)) for file in sorted((root / "tests").glob("*/test_*.py"))}
    own = [file for file, names in imported.items() if module in names]
    others = [file for file, names in imported.items() if file not in own and names & set(deciding)]
    return tuple(files for files in (own, others) if files)


def _fails(tests: list[str]) -> bool:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = pytest.main([*_OPTIONS, *tests], plugins=[Narrow()])
    return status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class _Fork(NamedTuple):
    child: int
    reading: int


def _fork(function: Callable[[], str]) -> _Fork:
    reading, writing = os.pipe()
    gc.freeze()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
        status = 1
        try:
            said = function()
            with os.fdopen(writing, "w") as answer:
                answer.write(said)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    return _Fork(child, reading)


def _said(fork: _Fork) -> str:
    with os.fdopen(fork.reading) as answer:
        said = answer.read()
    _, status = os.waitpid(fork.child, 0)
    return f"ended with {os.waitstatus_to_exitcode(status)}" if status else said


def _imported(file: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
