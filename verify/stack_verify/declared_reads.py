"""What a control may look at: its subject, and the kinds that its ``reads`` declare.

Permissions and what a run reads follow from the declaration. A control that looks at more has no verdict, as what it
looked at may not have been read: never a pass by what there is of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from stack_verify.errors import Undeclared


class _Declared(NamedTuple):
    control: str
    kinds: Collection[str]


_declared: ContextVar[_Declared | None] = ContextVar("_declared", default=None)


@contextmanager
def looking_only_at(kinds: Collection[str] | None, control: str) -> Iterator[None]:
    """Inside the block nothing but ``kinds`` may be looked at, in the name of ``control``; None is everything."""
    token = _declared.set(None if kinds is None else _Declared(control, kinds))
    try:
        yield
    finally:
        _declared.reset(token)


def looking_at(kinds: Collection[str]) -> None:
    """Tells that all of ``kinds`` are being looked at.

    Raises:
        Undeclared: when the control that is being judged does not declare one of them.
    """
    declared = _declared.get()
    if declared is None or all(kind in declared.kinds for kind in kinds):
        return
    lacking = ", ".join(sorted(set(kinds).difference(declared.kinds)))
    raise Undeclared(f"control {declared.control} looks at {lacking}, which its reads do not declare")
