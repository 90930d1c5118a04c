"""What is waited for: what AWS answers late, where an open finding rests on it."""

from __future__ import annotations

from pathlib import Path

import pytest
from controls.test_targets import A, B, held, target
from msgspec import structs
from stack_verify.__main__ import main
from stack_verify.controls.acm.certificates import acm_certificate_issued
from stack_verify.controls.elbv2.targets import target_health_healthy
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, passed
from stack_verify.errors import SettleError
from stack_verify.inquiry import Gap, Settling
from stack_verify.pipeline.run import Request, prepare
from stack_verify.pipeline.stabilize import settle, unsettled
from stack_verify.policy import load_policy
from stack_verify.report.wording import waited
from stack_verify.resources.acm import Certificate
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.elbv2 import TargetGroupHealth
from stack_verify.resources.iam import Role
from stack_verify.resources.resource import Question
from stack_verify.snapshot import Snapshot
from support.hand_made import answered, arn, denied, own_vpc, snapshot

POLICY = load_policy("hipaa", "prod")
CERTIFICATE = arn("acm", "certificate/1")
HEALTH = TargetGroupHealth.kind()


def rule(check):
    more = {"severity": Severity.LOW, "citations": hipaa("164.312(b)"), "remediation": "Mend it."}
    return control("own-rule", "A rule", **more)(check)


@rule
def tagged(vpc: VPC, _snapshot, _policy) -> Verdict:
    return passed("it is") if vpc.tags.get("Owner") else failed("no owner", expected="one")


@rule
def named(vpc: VPC, _snapshot, _policy) -> Verdict:
    return failed(vpc.vpc_id, expected="another")


@rule
def has_role(vpc: VPC, snapshot: Snapshot, _policy) -> Verdict:
    return passed("it is there") if snapshot.find(Role.ask("web")) else failed(f"none for {vpc.id}", expected="a role")


VPCS = own_vpc(Tags={})


def waiting(held: Snapshot, *controls) -> set[str]:
    return {question.kind for question in unsettled(held, controls, POLICY)}


@pytest.mark.parametrize(
    ("targets", "kinds"),
    [([target(A), target(B)], set()), ([target(A), target(B, "initial")], {HEALTH}), ([target(A)], {HEALTH})],
    ids=["healthy", "initial, an error", "too few, a failure"],
)
def test_health_is_waited_for_while_targets_are_not_healthy(targets, kinds):
    assert waiting(held(*targets), target_health_healthy) == kinds


def test_a_certificate_is_waited_for_until_it_is_issued():
    pending = answered(Certificate, CertificateArn=CERTIFICATE, Status="PENDING_VALIDATION")
    assert waiting(snapshot(pending), acm_certificate_issued) == {Certificate.kind()}


def test_of_tags_and_other_fields_of_one_resource_the_tags_alone_lag():
    assert waiting(snapshot(VPCS), tagged) == {VPC.kind()}
    assert waiting(snapshot(VPCS), named) == set()


def test_what_iam_does_not_have_yet_is_waited_for():
    none = snapshot(VPCS, lists=[(Role, "web")])
    assert waiting(none, has_role) == {Role.kind()}


@pytest.mark.parametrize(("code", "kinds"), [("Throttling", {HEALTH}), ("AccessDenied", set())])
def test_a_call_that_failed_is_made_again_unless_it_was_denied(code, kinds):
    seen = held(target(A), target(B), known=False)
    (gap,) = seen.gaps
    assert waiting(snapshot(*seen.resources, gaps=(with_code(gap, code),)), target_health_healthy) == kinds


def test_a_gap_that_no_control_asks_about_is_asked_again_too():
    assert waiting(snapshot(gaps=(with_code(denied(Certificate, CERTIFICATE), "Throttling"),))) == {Certificate.kind()}


def with_code(gap: Gap, code: str) -> Gap:
    return structs.replace(gap, code=code)


def test_what_stays_is_asked_again_until_the_time_is_over_and_told():
    pauses, told = [], []
    question = Question(HEALTH, "x")
    settled = settle(
        snapshot(VPCS),
        lambda _: frozenset({question}),
        lambda seen, _: seen,
        told.append,
        limit=20,
        clock=lambda: sum(pauses),
        pause=pauses.append,
    )
    assert pauses == [2, 3, 4.5, 6.75, 3.75]
    assert settled.settling == Settling(limit=20, seconds=20, rounds=5, asked_again=1, still_open=(question,))
    assert told[0] == f"waiting for 1 {HEALTH} to settle, 20 s at the most"
    assert told[-1] == f"waiting for 1 {HEALTH} to settle, 4 s at the most"


@pytest.mark.parametrize(
    ("seconds", "rounds", "still_open", "said"),
    [
        (0, 0, (), "at once: no open finding rests on what AWS answers late"),
        (5.2, 2, (), "after 5.2 s of 20; late answers asked for again: 1"),
        (20, 5, (Question(HEALTH, "x"),), "not within 20 s; late answers that open findings rest on: 1"),
    ],
)
def test_the_report_says_how_long_it_took(seconds, rounds, still_open, said):
    settling = Settling(limit=20, seconds=seconds, rounds=rounds, asked_again=1, still_open=still_open)
    assert waited(settling) == said


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "86401"])
def test_a_time_that_is_none_is_wrong_use(seconds, tmp_path, capsys):
    assert main(["collect", str(tmp_path / "outputs.json"), "--settle", seconds]) == 4
    assert "--settle" in capsys.readouterr().err


def test_a_saved_snapshot_is_not_waited_for():
    request = Request(Path("outputs.json"), snapshot=Path("snapshot.json"), settle=10)
    with pytest.raises(SettleError, match="of a time that is over"):
        prepare(request, ())
