"""The compliant prod stack, verified once for a test process."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from running import Ran, verify

# How long an example takes is a matter of how busy the machine is.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


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
