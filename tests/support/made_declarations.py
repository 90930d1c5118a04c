"""Resources as a stack's state declares them, and what is said of them beside what is live."""

from __future__ import annotations

import json

from stack_verify.controls.stack.drift import drift_live_vs_declared
from stack_verify.core.control import Status
from stack_verify.drift import table_of
from stack_verify.drift.field import declared_properties
from stack_verify.resources.resource import Question, Resource
from stack_verify.resources.stack import DeclaredResource
from support.hand_made import ACCOUNT, CALL, REGION, answer, of_answers, said_of

BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/0123456789abcdef"
MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:canary"}


def declared(kind: str, about: Question, urn: str = "urn", *, own: bool = True, **inputs: object) -> DeclaredResource:
    """A resource of the state, read as a state file is."""
    table = table_of(kind)
    assert table is not None
    read = declared_properties(table, json.loads(json.dumps(inputs)))
    return DeclaredResource(
        observed_by=CALL,
        urn=urn,
        type=kind,
        reference=about if own else None,
        about=about,
        properties=read.values,
        secret_properties=read.secret,
        unread_properties=read.unread,
    )


def verdict(*resources: DeclaredResource, live: tuple[tuple[str, Resource], ...]) -> tuple[Status, str]:
    """What is said of the first of ``resources``; ``live`` is what AWS answered, by the key of the question."""
    answers = [answer(key, resource) for key, resource in live]
    seen = of_answers(answer("state", *resources), *answers)
    return said_of(drift_live_vs_declared, seen, resources[0].urn)


def differences(told: str) -> str:
    """What is said between the resource's name and who changed it."""
    return told.partition(": ")[2].partition("; who changed it last")[0]
