"""Snapshots made by hand, of resources as AWS's APIs answer them and of the answers they came in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeVar

import boto3
import msgspec
from msgspec import structs
from stack_verify.collect.collector import Collector
from stack_verify.collect.reader import Aws, Reader
from stack_verify.core.control import Control, Status
from stack_verify.core.evaluate import evaluate
from stack_verify.inquiry import Answer, Caller, Gap, Stack
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.snapshot import Snapshot, sorted_resources

R = TypeVar("R", bound=Resource)

AT = datetime(2026, 1, 31, tzinfo=UTC)
ACCOUNT, FOREIGN, REGION = "123456789012", "210987654321", "sa-east-1"
POLICY = load_policy("hipaa-strict", "prod")
CALL = ApiCall(api="ec2:Describe", account=ACCOUNT, region=REGION, request_id="r", at=AT)


def arn(service: str, resource: str, *, account: str = ACCOUNT, region: str = REGION) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def answered(kind: type[R], **fields: object) -> R:
    """A resource as the API answered it: with these fields, in AWS's names, and no others."""
    return msgspec.convert({**fields, "ObservedBy": CALL}, kind)


class OneClient:
    """A session that has one client, for botocore's Stubber to answer in AWS's place."""

    region_name = REGION

    def __init__(self, service: str) -> None:
        self.only = boto3.client(service, REGION, aws_access_key_id="x", aws_secret_access_key="x")
        self.only.meta.events.register("after-call", as_of_aws)

    def client(self, _service, **_settings):
        return self.only


def as_of_aws(parsed, **_more) -> None:
    """Every answer of AWS has the id of its request; the Stubber's has none."""
    parsed.setdefault("ResponseMetadata", {}).setdefault("RequestId", "r")


def read(collector: Collector, session: OneClient, key: str) -> list[Resource]:
    """What the collector reads for one key."""
    reader = Reader(Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1), collector.apis)
    return [resource for _, resource in collector.ask(reader, [key])]


def own_vpc(**fields: object) -> VPC:
    """A VPC that the account owns itself; another ``OwnerId`` is that of an account which shares it."""
    return answered(VPC, **{"VpcId": "vpc-1", "OwnerId": ACCOUNT} | fields)


def answer(key: str, *resources: Resource, kind: type[Resource] | None = None) -> tuple[Answer, tuple[Resource, ...]]:
    """That the question for `key` was answered with `resources`, of the kind that was asked for."""
    return _answer((kind or type(resources[0])).ask(key), resources), resources


def document(*statements: dict[str, object]) -> str:
    """A policy document as AWS hands it out."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def denied(kind: type[Resource], key: str = "x") -> Gap:
    return Gap(
        question=kind.ask(key), api="ec2:Describe", action="ec2:Describe", code="AccessDenied", message="", at=AT
    )


def snapshot(
    *resources: Resource,
    lists: Iterable[tuple[type[Resource], str]] = (),
    gaps: tuple[Gap, ...] = (),
    region: str = REGION,
) -> Snapshot:
    """All of ``resources`` belong to the stack, and are known by id and by ARN.

    ``lists`` are the questions, each of a kind and its parent, that all resources of that kind are the answer to.
    """
    keys = [(each, key) for each in resources for key in {each.id, each.arn} - {None}]
    found = {Question(each.kind(), key): (each,) for each, key in keys}
    for kind, parent in lists:
        found[kind.ask(parent)] = tuple(each for each in resources if isinstance(each, kind))
    return _snapshot(resources, (_answer(question, each) for question, each in found.items()), gaps, region)


def of_answers(*answers: tuple[Answer, tuple[Resource, ...]], gaps: tuple[Gap, ...] = ()) -> Snapshot:
    """What these answers hold, each made with `answer`."""
    resources = sorted_resources(resource for _, resources in answers for resource in resources)
    return _snapshot(resources, (each for each, _ in answers), gaps, REGION)


def _snapshot(
    resources: tuple[Resource, ...], answers: Iterable[Answer], gaps: tuple[Gap, ...], region: str
) -> Snapshot:
    return Snapshot(
        taken_at=AT,
        caller=Caller(account=ACCOUNT, arn=f"arn:aws:iam::{ACCOUNT}:user/audit", region=region),
        stack=Stack(source="outputs.json"),
        resources=resources,
        answers=tuple(answers),
        gaps=gaps,
    )


def _answer(question: Question, resources: Iterable[Resource]) -> Answer:
    ids = tuple((each.kind(), each.id) for each in resources)
    return Answer(question=question, call=CALL, ids=ids, in_stack=True)


def judged(control: Control, held: Snapshot, environment: str = "prod", **thresholds: object) -> dict[str, Status]:
    """What ``control`` says of each resource, by its id. The policy has these ``thresholds`` instead of its own."""
    found = evaluate(held, [control], structs.replace(load_policy("hipaa-strict", environment), **thresholds))
    return {each.resource.id: each.status for each in found if each.control == control.id}


def said_of(control: Control, held: Snapshot, name: str) -> tuple[Status, str]:
    """What the control says of the resource of this name, and why."""
    found = [each for each in evaluate(held, [control], POLICY) if each.control == control.id]
    (finding,) = (each for each in found if each.resource.id == name)
    return finding.status, finding.observed


def observed(control: Control, held: Snapshot, environment: str = "prod") -> str:
    """What ``control`` observed of the one resource that it judges."""
    found = evaluate(held, [control], load_policy("hipaa-strict", environment))
    (found,) = (each for each in found if each.control == control.id)
    return found.observed
