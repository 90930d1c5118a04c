"""What AWS answers late is waited for in a live stack: it is asked again, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from stack_verify.collect import collect_again
from stack_verify.controls.elbv2.targets import target_health_healthy
from stack_verify.controls.s3.settings import s3_versioning
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import UNJUDGED
from stack_verify.inquiry import Settling
from stack_verify.pipeline.stabilize import settle, unsettled
from stack_verify.resources.elbv2 import TargetGroupHealth
from stack_verify.snapshot import dump, load
from support.judging import Session, loaded, policy_for

from stack.local.faults import find

CONTROLS = (s3_versioning, target_health_healthy)


def test_targets_that_register_while_they_are_waited_for_hold_and_nothing_else_is_asked_again(deployed, saved):
    before, settled, calls, failing = deployed("prod").run(_settled, saved("prod"))
    assert failing == [{"target-health-healthy"}, {"target-health-healthy"}, set()]
    assert calls == ["DescribeTargetHealth"] * 2
    document = msgspec.json.decode(settled)
    assert msgspec.convert(document.pop("settling"), Settling) == Settling(
        limit=20, seconds=5, rounds=2, asked_again=1, still_open=()
    )
    # But for the times of the answers, it is the snapshot of a stack that nobody broke.
    changed = [pair for pair in zip(resources(before), resources(settled), strict=True) if pair[0] != pair[1]]
    assert changed == []
    assert [each["question"] for each in document["answers"]] == [each["question"] for each in answers(before)]


def answers(snapshot: bytes):
    return msgspec.json.decode(snapshot)["answers"]


def resources(snapshot: bytes):
    return [{**each, "ObservedBy": None} for each in msgspec.json.decode(snapshot)["resources"]]


def _settled(live, saved: bytes):
    """The snapshot before and after waiting, the calls in between, and what failed before each of them."""
    elbv2, group = live.aws.client("elbv2"), live.outputs["targetGroupArn"]
    registered = elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    find("target-health-healthy").apply(live.aws, live.outputs)
    session, outputs, pauses, failing = Session(live.region), loaded(live), [], []
    before = _loaded(saved)
    policy = policy_for(before.stack.environment)

    def again(snapshot, questions):
        return collect_again(session, outputs, snapshot, forgetting=questions, max_in_flight=1)

    def waits_for(snapshot):
        found = evaluate(snapshot, CONTROLS, policy)
        # With these few controls nearly all of the stack is not judged.
        failing.append({each.control for each in found if each.status == "failed"} - {UNJUDGED})
        return unsettled(snapshot, CONTROLS, policy)

    def pause(seconds):
        pauses.append(seconds)
        if len(pauses) == 2:
            elbv2.register_targets(TargetGroupArn=group, Targets=[each["Target"] for each in registered])

    broken = again(before, [TargetGroupHealth.ask(group)])
    calls = []
    session.client("elbv2").meta.events.register("before-call", lambda model, **_: calls.append(model.name))
    progress, clock = (lambda _: None), (lambda: sum(pauses))
    settled = settle(broken, waits_for, again, progress, limit=20, clock=clock, pause=pause)
    return dump(before), dump(settled), calls, failing


def _loaded(saved: bytes):
    with TemporaryDirectory() as directory:
        path = Path(directory, "snapshot.json")
        path.write_bytes(saved)
        return load(path)
