"""What is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as version_of

DISTRIBUTION = "stack-verify"


def version() -> str:
    """The version of the verifier."""
    try:
        return version_of(DISTRIBUTION)
    except PackageNotFoundError:
        return "not installed"
