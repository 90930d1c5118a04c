"""The deployed stacks that controls are proven on: one of each for a test process, pristine for every test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from support.deployed import Deployed
from support.judging import Golden, Judgement, judged, outputs_of, save


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write", action="store_true", help="write drift.tsv anew instead of comparing with it")


def pytest_configure(config: pytest.Config) -> None:
    Golden.writes = config.getoption("--write", default=False)


@pytest.fixture(scope="session")
def deployed() -> Iterator[Callable[[str], Deployed]]:
    stacks: dict[str, Deployed] = {}

    def deployed(stack: str) -> Deployed:
        if stack not in stacks:
            stacks[stack] = Deployed(stack)
        return stacks[stack]

    yield deployed
    for stack in stacks.values():
        stack.close()


@pytest.fixture(scope="session")
def outputs(deployed) -> Callable[[str], dict[str, object]]:
    """What a stack exports."""
    return cache(lambda stack: deployed(stack).prepare(outputs_of))


@pytest.fixture(scope="session")
def saved(deployed) -> Callable[[str], bytes]:
    """The saved snapshot of a stack that nobody broke."""
    return cache(lambda stack: deployed(stack).prepare(save))


@pytest.fixture(scope="session")
def compliant(saved, tmp_path_factory) -> Callable[[str], Judgement]:
    """What the controls say of a stack that nobody broke."""

    def compliant(stack: str) -> Judgement:
        path = tmp_path_factory.mktemp(stack) / "snapshot.json"
        path.write_bytes(saved(stack))
        return judged(path)

    return cache(compliant)
