"""What every test under ``tests/`` shares: no test reaches AWS or the network, Hypothesis has a profile, builders.

A run of a file of outputs in this folder, ``pytest outputs/flat-outputs.json``, gets nothing of it: it reads AWS with
the caller's own credentials, and imports neither Hypothesis nor a module of the tests.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

TESTS = Path(__file__).parent / "tests"


def pytest_configure(config: pytest.Config) -> None:
    """Loads the profiles of Hypothesis where tests of ours are run. HYPOTHESIS_PROFILE=thorough tries more examples."""
    named = [(config.invocation_params.dir / argument.split("::")[0]).resolve() for argument in config.args]
    ours = any(path.is_relative_to(TESTS) or TESTS.is_relative_to(path) for path in named)
    # The tests in a browser have an environment of their own, without it.
    if not ours or find_spec("hypothesis") is None:
        return
    from hypothesis import settings  # noqa: PLC0415 - a run of a file of outputs need not have it

    # How long an example takes is a matter of how busy the machine is.
    settings.register_profile("patient", deadline=None)
    settings.register_profile("thorough", deadline=None, max_examples=2000)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Lets a test of ours reach this machine only."""
    if not item.path.is_relative_to(TESTS):
        return (yield)
    from support.loopback import loopback_only  # noqa: PLC0415 - of the tests

    with loopback_only():
        return (yield)


@pytest.fixture(scope="session")
def hand_made() -> ModuleType:
    """The builders of snapshots: ``hand_made.snapshot(hand_made.answered(DBInstance, ...))``."""
    from support import hand_made as builders  # noqa: PLC0415 - of the tests

    return builders
