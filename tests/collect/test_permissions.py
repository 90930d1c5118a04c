"""The least-privilege policy: what a run calls, what it allows, and what is lost when one action is denied."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

import boto3
import pytest
from botocore import xform_name
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from stack_verify.collect import COLLECTORS, collect
from stack_verify.collect.actions import iam_action
from stack_verify.collect.permissions import UNSCOPED, actions, in_managed_policies, least_privilege, scopes
from stack_verify.collect.reader import NEVER, READS
from stack_verify.controls import CONTROLS
from stack_verify.core.control import Control, Status
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import COMPLETE, Finding
from stack_verify.core.requirements import unread
from stack_verify.outputs import StackOutputs, load_outputs
from stack_verify.policy import load_policy
from stack_verify.resources import kinds_of, leading_to
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.snapshot import Snapshot
from support.recorded import Tape, calls, recording
from support.running import stack_verify

POLICY = load_policy("hipaa-strict", "prod")
OPERATIONS = {
    (api.split(":")[0], xform_name(api.split(":")[1])): api for each in COLLECTORS.values() for api in each.apis
}
# What a run on the compliant stack has no occasion to call: nothing drifted, there are no IAM users, managed policies
# of its own, database snapshots or threats found, and it may read every bucket that it names.
NO_OCCASION = {
    "autoscaling:DescribeAutoScalingGroups",
    "autoscaling:DescribeLaunchConfigurations",
    "ec2:DescribeImageAttribute",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstances",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeSnapshotAttribute",
    "ec2:DescribeSnapshots",
    "ec2:DescribeVolumes",
    "ec2:GetSnapshotBlockPublicAccessState",
    "iam:GetInstanceProfile",
    "events:DescribeEventBus",
    "events:ListRules",
    "events:ListTagsForResource",
    "events:ListTargetsByRule",
    "cloudfront:GetDistribution",
    "cloudfront:ListDistributions",
    "cloudfront:ListTagsForResource",
    "logs:DescribeDeliveries",
    "logs:DescribeDeliverySources",
    "apigateway:GET",
    "elasticloadbalancing:DescribeTargetGroupAttributes",
    "rds:DescribeDBProxies",
    "sqs:ListQueueTags",
    "sqs:GetQueueUrl",
    "sqs:GetQueueAttributes",
    "dynamodb:ListTagsOfResource",
    "dynamodb:GetResourcePolicy",
    "dynamodb:DescribeTable",
    "dynamodb:DescribeContinuousBackups",
    "application-autoscaling:DescribeScalingPolicies",
    "cloudformation:ListStackResources",
    "cloudtrail:LookupEvents",
    "guardduty:GetFindings",
    "iam:GetLoginProfile",
    "iam:GetAccessKeyLastUsed",
    "iam:GetCredentialReport",
    "iam:GetGroup",
    "iam:GetGroupPolicy",
    "iam:GetUser",
    "iam:GetUserPolicy",
    "iam:ListAccessKeys",
    "iam:ListAttachedGroupPolicies",
    "iam:ListAttachedUserPolicies",
    "iam:ListGroupPolicies",
    "iam:ListGroupsForUser",
    "iam:ListUserPolicies",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:ListMFADevices",
    "iam:ListUsers",
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:ListFunctionEventInvokeConfigs",
    "lambda:ListFunctionUrlConfigs",
    "lambda:ListTags",
    "rds:DescribeDBClusterParameters",
    "rds:DescribeDBClusterSnapshotAttributes",
    "rds:DescribeDBClusterSnapshots",
    "rds:DescribeDBClusters",
    "rds:DescribeDBSnapshotAttributes",
    "elasticache:DescribeCacheClusters",
    "elasticache:DescribeReplicationGroups",
    "elasticache:ListTagsForResource",
    "elasticfilesystem:DescribeFileSystems",
    "elasticfilesystem:DescribeFileSystemPolicy",
    "elasticfilesystem:DescribeBackupPolicy",
    "elasticfilesystem:DescribeMountTargets",
    "elasticfilesystem:DescribeMountTargetSecurityGroups",
    "elasticfilesystem:DescribeAccessPoints",
    "s3:GetAccessPoint",
    "s3:GetAccessPointPolicy",
    "s3:ListAllMyBuckets",
    "ssm:DescribeInstanceInformation",
    "ssm:DescribeInstancePatchStates",
    "wafv2:GetIPSet",
}
# Actions of AWS that read values, objects, messages or log events. Not one is ever asked for.
READS_DATA = {
    "dynamodb:GetItem",
    "kms:Decrypt",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "rds:DownloadDBLogFilePortion",
    "s3:GetObject",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
}


@dataclass
class Recorded:
    """A run on the compliant prod stack."""

    outputs: StackOutputs
    client_for: Callable
    tape: Tape
    snapshot: Snapshot
    made: set[str]

    @cached_property
    def findings(self) -> dict[tuple[str, str, str], Finding]:
        return by_place(evaluate(self.snapshot, CONTROLS, POLICY))

    def for_controls_of(self, concern: str) -> tuple[set[str], set[str]]:
        """The actions that a policy with these controls alone needs, and those that a run of it calls for."""
        rest = {each.id: "not ours" for each in CONTROLS if each.concern != concern}
        left_out = unread(CONTROLS, structs.replace(POLICY, off=rest))
        needed = {kind: each for kind, each in COLLECTORS.items() if kind not in left_out}
        tape: Tape = {}
        collect(recording(self.client_for, tape), self.outputs, unread=left_out, max_in_flight=1)
        made = {iam_action(OPERATIONS[call]) for call in calls(tape) - {("sts", "get_caller_identity")}}
        return set(allowed(least_privilege(needed.values()))), made

    def without(self, action: str) -> Snapshot:
        """The same run by a caller who may not `action`."""
        denied = {operation for operation, api in OPERATIONS.items() if iam_action(api) == action}
        return collect(recording(self.client_for, self.tape, denied), self.outputs, max_in_flight=1)


def by_place(findings) -> dict[tuple[str, str, str], Finding]:
    return {(each.control, each.resource.type, each.resource.id): each for each in findings}


@pytest.fixture(scope="module")
def recorded(prod) -> Recorded:
    names = {"aws_access_key_id": "AKIATESTSOFVERIFIER0", "aws_secret_access_key": "testing"}
    session = boto3.Session(**names, region_name="sa-east-1")
    outputs, tape = load_outputs(prod.outputs, prod.state), {}
    client_for = cache(lambda service: session.client(service, endpoint_url=prod.endpoint))
    snapshot = collect(recording(client_for, tape), outputs, max_in_flight=1)
    made = {iam_action(OPERATIONS[call]) for call in calls(tape) - {("sts", "get_caller_identity")}}
    return Recorded(outputs, client_for, tape, snapshot, made)


def test_a_full_run_calls_all_that_the_policy_allows_but_what_it_has_no_occasion_for(recorded):
    assert recorded.snapshot.gaps == ()
    assert recorded.made <= set(allowed(least_privilege(COLLECTORS.values())))
    assert set(actions(COLLECTORS.values())) - recorded.made == NO_OCCASION


@pytest.mark.parametrize("concern", ["guardduty", "rds", "network", "secretsmanager"])
def test_a_run_for_some_controls_calls_all_that_their_policy_allows_and_no_more(recorded, concern):
    permitted, made = recorded.for_controls_of(concern)
    assert set() < made <= permitted < set(actions(COLLECTORS.values()))
    assert permitted - made <= NO_OCCASION


def test_every_action_allowed_is_a_read_and_none_reads_data():
    assert all(api.partition(":")[2].startswith(READS) for api in OPERATIONS.values())
    assert {api.partition(":")[2] for api in OPERATIONS.values()} & NEVER == set()
    assert set(allowed(least_privilege(COLLECTORS.values()))) & READS_DATA == set()
    assert not any("*" in action for action in allowed(least_privilege(COLLECTORS.values())))


@pytest.mark.parametrize("action", [each for each in actions(COLLECTORS.values()) if each not in NO_OCCASION])
def test_a_denied_action_is_an_error_of_the_controls_that_need_it_and_changes_nothing_else(recorded, action):
    before, snapshot = recorded.findings, recorded.without(action)
    after = by_place(evaluate(snapshot, CONTROLS, POLICY))
    erring = {control for (control, *_), finding in after.items() if finding.status is Status.ERROR}
    assert any(f"allow {action} to the caller" in finding.observed for finding in after.values()), [
        gap.text() for gap in snapshot.gaps
    ][:2]
    assert {gap.action for gap in snapshot.gaps} == {action}
    # Not a verdict of theirs or of others has turned into anything but an error, or gone without one.
    kept = {place: finding.status for place, finding in after.items() if finding.status is not Status.ERROR}
    assert kept.items() <= {place: finding.status for place, finding in before.items()}.items()
    assert {control for control, *_ in set(before) - set(after)} <= erring
    # Whoever errs looked at what the action reads, or at what is found through it.
    denied = {gap.question.kind for gap in snapshot.gaps}
    assert erring - {COMPLETE} <= {each.id for each in CONTROLS if denied & looked_at(each, before.values())}
    assert erring


def looked_at(control: Control, findings) -> frozenset[str]:
    """The kinds that the control judges or had evidence from, and those through which these are found."""
    apis = {item.api for each in findings if each.control == control.id for item in each.evidence}
    kinds = {kind for kind, collector in COLLECTORS.items() if apis & set(collector.apis)}
    # Reachability is computed once for all of its controls: their evidence is the path, not all that was looked at.
    listed = {PrefixList.kind()} if control.id.startswith("reach-") else set()
    touched = kinds_of(control.subject) | kinds | listed
    return touched | leading_to(touched)


def test_the_policy_scopes_what_iam_lets_be_scoped_to_arns_that_aws_knows():
    authorization = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text())
    for action in actions(COLLECTORS.values()):
        service, name = action.split(":")
        known = authorization[service]["Actions"][name.lower()].get("Resources", [])
        resources = authorization[service]["Resources"]
        forms = [form for each in known for form in resources[each.lower()]["ARNFormats"]]
        assert bool(known) == (action in scopes(COLLECTORS.values()) or action in UNSCOPED), action
        for scope in scopes(COLLECTORS.values()).get(action, ()):
            assert any(fits(scope, form) for form in forms), (action, scope, forms)


def fits(scope: str, form: str) -> bool:
    """Whether the scope is one of the form's ARNs; `aws` is an account too."""
    names = {"${Partition}": "aws", "${Region}": "sa-east-1", "${Account}": "(123456789012|aws)"}
    for name, value in names.items():
        form = form.replace(name, value)
    return re.fullmatch(form, scope.format(partition="aws", region="sa-east-1", account="123456789012")) is not None


def printed(ran) -> dict[str, object]:
    """The policies that were printed as one, each of which fits into a managed policy."""
    told = json.loads(ran.out)
    policies = told if isinstance(told, list) else [told]
    # IAM's quota for a managed policy, which counts no white space.
    assert all(len(json.dumps(each, separators=(",", ":"))) <= 6144 for each in policies)
    return {"Statement": [statement for each in policies for statement in each["Statement"]]}


def test_permissions_prints_policies_that_fit_into_managed_ones(tmp_path):
    ran = stack_verify("permissions", environment={}, cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    document = printed(ran)
    assert set(allowed(document)) == set(actions(COLLECTORS.values()))
    assert "arn:*:rds:*:*:db:*" in resources_of("rds:DescribeDBInstances", document)


def test_permissions_of_a_snapshot_are_of_its_account_and_region(snapshot, tmp_path):
    ran = stack_verify("permissions", "--snapshot", str(snapshot), environment={}, cwd=tmp_path)
    document = printed(ran)
    assert resources_of("kms:DescribeKey", document) == ["arn:aws:kms:sa-east-1:123456789012:key/*"]
    conditions = [each["Condition"] for each in document["Statement"] if "s3:GetBucketPolicy" in each["Action"]]
    assert conditions == [{"StringEquals": {"aws:ResourceAccount": "123456789012"}}]


@given(st.lists(st.integers(1, 90), min_size=1, max_size=12))
def test_policies_are_split_without_a_loss(sizes):
    statements = [
        {"Effect": "Allow", "Action": [f"service{number}:DescribeThingsOfAKind{each}" for each in range(size)]}
        for number, size in enumerate(sizes)
    ]
    whole = {"Version": "2012-10-17", "Statement": [{**each, "Resource": ["*"]} for each in statements]}
    parts = in_managed_policies(whole)
    assert all(len(json.dumps(part, separators=(",", ":"))) <= 6144 for part in parts)
    assert [action for part in parts for action in allowed(part)] == allowed(whole)


def allowed(document) -> list[str]:
    return [action for statement in document["Statement"] for action in statement["Action"]]


def resources_of(action: str, document) -> list[str]:
    (found,) = (statement["Resource"] for statement in document["Statement"] if action in statement["Action"])
    return found
