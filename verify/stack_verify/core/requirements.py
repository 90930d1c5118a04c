"""Which kinds of resources a policy's controls look at: the rest need not be read, nor be allowed to be.

A declaration that lacks something cannot turn a verdict into a pass: what a control does not declare it cannot look at
(``stack_verify.declared_reads``), and what is left out of a snapshot is named in it (``Snapshot.unread``).
"""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.core.control import Control
from stack_verify.policy import Policy
from stack_verify.resources import RESOURCES, leading_to
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.probe import ProbeRun
from stack_verify.resources.stack import DeclaredResource, StackOutput, StackOutputs, StackRegions

_KINDS = frozenset(kind.kind() for kind in RESOURCES)
# What is known of every stack without asking.
_GIVEN = frozenset(
    kind.kind() for kind in (DeclaredResource, Elsewhere, ProbeRun, StackOutput, StackOutputs, StackRegions)
)


def unread(controls: Iterable[Control], policy: Policy) -> frozenset[str]:
    """The kinds that need not be read, as no control that the policy judges by needs them.

    There are none where the policy turns nothing off: such a run reads the whole stack.
    """
    if not policy.off:
        return frozenset()
    judged = (each for each in controls if policy.unjudged(each.id, hardening=each.hardening) is None)
    needed = frozenset().union(*map(looked_at, judged))
    return _KINDS - _GIVEN - needed - leading_to(needed)


def looked_at(control: Control) -> frozenset[str]:
    """The kinds of resources that the control may look at: what it judges and declares, or every kind."""
    return _KINDS if control.looks_at is None else control.looks_at
