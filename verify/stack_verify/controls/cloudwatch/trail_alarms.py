"""Alarms on the audit trail, one for each kind of event that the CIS AWS Foundations Benchmark lists."""

from __future__ import annotations

from stack_verify.controls.cloudwatch.trail_watch import calls, event, watched
from stack_verify.core.control import Severity, Verdict, control, hipaa
from stack_verify.policy import Policy
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.cloudwatch import Alarm, MetricAlarms
from stack_verify.resources.logs import MetricFilter
from stack_verify.snapshot import Snapshot

INCIDENT = hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)")
SIGN_IN = hipaa("164.308(a)(5)(ii)(C)", "164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)")
REMEDIATION = (
    "Give the trail's log group a metric filter for {}, and its metric an alarm that notifies the alert topic."
)
RATIONALE = "A change that nobody is notified of is found when the damage is done."
SOURCE = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html"

# What happens by mistake every day may be counted up to this before an alarm is raised.
OFTEN = 100

UNAUTHORIZED = {
    code: event(eventName="DescribeInstances", errorCode=code)
    for code in ("Client.UnauthorizedOperation", "AccessDenied", "AccessDeniedException")
}
NO_MFA = {
    "ConsoleLogin without MFA": event(
        eventSource="signin.amazonaws.com",
        eventName="ConsoleLogin",
        eventType="AwsConsoleSignIn",
        userIdentity={"type": "IAMUser", "userName": "engineer"},
        additionalEventData={"MFAUsed": "No"},
        responseElements={"ConsoleLogin": "Success"},
    )
}
SIGN_IN_FAILURES = {
    "ConsoleLogin that failed": event(
        eventSource="signin.amazonaws.com",
        eventName="ConsoleLogin",
        eventType="AwsConsoleSignIn",
        userIdentity={"type": "IAMUser", "userName": "engineer"},
        errorMessage="Failed authentication",
        additionalEventData={"MFAUsed": "No"},
        responseElements={"ConsoleLogin": "Failure"},
    )
}
ROOT = {
    "a call of root": event(eventName="DescribeInstances", userIdentity={"type": "Root"}),
    "root signing in": event(
        eventSource="signin.amazonaws.com",
        eventName="ConsoleLogin",
        eventType="AwsConsoleSignIn",
        userIdentity={"type": "Root"},
        responseElements={"ConsoleLogin": "Success"},
    ),
}
IAM = calls(
    "iam",
    *("DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy"),
    *("PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"),
    *("CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion"),
    *("AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy"),
    *("AttachGroupPolicy", "DetachGroupPolicy"),
)
TRAIL = calls("cloudtrail", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
KEY_REMOVAL = calls("kms", "DisableKey", "ScheduleKeyDeletion")
BUCKET = calls(
    "s3",
    *("PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication"),
    *("DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"),
)
CONFIG = calls(
    "config",
    *("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
)
SECURITY_GROUP = calls(
    "ec2",
    *("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
    *("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup"),
)
NETWORK_ACL = calls(
    "ec2",
    *("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry"),
    *("ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
)
GATEWAY = calls(
    "ec2",
    *("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway"),
    *("DeleteInternetGateway", "DetachInternetGateway"),
)
ROUTE = calls(
    "ec2",
    *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation"),
    *("DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
)
# Without those of EC2-Classic, which AWS has retired.
VPC_CHANGE = calls(
    "ec2",
    *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection"),
    *("DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"),
)


@control(
    "alarm-unauthorized-api",
    "An alarm fires on unauthorized API calls",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.2",
    remediation=REMEDIATION.format("calls that AWS refuses"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_unauthorized_api(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, UNAUTHORIZED, snapshot, at_once=OFTEN)


@control(
    "alarm-console-no-mfa",
    "An alarm fires on console sign-in without MFA",
    severity=Severity.LOW,
    citations=SIGN_IN,
    security_hub="CloudWatch.3",
    remediation=REMEDIATION.format("signing in to the console without MFA"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_console_no_mfa(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, NO_MFA, snapshot)


@control(
    "alarm-root-usage",
    "An alarm fires on use of the root user",
    severity=Severity.LOW,
    citations=SIGN_IN,
    security_hub="CloudWatch.1",
    remediation=REMEDIATION.format("use of the account's root"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_root_usage(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, ROOT, snapshot)


@control(
    "alarm-iam-policy-change",
    "An alarm fires on IAM policy changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.4",
    remediation=REMEDIATION.format("changes of IAM policies"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_iam_policy_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, IAM, snapshot)


@control(
    "alarm-cloudtrail-change",
    "An alarm fires on CloudTrail changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.5",
    remediation=REMEDIATION.format("changes of trails"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_cloudtrail_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, TRAIL, snapshot)


@control(
    "alarm-auth-failures",
    "An alarm fires on failed console sign-in",
    severity=Severity.LOW,
    citations=SIGN_IN,
    security_hub="CloudWatch.6",
    remediation=REMEDIATION.format("failures to sign in to the console"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_auth_failures(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, SIGN_IN_FAILURES, snapshot, at_once=OFTEN)


@control(
    "alarm-cmk-deletion",
    "An alarm fires when a KMS key is disabled or scheduled for deletion",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.7",
    remediation=REMEDIATION.format("keys that are disabled or to be deleted"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_cmk_deletion(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, KEY_REMOVAL, snapshot)


@control(
    "alarm-s3-policy-change",
    "An alarm fires on S3 bucket policy changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.8",
    remediation=REMEDIATION.format("changes of bucket policies"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_s3_policy_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, BUCKET, snapshot)


@control(
    "alarm-config-change",
    "An alarm fires on AWS Config changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.9",
    remediation=REMEDIATION.format("changes of AWS Config"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_config_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, CONFIG, snapshot)


@control(
    "alarm-sg-change",
    "An alarm fires on security group changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.10",
    remediation=REMEDIATION.format("changes of security groups"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_sg_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, SECURITY_GROUP, snapshot)


@control(
    "alarm-nacl-change",
    "An alarm fires on network ACL changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.11",
    remediation=REMEDIATION.format("changes of network ACLs"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_nacl_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, NETWORK_ACL, snapshot)


@control(
    "alarm-gateway-change",
    "An alarm fires on network gateway changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.12",
    remediation=REMEDIATION.format("changes of gateways"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_gateway_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, GATEWAY, snapshot)


@control(
    "alarm-route-change",
    "An alarm fires on route table changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.13",
    remediation=REMEDIATION.format("changes of route tables"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_route_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, ROUTE, snapshot)


@control(
    "alarm-vpc-change",
    "An alarm fires on VPC changes",
    severity=Severity.LOW,
    citations=INCIDENT,
    security_hub="CloudWatch.14",
    remediation=REMEDIATION.format("changes of VPCs"),
    rationale=RATIONALE,
    source=SOURCE,
    reads=(Alarm, MetricAlarms, MetricFilter),
)
def alarm_vpc_change(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return watched(trail, VPC_CHANGE, snapshot)
