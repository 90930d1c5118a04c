"""The policy in force as text: TOML, which is itself a profile again, or JSON."""

from __future__ import annotations

import json as encoder
from collections.abc import Callable, Iterator, Mapping

import msgspec

from stack_verify.policy import Policy

WIDTH = 116


def toml(policy: Policy) -> str:
    """The policy as a profile that says everything itself: as a file it gives the same policy."""
    return "\n".join(_lines(policy))


def json(policy: Policy) -> str:
    """The policy as the JSON object that reports hold."""
    return msgspec.json.format(msgspec.json.encode(policy), indent=2).decode()


POLICY_FORMATS: dict[str, Callable[[Policy], str]] = {"toml": toml, "json": json}


def _lines(policy: Policy) -> Iterator[str]:
    yield f"# What is judged by in the environment {_value(policy.environment)}."
    yield f"name = {_value(policy.name)}"
    if policy.proposed is not None:
        yield "# The rule is proposed and not in force: no finding is a breach of an obligation."
        yield f"proposed = {_value(policy.proposed)}"
    if policy.hardening:
        yield "# What goes beyond the Security Rule and AWS's own checks is judged too."
        yield "hardening = true"
    yield from _table("defaults", policy.thresholds)
    if policy.off:
        yield from _table("off", policy.off)
    if policy.accounts:
        yield from _table("accounts", policy.accounts)
    if policy.severity:
        yield from _table("severity", {control: str(level) for control, level in policy.severity.items()})


def _table(name: str, values: Mapping[str, object]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for key, value in values.items():
        yield from _assignment(key, value)


def _assignment(key: str, value: object) -> Iterator[str]:
    line = f"{key} = {_value(value)}"
    if not isinstance(value, (list, tuple)) or len(line) <= WIDTH:
        yield line
        return
    yield f"{key} = ["
    yield from (f"    {_value(item)}," for item in value)
    yield "]"


def _value(value: object) -> str:
    """A text, number, boolean or list in TOML, which writes these as JSON does but for one control character."""
    return encoder.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
