"""Small snapshots made by hand, of what AWS would have answered."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from verify.control import Control, Status
from verify.evaluate import evaluate
from verify.policy import load_policy
from verify.resources.resource import ApiCall, Question, Resource
from verify.snapshot import Answer, Caller, Gap, Snapshot, Stack, sorted_resources

R = TypeVar("R", bound=Resource)

ACCOUNT = "123456789012"
FOREIGN = "210987654321"
REGION = "sa-east-1"
AT = datetime(2026, 1, 31, tzinfo=UTC)
CALL = ApiCall(api="service:Operation", account=ACCOUNT, region=REGION, request_id=None, at=AT)
POLICY = load_policy("hipaa", "prod")


def decoded(kind: type[R], **fields: object) -> R:
    """A resource as AWS answers it: with these fields, in its own names, and no others."""
    return msgspec.convert({**fields, "ObservedBy": CALL}, kind)


def answer(key: str, *resources: Resource, kind: type[Resource] | None = None) -> tuple[Answer, tuple[Resource, ...]]:
    """That the question for ``key`` was answered with ``resources``, of the kind that was asked for."""
    question = (kind or type(resources[0])).ask(key)
    ids = tuple((resource.kind(), resource.id) for resource in resources)
    return Answer(question=question, call=CALL, ids=ids, in_stack=True), resources


def denied(question: Question) -> Gap:
    api = "service:Operation"
    return Gap(question=question, api=api, action=api, code="AccessDenied", message="no", at=AT)


def snapshot(*answers: tuple[Answer, tuple[Resource, ...]], gaps: tuple[Gap, ...] = ()) -> Snapshot:
    return Snapshot(
        taken_at=AT,
        caller=Caller(account=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:user/audit", region=REGION),
        stack=Stack(source="outputs.json"),
        resources=sorted_resources(resource for _, resources in answers for resource in resources),
        answers=tuple(each for each, _ in answers),
        gaps=gaps,
    )


def judged(control: Control, seen: Snapshot, name: str) -> tuple[Status, str]:
    """What the control says of the resource of this name, and why."""
    found = [each for each in evaluate(seen, [control], POLICY) if each.control == control.id]
    (finding,) = (each for each in found if each.resource.id == name)
    return finding.status, finding.observed


def document(*statements: dict[str, object]) -> str:
    """A policy document as AWS hands it out."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
