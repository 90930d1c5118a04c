"""The root user, and who looks for access from outside the account."""

from __future__ import annotations

import pytest
from hand_made import ACCOUNT, answered, arn, snapshot

from verify.control import Status
from verify.controls.access_analyzer import iam_access_analyzer, iam_no_external_access_findings
from verify.controls.root_user import iam_root_mfa, iam_root_no_keys
from verify.errors import Unanswered
from verify.policy import load_policy
from verify.resources.accessanalyzer import AccessFinding, Analyzer
from verify.resources.account import Account
from verify.resources.s3 import Bucket

POLICY = load_policy("hipaa", "prod")
ANALYZER_ARN = arn("access-analyzer", "analyzer/outside")


def account(**summary: int) -> Account:
    return answered(Account, AccountId=ACCOUNT, **summary)


def judged(control, subject, *resources):
    lists = [(Analyzer, ACCOUNT), (AccessFinding, ANALYZER_ARN)]
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


@pytest.mark.parametrize("control", [iam_root_mfa, iam_root_no_keys])
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
