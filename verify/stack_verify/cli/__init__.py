"""The commands of ``stack-verify``: a module each, with its options and what it does."""

from __future__ import annotations

from types import ModuleType

from stack_verify.cli import collect, controls, diff, evaluate, fleet, history, permissions, policy, publish, run, sign

# In the order in which the help lists them. Each module has ``add``, which makes its command's parser.
COMMANDS: tuple[ModuleType, ...] = (
    run,
    fleet,
    controls,
    policy,
    permissions,
    collect,
    evaluate,
    sign,
    diff,
    history,
    publish,
)
