"""A well-run new account: every finding there is one that AWS's own checks or the Security Rule ask to be answered.

A control that fails here fails in most healthy accounts. Whoever adds one defends it below, or judges less.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

import boto3
import pytest
from msgspec import structs
from stack_verify.collect import collect
from stack_verify.controls import CONTROLS
from stack_verify.core.control import Severity, Status
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import Finding
from stack_verify.outputs import load_outputs
from stack_verify.policy import Policy, load_policy
from stack_verify.snapshot import Snapshot
from support.day_one import clinic, landing_zone, template
from support.day_one.clinic import BUCKET, DATABASE, TASK_LOGS
from support.day_one.names import ACCOUNT, BACKUP, LOG_ARCHIVE, POLICY, REGION

from stack.local.emulator import ENVIRONMENT
from stack.local.endpoint import ACCESS_KEY, SECRET_KEY, Clients

BALANCER, TARGETS = "app/Clinic-Servi-1QWERTY2UIOP", "targetgroup/Clinic-Servi-TARGETGROUP1"
TASK, REPOSITORY = "task-definition/ClinicServiceTaskDef7E2F3A1C:1", "clinic"

# What fails, on what, and why an engineer of AWS accepts it: the CDK's default is not what AWS's own check asks for.
DEFENDED = {
    # ELB.6: anyone with the right to change the stack deletes the load balancer by mistake; one attribute prevents it.
    ("alb-deletion-protection", BALANCER),
    # ELB.4: AWS's default passes malformed headers on to the tasks, which may read them otherwise.
    ("alb-drop-invalid-headers", BALANCER),
    # ELB.22, and 164.312(e)(2)(ii): ePHI crosses the VPC in clear between the load balancer and the tasks.
    ("alb-target-tls", TARGETS),
    # ELB.16: nothing filters requests from the internet before they reach the application.
    ("alb-waf-attached", BALANCER),
    # S3.23 and S3.22, and 164.312(b): Control Tower's trail records management events only, so that nothing shows who
    # read or changed a document.
    ("cloudtrail-s3-read-events", BUCKET),
    ("cloudtrail-s3-write-events", BUCKET),
    # ECR.5: Repository() of the CDK encrypts with AES256, for which there is no key policy and no log of use.
    ("ecr-cmk", REPOSITORY),
    # ECR.3: images with old vulnerabilities stay for ever, and can be deployed again.
    ("ecr-lifecycle", REPOSITORY),
    # ECS.20: neither the image nor the task definition says that the application is not root.
    ("ecs-nonroot-user", TASK),
    # ECS.5: whoever breaks into the container may change what it runs.
    ("ecs-readonly-rootfs", TASK),
    # IAM.7: Identity Center makes IAM users needless, yet nothing keeps one from getting a short password.
    ("iam-password-policy", ACCOUNT),
    # cloudwatch-log-group-encrypted, of AWS's conformance pack for the Security Rule: no key policy decides who reads.
    ("log-group-encrypted", TASK_LOGS),
    # RDS.8: the stack's removal takes the database along.
    ("rds-deletion-protection", DATABASE),
    # RDS.6: of the instance's operating system nothing is recorded.
    ("rds-enhanced-monitoring", DATABASE),
    # RDS.10: tasks sign in with a password that lives until it is changed.
    ("rds-iam-authentication", DATABASE),
    # RDS.26, and 164.308(a)(7)(ii)(A): automated backups go with the account; there is no plan, and no copy elsewhere.
    ("rds-in-backup-plan", DATABASE),
    # RDS.9 and RDS.36, and 164.312(b): the database's log ends with its disk.
    ("rds-log-exports", DATABASE),
    ("rds-postgres-log-export", DATABASE),
    # RDS.25: the CDK calls the master user postgres.
    ("rds-no-default-admin", DATABASE),
    # S3.9: requests that CloudTrail does not record are recorded nowhere.
    ("s3-access-logging", BUCKET),
    # S3.17: S3_MANAGED has no key whose use is logged. A key of AWS's own in KMS is enough.
    ("s3-kms-encryption", BUCKET),
    # S3.13 and S3.10: what is not needed any more is kept, and can only be disclosed.
    ("s3-lifecycle", BUCKET),
    ("s3-version-lifecycle", BUCKET),
}

# What beginners' tools fail in such an account, and what is judged here instead.
PASSES = (
    ("account-cloudtrail", ACCOUNT),  # the organisation's trail, seen as the shadow of one in another region
    ("account-config-recorder", ACCOUNT),  # Control Tower's
    ("account-config-delivery", ACCOUNT),  # into the log archive's bucket
    ("account-guardduty", ACCOUNT),  # enabled by the delegated administrator
    ("iam-access-analyzer", ACCOUNT),  # of the organisation
    ("alb-access-logs", BALANCER),  # into a bucket of the log archive's
    ("alb-http-redirects-to-https", BALANCER),  # with 302
    ("log-group-retention", TASK_LOGS),  # events never expire
    ("path-tg-port-equals-container-port", TARGETS),  # the group's own port is 80, and ECS registers 8080
    ("rds-storage-encrypted", DATABASE),  # with aws/rds
    ("s3-tls-only", BUCKET),  # enforceSSL
    ("iam-no-privilege-escalation", "Clinic-LogRetentionServiceRole"),  # logs:PutRetentionPolicy on everything
)

HARDENING = (
    "iam-trust-confused-deputy",  # the CDK's roles for tasks have no aws:SourceAccount, which AWS recommends
    "rds-master-password-managed",  # the CDK's generated secret is as good a place for the password
    "s3-customer-key",
    "secret-cmk",  # to secretsmanager-using-cmk AWS's own key complies
    "sg-egress-restricted",  # no check of AWS's asks for it, and the CDK allows all outbound traffic
    "vpc-endpoints-present",
)


class DayOne(NamedTuple):
    """The account as it was read, and the policy file of those who run it."""

    snapshot: Snapshot
    policy: Policy


@pytest.fixture(scope="module")
def day_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DayOne]:
    from moto import mock_aws

    from stack.local.supplement import install

    files = tmp_path_factory.mktemp("day-one")
    install()
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {**ENVIRONMENT, "AWS_DEFAULT_REGION": REGION}.items():
            patch.setenv(name, value)
        # Another test of this process may have imported it before.
        patch.setattr("moto.settings.ACM_VALIDATION_WAIT", 0)
        aws = Clients(REGION)
        landing_zone.set_up(aws)
        outputs = clinic.deploy(aws)
        (files / "cdk-outputs.json").write_text(json.dumps(outputs), encoding="utf-8")
        (files / "policy.toml").write_text(POLICY, encoding="utf-8")
        session = landing_zone.Organisation(
            boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=REGION), template.resources(aws)
        )
        # One call after the other: moto in process is not made for threads.
        snapshot = collect(session, load_outputs(files / "cdk-outputs.json"), max_in_flight=1)
        yield DayOne(snapshot, load_policy(str(files / "policy.toml"), snapshot.stack.environment))


@pytest.fixture(scope="module")
def findings(day_one: DayOne) -> tuple[Finding, ...]:
    return evaluate(day_one.snapshot, CONTROLS, day_one.policy)


def name_of(finding: Finding) -> str:
    """The resource's name, without what AWS makes up."""
    name = finding.resource.id
    for known in (BALANCER, TARGETS, TASK):
        if known in name:
            return known
    return name


def test_the_account_is_judged_as_production_under_hipaa(day_one):
    assert (day_one.policy.environment, day_one.policy.hardening) == ("prod", False)
    assert day_one.policy.role_of_account(LOG_ARCHIVE) == "log_archive"
    assert day_one.policy.role_of_account(BACKUP) == "backup"


def test_exactly_what_is_defended_fails(findings):
    failed = {(each.control, name_of(each)) for each in findings if each.status is Status.FAILED}
    assert failed == DEFENDED


def test_nothing_is_an_error_and_nothing_was_left_unread(day_one, findings):
    assert [each for each in findings if each.status is Status.ERROR] == []
    assert day_one.snapshot.gaps == ()


def test_nothing_in_a_well_run_account_is_high_or_critical(findings):
    failed = {each.control: each.severity for each in findings if each.status is Status.FAILED}
    assert set(failed.values()) <= {Severity.LOW, Severity.MEDIUM}, failed


@pytest.mark.parametrize(("control", "name"), PASSES)
def test_what_is_well_run_passes(findings, control, name):
    found = {each.status for each in findings if each.control == control and name_of(each) == name}
    # Not every listener of the load balancer redirects, nor has to.
    assert found - {Status.NOT_APPLICABLE} == {Status.PASSED}


def test_what_guardduty_made_is_not_a_stranger(findings):
    (finding,) = (each for each in findings if each.control == "vpc-no-strangers")
    assert (finding.status, finding.observed.endswith("nothing")) == (Status.PASSED, True)


def test_container_insights_own_log_group_is_not_asked_to_keep_or_encrypt_anything(findings):
    about = [each for each in findings if each.resource.id == clinic.INSIGHTS_LOGS]
    assert {each.status for each in about} <= {Status.PASSED, Status.NOT_APPLICABLE}


@pytest.mark.parametrize("control", HARDENING)
def test_what_goes_beyond_aws_and_the_security_rule_is_judged_by_hipaa_strict_only(day_one, findings, control):
    (finding,) = (each for each in findings if each.control == control)
    assert finding.observed == "hardening: judged by the profile hipaa-strict"
    strict = structs.replace(day_one.policy, hardening=True)
    (only,) = (each for each in CONTROLS if each.id == control)
    found = {each.status for each in evaluate(day_one.snapshot, [only], strict) if each.control == control}
    assert Status.FAILED in found
