"""Judging a snapshot: every control on every resource it speaks of, and never silence."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest
from msgspec import structs
from stack_verify.core.control import Severity, Status, Verdict, control, hipaa, passed, verdict
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import Waiver
from stack_verify.inquiry import Answer, Caller, Gap, Stack
from stack_verify.policy import load_policy
from stack_verify.resources.kms import Key, KeyRotation
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
POLICY = load_policy("hipaa", "prod")
KEY_ARN = "arn:aws:kms:sa-east-1:123456789012:key/k"


def call(api: str) -> ApiCall:
    return ApiCall(api=api, account="123456789012", region="sa-east-1", request_id=f"of {api}", at=AT)


def output(name: str) -> StackOutput:
    return StackOutput(observed_by=call("file:outputs.json"), name=name, value="x")


def decoded(kind: type[Resource], api: str, **fields: str) -> Resource:
    """A resource as the API answered it: with these fields and no others that may be missing."""
    return msgspec.convert({**fields, "ObservedBy": call(api)}, kind)


OF_AWS = {"KeyId": "k", "Arn": KEY_ARN, "KeyManager": "AWS", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
KEY = decoded(Key, "kms:DescribeKey", **OF_AWS, KeyState="Enabled")
ROTATION = decoded(KeyRotation, "kms:GetKeyRotationStatus", Key=KEY_ARN)


def answer(question: Question, *resources: Resource, in_stack: bool = True) -> Answer:
    ids = tuple((resource.kind(), resource.id) for resource in resources)
    return Answer(question=question, call=call("kms:DescribeKey"), ids=ids, in_stack=in_stack)


def gap(question: Question, api: str) -> Gap:
    return Gap(question=question, api=api, action=api, code="AccessDenied", message="no", at=AT)


def snapshot(*resources: Resource, answers: tuple[Answer, ...] = (), gaps: tuple[Gap, ...] = ()) -> Snapshot:
    caller = Caller(account="123456789012", arn="arn:aws:sts::123456789012:assumed-role/audit/x", region="sa-east-1")
    stack = Stack(source="outputs.json")
    return Snapshot(taken_at=AT, caller=caller, stack=stack, resources=resources, answers=answers, gaps=gaps)


def rule(check, **more):
    return control(
        "key-rule", "A rule", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.", **more
    )(check)


@rule
def enabled(key: Key, _snapshot, _policy) -> Verdict:
    return verdict(key.key_state == "Enabled", f"KeyState is {key.key_state}", expected="Enabled")


@rule
def rotates(key: Key, snapshot, _policy) -> Verdict:
    return verdict(snapshot.require(KeyRotation, key.key_arn).key_rotation_enabled, "rotation", expected="on")


def judge(snapshot: Snapshot, *controls, waivers=()):
    return [(each.resource.id, each.status, each.observed) for each in evaluate(snapshot, controls, POLICY, waivers)]


def test_a_resource_of_the_stack_is_judged_with_the_fields_it_was_judged_by():
    (finding,) = evaluate(snapshot(KEY, answers=(answer(Key.ask(KEY_ARN), KEY),)), [enabled], POLICY)
    assert (finding.status, finding.observed, finding.expected) == (Status.PASSED, "KeyState is Enabled", None)
    assert [(item.api, item.request_id, item.field, item.value) for item in finding.evidence] == [
        ("kms:DescribeKey", "of kms:DescribeKey", "k KeyState", "Enabled")
    ]


def test_what_only_surrounds_the_stack_is_not_judged():
    around = answer(Key.ask(KEY_ARN), KEY, in_stack=False)
    assert judge(snapshot(KEY, answers=(around,)), enabled) == [
        ("", Status.NOT_APPLICABLE, "the stack has no AWS::KMS::Key")
    ]


def test_a_resource_that_could_not_be_read_is_an_error():
    denied = gap(Key.ask(KEY_ARN), "kms:DescribeKey")
    assert judge(snapshot(gaps=(denied,)), enabled) == [
        (KEY_ARN, Status.ERROR, "kms:DescribeKey was denied (AccessDenied); allow kms:DescribeKey to the caller")
    ]


def test_nothing_is_not_applicable_while_something_that_leads_to_it_is_unread():
    """A database that could not be read may have a key that nobody knows of."""
    denied = gap(DBInstance.ask("db"), "rds:DescribeDBInstances")
    assert [status for _, status, _ in judge(snapshot(gaps=(denied,)), enabled)] == [Status.ERROR]


def test_a_gap_that_no_control_asks_about_is_still_an_error():
    denied = gap(KeyRotation.ask(KEY_ARN), "kms:GetKeyRotationStatus")
    found = evaluate(snapshot(KEY, answers=(answer(Key.ask(KEY_ARN), KEY),), gaps=(denied,)), [enabled], POLICY)
    assert {(each.control, each.status) for each in found} == {
        ("key-rule", Status.PASSED),
        ("evidence-complete", Status.ERROR),
    }


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ((), "is not known: it was not asked for"),
        ((answer(KeyRotation.ask(KEY_ARN)),), "AWS answers that there is no AWS::KMS::Key.Rotation"),
        ((answer(KeyRotation.ask(KEY_ARN), ROTATION),), "AWS's answer holds no KeyRotationEnabled"),
    ],
)
def test_what_aws_did_not_say_is_an_error(answers, told):
    found = judge(snapshot(KEY, ROTATION, answers=(answer(Key.ask(KEY_ARN), KEY), *answers)), rotates)
    assert [(name, status) for name, status, _ in found] == [("k", Status.ERROR)]
    assert told in found[0][2]


def test_a_control_with_a_bug_is_an_error_and_spoils_nothing_else():
    @rule
    def buggy(key: Key, _snapshot, _policy) -> Verdict:
        return passed({}[key.key_id])

    (finding,) = evaluate(snapshot(KEY, answers=(answer(Key.ask(KEY_ARN), KEY),)), [buggy], POLICY)
    assert (finding.status, finding.observed) == (Status.ERROR, "the control itself is at fault: KeyError: 'k'")


def test_a_control_leaves_out_what_it_does_not_speak_of():

    def named_only(output: StackOutput, _snapshot, _policy) -> Verdict:
        return passed(output.name)

    speaks = rule(named_only, where=lambda output: output.name == "b")
    outputs = (output("a"), output("b"))
    found = judge(snapshot(*outputs, answers=(answer(Question("Stack", "x"), *outputs),)), speaks)
    assert found == [("b", Status.PASSED, "b")]


def waiver(resource: str, expires: date) -> Waiver:
    return Waiver(
        control="key-rule",
        resource=resource,
        owner="Data team",
        reason="migration",
        approver="Security officer",
        ticket="SEC-1",
        expires=expires,
        alternative="none is needed",
    )


DISABLED = decoded(Key, "kms:DescribeKey", **OF_AWS, KeyState="Disabled")


@pytest.mark.parametrize("resource", ["k", KEY_ARN, "k*"])
def test_a_failure_is_waived_through_the_day_its_waiver_expires(resource):
    broken = snapshot(DISABLED, answers=(answer(Key.ask(KEY_ARN), DISABLED),))
    assert [status for _, status, _ in judge(broken, enabled, waivers=(waiver(resource, AT.date()),))] == [
        Status.WAIVED
    ]


@pytest.mark.parametrize(
    ("key", "resource", "expires"),
    [(DISABLED, "k", date(2026, 1, 30)), (DISABLED, "other", date(2027, 1, 1)), (KEY, "k", date(2027, 1, 1))],
    ids=["expired", "matches nothing", "no longer needed"],
)
def test_a_waiver_that_is_not_in_force_is_a_failure_of_its_own(key, resource, expires):
    held = snapshot(key, answers=(answer(Key.ask(KEY_ARN), key),))
    found = evaluate(held, [enabled], POLICY, (waiver(resource, expires),))
    assert [each.status for each in found if each.control == "waivers-valid"] == [Status.FAILED]
    assert Status.WAIVED not in {each.status for each in found}


def test_an_error_cannot_be_waived():
    denied = gap(Key.ask(KEY_ARN), "kms:DescribeKey")
    found = judge(snapshot(gaps=(denied,)), enabled, waivers=(waiver("*", date(2027, 1, 1)),))
    assert Status.WAIVED not in {status for _, status, _ in found}


def test_a_control_that_the_policy_turns_off_says_so_in_one_row_whatever_the_stack_holds():
    policy = structs.replace(POLICY, off={"key-rule": "keys are rotated by hand"})
    denied = gap(Key.ask(KEY_ARN), "kms:DescribeKey")
    for given in (snapshot(KEY, answers=(answer(Key.ask(KEY_ARN), KEY),)), snapshot()):
        (finding,) = evaluate(given, [enabled], policy)
        assert (finding.status, finding.resource.id) == (Status.NOT_APPLICABLE, "")
        assert finding.observed == "the policy hipaa turns it off: keys are rotated by hand"
    # What could not be read is still told: it may hide a part of the stack.
    found = {(each.control, each.status) for each in evaluate(snapshot(gaps=(denied,)), [enabled], policy)}
    assert found == {("key-rule", Status.NOT_APPLICABLE), ("evidence-complete", Status.ERROR)}


def test_hardening_is_judged_by_the_strict_profile_alone():
    hardening = rule(enabled.check, hardening=True)
    held = snapshot(DISABLED, answers=(answer(Key.ask(KEY_ARN), DISABLED),))
    told = ("", Status.NOT_APPLICABLE, "hardening: judged by the profile hipaa-strict")
    assert judge(held, hardening) == [told]
    for name in ("hipaa", "hipaa-nprm"):
        assert [each.status for each in evaluate(held, [hardening], load_policy(name, "prod"))] == [told[1]]
    for environment in ("prod", "dev"):
        (finding,) = evaluate(held, [hardening], load_policy("hipaa-strict", environment))
        assert (finding.resource.id, finding.status) == ("k", Status.FAILED)
    assert [status for _, status, _ in judge(held, enabled)] == [Status.FAILED]


def test_a_waiver_of_a_control_that_is_off_is_unfit():
    policy = structs.replace(POLICY, off={"key-rule": "by hand"})
    found = evaluate(snapshot(), [enabled], policy, (waiver("*", date(2027, 1, 1)),))
    assert {(each.control, each.status) for each in found} == {
        ("key-rule", Status.NOT_APPLICABLE),
        ("waivers-valid", Status.FAILED),
    }


def test_a_control_weighs_what_the_policy_says():
    policy = structs.replace(POLICY, severity={"key-rule": Severity.CRITICAL})
    assert {each.severity for each in evaluate(snapshot(), [enabled], policy)} == {Severity.CRITICAL}
    assert {each.severity for each in evaluate(snapshot(), [enabled], POLICY)} == {Severity.LOW}


def test_a_control_must_say_what_it_judges_and_cite():
    with pytest.raises(TypeError, match="annotate the first parameter"):
        rule(lambda _: passed("x"))
    with pytest.raises(TypeError, match="cite at least one specification"):
        control("x", "X", severity=Severity.LOW, citations=(), remediation="-")(enabled.check)
    with pytest.raises(TypeError, match="control Own Rule: write its id in small letters"):
        control("Own Rule", "X", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="-")(enabled.check)
    with pytest.raises(ValueError, match=r"no specification 164.312\(z\)"):
        hipaa("164.312(b)", "164.312(z)")
