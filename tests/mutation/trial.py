"""Tries mutants, each in a fork of a process that holds everything but the mutant, and tells what killed it."""

from __future__ import annotations

import ast
import contextlib
import gc
import io
import os
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

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


def tests_of(modules: Iterable[str], root: Path) -> list[str]:
    """The files of unit tests that import one of ``modules`` themselves."""
    wanted = set(modules)
    files = sorted((root / "tests/verify").glob("test_*.py"))
    return [str(file) for file in files if wanted & set(_imported(file))]


def tried(oracle: Oracle, source: str, path: Path, root: Path) -> str:
    """What tells ``source`` from the module itself: findings, tests, only text, or nothing, as an empty text."""
    return _forked(lambda: _told(oracle, source, path, root))


def _told(oracle: Oracle, source: str, path: Path, root: Path) -> str:
    try:
        replace(oracle.module, oracle.deciding, source, path)
    except Exception as broken:  # noqa: BLE001 - whatever a mutant raises where it is imported
        return f"import: {type(broken).__name__}"
    # The module's own tests are the quickest to tell.
    own = tests_of([oracle.module], root)
    if _fail(own):
        return "tests"
    told = oracle.told()
    if told in ("", "text") and _fail([file for file in tests_of(oracle.deciding, root) if file not in own]):
        return "tests"
    return told


def _fail(tests: list[str]) -> bool:
    if not tests:
        return False
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        status = pytest.main([*_OPTIONS, *tests], plugins=[Narrow()])
    return status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def _forked(function: Callable[[], str]) -> str:
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
    with os.fdopen(reading) as answer:
        said = answer.read()
    _, status = os.waitpid(child, 0)
    return f"ended with {os.waitstatus_to_exitcode(status)}" if status else said


def _imported(file: Path) -> Iterable[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)
