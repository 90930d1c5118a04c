"""What is asked of AWS, and what of it belongs to the stack."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.resources import RESOURCES
from stack_verify.resources.probe import DatabasePort, Endpoint
from support.hand_made import OneClient, arn, read
from support.running import verify

# Every operation that collectors may call besides those that describe and list. Each reads configuration; none fetches
# a secret, an object or a log event.
READS = {
    "GetInstanceProfile",
    "GetSnapshotBlockPublicAccessState",
    "GetDistribution",
    "GetApi",
    "GetDomainName",
    "GetResources",
    "GetRestApi",
    "GetRoutes",
    "GetStages",
    "BatchGetRepositoryScanningConfiguration",
    "GetIPSet",
    "BatchGetAccountStatus",
    "GetAccountPasswordPolicy",
    "GetAccessKeyLastUsed",
    "GetAccessPoint",
    "GetAccessPointPolicy",
    "GetAccountSummary",
    "GetAlternateContact",
    "GetBackupPlan",
    "GetBackupVaultAccessPolicy",
    "GetQueueAttributes",
    "GetQueueUrl",
    "GetBackupSelection",
    "GetBucketAcl",
    "GetBucketEncryption",
    "GetBucketLifecycleConfiguration",
    "GetBucketLogging",
    "GetBucketOwnershipControls",
    "GetBucketPolicy",
    "GetBucketPolicyStatus",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetDetector",
    "GetEbsEncryptionByDefault",
    "GetEventSelectors",
    "GetFindings",
    "GetFunctionConcurrency",
    "GetFunctionConfiguration",
    "GetKeyPolicy",
    "GetKeyRotationStatus",
    "GetLifecyclePolicy",
    "GetLoggingConfiguration",
    "GetBucketNotificationConfiguration",
    "GetBucketReplication",
    "GetCredentialReport",
    "GetGroup",
    "GetGroupPolicy",
    "GetLoginProfile",
    "GetUser",
    "GetUserPolicy",
    "GetManagedPrefixListEntries",
    "GetMetricData",
    "GetObjectLockConfiguration",
    "GetPolicy",
    "GetPolicyVersion",
    "GetPublicAccessBlock",
    "GetRepositoryPolicy",
    "GetResourcePolicy",
    "GetRole",
    "GetRolePolicy",
    "GetTopicAttributes",
    "GetTrailStatus",
    "GetWebACL",
    "GetWebACLForResource",
    "HeadBucket",
    "LookupEvents",
}


def test_collectors_may_call_reads_of_configuration_only():
    declared = {api.partition(":")[2] for collector in COLLECTORS.values() for api in collector.apis}
    assert {name for name in declared if not name.startswith(("Describe", "List"))} == READS


def test_every_kind_that_is_led_to_can_be_asked_for():
    led = {kind for resource in RESOURCES for kind in resource.leads_to}
    assert led - set(COLLECTORS) == {Endpoint.kind(), DatabasePort.kind()}, "but for what probes see"


def test_a_stack_that_names_its_database_alone_is_judged_with_the_network_it_stands_in(prod, tmp_path):
    """The VPC is first read as what surrounds the database, and then turns out to be its security group's."""
    outputs = {"environment": "prod", "databaseArn": json.loads(prod.outputs.read_text())["databaseArn"]}
    (tmp_path / "outputs.json").write_text(json.dumps(outputs))
    ran = verify(tmp_path / "outputs.json", environment=prod.environment(), cwd=tmp_path)
    passed = {control for control, _ in ran.findings("passed")}
    assert {"rds-storage-encrypted", "vpc-flow-logs", "vpc-default-sg-closed"} <= passed


LISTENERS = COLLECTORS["AWS::ElasticLoadBalancingV2::Listener"]
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/0123456789abcdef")


def test_what_aws_says_is_not_there_has_nothing_listed():
    session = OneClient("elbv2")
    with Stubber(session.only) as stubber:
        stubber.add_client_error("describe_listeners", "LoadBalancerNotFound")
        assert read(LISTENERS, session, BALANCER) == []


def test_a_list_whose_owner_goes_between_two_pages_is_no_answer():
    session = OneClient("elbv2")
    with Stubber(session.only) as stubber:
        stubber.add_response("describe_listeners", {"Listeners": [], "NextMarker": "2"})
        stubber.add_client_error("describe_listeners", "LoadBalancerNotFound")
        with pytest.raises(ClientError, match="LoadBalancerNotFound"):
            read(LISTENERS, session, BALANCER)
