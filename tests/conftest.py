"""What all tests share: warnings are errors, and a deployed stack to verify."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.running import Ran, verify

pytest_plugins = ["pytester"]


# A deployment makes objects by the hundred thousand; to look through them for garbage takes half of its time.
gc.set_threshold(200_000, 20, 100)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "error")
    # The SDK warns of its own retired resources whenever its modules are imported.
    config.addinivalue_line("filterwarnings", r"ignore:.* has been deprecated in favor of:DeprecationWarning")


@dataclass(frozen=True)
class Deployed:
    """A stack on a moto server: where it answers, and the files that `up` wrote."""

    endpoint: str
    outputs: Path
    state: Path

    def environment(self, endpoint: str | None = None) -> Mapping[str, str]:
        """The environment of somebody who may read it and has no other AWS settings."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))},
            "AWS_ENDPOINT_URL": endpoint or self.endpoint,
            "AWS_ACCESS_KEY_ID": "AKIATESTSOFVERIFIER0",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "NO_PROXY": "127.0.0.1",
        }


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """A moto server of this test process."""
    from stack.local.emulator import moto_server

    with moto_server() as url:
        yield url


@pytest.fixture(scope="session")
def moto_environment(moto_url: str) -> Mapping[str, str]:
    """The environment of somebody who may read what is on it."""
    return Deployed(moto_url, Path(os.devnull), Path(os.devnull)).environment()


@pytest.fixture(scope="session")
def account_url() -> Iterator[str]:
    """A moto server with the two stacks below and nothing else: they share an account, of which some things are one."""
    from stack.local.emulator import moto_server

    with moto_server() as url:
        yield url


@pytest.fixture(scope="session")
def prod(account_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The compliant prod stack."""
    return _deployed("prod", account_url, tmp_path_factory)


@pytest.fixture(scope="session")
def dev(account_url: str, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """The compliant dev stack, in the same account."""
    return _deployed("dev", account_url, tmp_path_factory)


def _deployed(stack: str, url: str, directories: pytest.TempPathFactory) -> Deployed:
    from stack.local.deployment import deploy

    outputs, state = deploy(stack, endpoint_url=url).write(directories.mktemp(stack))
    return Deployed(url, outputs, state)


@pytest.fixture(scope="session")
def verified(prod, tmp_path_factory) -> Ran:
    return verify(
        prod.outputs,
        *("--stack-state", str(prod.state), "--junitxml", "pytest.xml"),
        environment=prod.environment(),
        cwd=tmp_path_factory.mktemp("verified"),
        report="",
    )


@pytest.fixture(scope="session")
def snapshot(verified) -> Path:
    """The file of its snapshot."""
    return verified.directory / "reports/snapshot.json"
