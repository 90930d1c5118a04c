"""The root user, and who looks for access from outside the account."""

from __future__ import annotations

import msgspec
import pytest
from botocore.stub import Stubber
from stack_verify.collect.account import security_contact
from stack_verify.collect.reader import Malformed
from stack_verify.controls.account.settings import account_security_contact
from stack_verify.controls.iam.access_analyzer import iam_access_analyzer, iam_no_external_access_findings
from stack_verify.controls.iam.root_user import iam_root_hardware_mfa, iam_root_mfa, iam_root_no_keys
from stack_verify.controls.inspector2.scanning import inspector_ecr
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.policy import load_policy
from stack_verify.resources.accessanalyzer import AccessFinding, Analyzer
from stack_verify.resources.account import Account, SecurityContact, VirtualMfaDevices
from stack_verify.resources.inspector2 import InspectorStatus
from stack_verify.resources.s3 import Bucket
from support.hand_made import ACCOUNT, OneClient, answered, arn, read, snapshot

POLICY = load_policy("hipaa", "prod")
ANALYZER_ARN = arn("access-analyzer", "analyzer/outside")


def account(**summary: int) -> Account:
    return answered(Account, AccountId=ACCOUNT, **summary)


def judged(control, subject, *resources):
    kinds = (Analyzer, InspectorStatus, SecurityContact, VirtualMfaDevices)
    lists = [*((kind, ACCOUNT) for kind in kinds), (AccessFinding, ANALYZER_ARN)]
    return control.check(subject, snapshot(subject, *resources, lists=lists), POLICY).status


def analyzer(type_: str = "ACCOUNT", status: str = "ACTIVE") -> Analyzer:
    return answered(Analyzer, name="outside", arn=ANALYZER_ARN, type=type_, status=status)


@pytest.mark.parametrize(
    ("summary", "status"),
    [
        ({"AccountMFAEnabled": 1}, Status.PASSED),
        ({"AccountMFAEnabled": 0}, Status.FAILED),
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 1}, Status.FAILED),
        # The root user of a member account may have no credentials at all.
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 0}, Status.PASSED),
    ],
)
def test_the_root_user_has_an_mfa_device_or_no_password(summary, status):
    assert judged(iam_root_mfa, account(**summary)) is status


OF_ROOT = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/phone", "User": {"Arn": f"arn:aws:iam::{ACCOUNT}:root"}}
BY_NAME = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/root-account-mfa-device"}
OF_ANOTHER = {"SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/kim", "User": {"Arn": f"arn:aws:iam::{ACCOUNT}:user/kim"}}


def devices(*found: dict[str, object]) -> VirtualMfaDevices:
    return answered(VirtualMfaDevices, AccountId=ACCOUNT, Devices=found)


@pytest.mark.parametrize(
    ("summary", "found", "status"),
    [
        ({"AccountMFAEnabled": 1}, [], Status.PASSED),
        ({"AccountMFAEnabled": 1}, [OF_ANOTHER], Status.PASSED),
        ({"AccountMFAEnabled": 1}, [OF_ANOTHER, OF_ROOT], Status.FAILED),
        ({"AccountMFAEnabled": 1}, [BY_NAME], Status.FAILED),
        ({"AccountMFAEnabled": 0}, [], Status.FAILED),
        ({"AccountMFAEnabled": 0, "AccountPasswordPresent": 0}, [], Status.PASSED),
    ],
)
def test_the_root_users_mfa_device_is_none_that_is_virtual(summary, found, status):
    assert judged(iam_root_hardware_mfa, account(**summary), devices(*found)) is status


@pytest.mark.parametrize("unsaid", [{}, {"User": {}}])
def test_a_virtual_device_of_nobody_knows_whom_may_be_the_root_users(unsaid):
    device = {"SerialNumber": OF_ANOTHER["SerialNumber"], **unsaid}
    with pytest.raises(Unanswered):
        judged(iam_root_hardware_mfa, account(AccountMFAEnabled=1), devices(device))


@pytest.mark.parametrize(("word", "status"), [("ENABLED", Status.PASSED), ("ENABLING", Status.FAILED)])
def test_inspector_scans_images_only_once_it_is_enabled(word, status):
    found = answered(InspectorStatus, accountId=ACCOUNT, resourceState={"ecr": {"status": word}})
    assert judged(inspector_ecr, account(), found) is status


@pytest.mark.parametrize("unsaid", [[], [{}], [{"resourceState": {}}], [{"resourceState": {"ecr": {}}}]])
def test_silence_about_inspector_is_no_pass(unsaid):
    with pytest.raises(Unanswered):
        judged(inspector_ecr, account(), *(answered(InspectorStatus, accountId=ACCOUNT, **each) for each in unsaid))


def test_there_is_a_contact_for_security_or_there_is_none():
    assert judged(account_security_contact, account(), answered(SecurityContact, AccountId=ACCOUNT)) is Status.PASSED
    assert judged(account_security_contact, account()) is Status.FAILED


def test_of_the_contact_no_more_is_kept_than_that_there_is_one():
    session = OneClient("account")
    who = {"Name": "Kim", "Title": "CISO", "EmailAddress": "kim@example.com", "PhoneNumber": "1"}
    with Stubber(session.only) as stub:
        stub.add_response("get_alternate_contact", {"AlternateContact": who}, {"AlternateContactType": "SECURITY"})
        (found,) = read(security_contact, session, ACCOUNT)
    assert set(msgspec.to_builtins(found)) == {"ResourceType", "ObservedBy", "AccountId"}


def test_an_answer_without_a_contact_is_cut_short():
    session = OneClient("account")
    with Stubber(session.only) as stub:
        stub.add_response("get_alternate_contact", {})
        with pytest.raises(Malformed):
            read(security_contact, session, ACCOUNT)


@pytest.mark.parametrize("control", [iam_root_mfa, iam_root_no_keys, iam_root_hardware_mfa])
def test_silence_about_the_root_user_is_no_pass(control):
    with pytest.raises(Unanswered):
        judged(control, account())


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ((analyzer(),), Status.PASSED),
        ((analyzer("ORGANIZATION"),), Status.PASSED),
        ((analyzer("ACCOUNT_UNUSED_ACCESS"),), Status.FAILED),
        ((analyzer(status="DISABLED"),), Status.FAILED),
        ((), Status.FAILED),
    ],
)
def test_an_active_analyzer_looks_for_access_from_outside(found, status):
    assert judged(iam_access_analyzer, account(), *found) is status


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("arn:aws:s3:::records", Status.FAILED),
        ("arn:aws:s3:::anothers", Status.PASSED),
        (None, Status.PASSED),
    ],
)
def test_a_finding_counts_where_it_names_a_resource_of_the_stack(resource, status):
    bucket = answered(Bucket, Name="records", BucketArn="arn:aws:s3:::records")
    finding = answered(AccessFinding, id="1", resource=resource)
    assert judged(iam_no_external_access_findings, analyzer(), bucket, finding) is status


def test_only_what_looks_outside_is_asked_for_findings_and_judged_by_them():
    unused = analyzer("ACCOUNT_UNUSED_ACCESS")
    assert not iam_no_external_access_findings.where(unused)
    assert list(unused.refers_to()) == []
    assert list(analyzer().refers_to()) == [AccessFinding.ask(ANALYZER_ARN)]
