"""Which test proves a control that no fault in AWS's state can break."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])

# The name of the test by control.
PROVEN: dict[str, str] = {}


def proves(*controls: str) -> Callable[[Test], Test]:
    """Says on a test which controls it proves: that they can fail, and that they pass where nothing is wrong."""

    def mark(test: Test) -> Test:
        PROVEN.update(dict.fromkeys(controls, test.__name__))
        return test

    return mark
