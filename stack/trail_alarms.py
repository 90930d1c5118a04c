"""Alarms on what the audit trail tells."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.alarm import AlarmSettings, Metric, Threshold, alarm
from stack.naming import PREFIX, Naming


def _events(*names: str) -> str:
    return " || ".join(f"($.eventName = {name})" for name in names)


def _events_of(service: str, *names: str) -> str:
    return f"{{ ($.eventSource = {service}.amazonaws.com) && ({_events(*names)}) }}"


# What is alarming, by the part of the platform that the filter and its alarm are called after, in the words of CIS.
PATTERNS = {
    "unauthorized-calls": '{ ($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*") }',
    "root-use": (
        '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
    ),
    "sign-in-without-mfa": (
        '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && '
        '($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }'
    ),
    "sign-in-failures": '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }',
    "trail-changes": f"{{ {_events('CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging')} }}",
    "key-removal": _events_of("kms", "DisableKey", "ScheduleKeyDeletion"),
    "iam-changes": _events_of(
        "iam",
        *("DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy"),
        *("PutGroupPolicy", "PutRolePolicy", "PutUserPolicy"),
        *("CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion"),
        *("AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy"),
        *("AttachGroupPolicy", "DetachGroupPolicy"),
    ),
    "bucket-changes": _events_of(
        "s3",
        *("PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication"),
        *("DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"),
    ),
    "config-changes": _events_of(
        "config",
        *("StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
    ),
    "group-changes": "{ "
    + _events(
        *("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
        *("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"),
        *("CreateSecurityGroup", "DeleteSecurityGroup", "ModifySecurityGroupRules"),
    )
    + " }",
    "acl-changes": "{ "
    + _events(
        *("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry"),
        *("ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
    )
    + " }",
    "gateway-changes": "{ "
    + _events(
        *("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway"),
        *("DeleteInternetGateway", "DetachInternetGateway"),
    )
    + " }",
    "route-changes": _events_of(
        "ec2",
        *("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation"),
        *("DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
    ),
    "vpc-changes": "{ "
    + _events(
        *("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection"),
        *("DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"),
        *("AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
    )
    + " }",
}


@dataclass(frozen=True)
class TrailAlarmsArgs:
    """The log group that the trail writes to, and whom to tell."""

    naming: Naming
    log_group_name: pulumi.Input[str]
    alarms: AlarmSettings


class TrailAlarms(pulumi.ComponentResource):
    """A metric filter and an alarm for each kind of event that somebody should look at the same day."""

    def __init__(self, name: str, args: TrailAlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:alarms:TrailAlarms", name, None, opts)
        self._args = args
        self.filters = {part: self._filter(part, pattern) for part, pattern in PATTERNS.items()}
        self.alarms = [self._alarm(part) for part in PATTERNS]
        self.outputs = {
            exports.METRIC_FILTER_NAMES: [each.name for each in self.filters.values()],
            exports.TRAIL_ALARM_ARNS: [each.arn for each in self.alarms],
        }
        self.register_outputs(self.outputs)

    def _metric(self, part: str) -> Metric:
        return Metric(f"{PREFIX}/trail-{self._args.naming.suffix}", part, "Sum")

    def _filter(self, part: str, pattern: str) -> aws.cloudwatch.LogMetricFilter:
        name = self._args.naming.name(part)
        metric = self._metric(part)
        return aws.cloudwatch.LogMetricFilter(
            name,
            name=name,
            log_group_name=self._args.log_group_name,
            pattern=pattern,
            metric_transformation=aws.cloudwatch.LogMetricFilterMetricTransformationArgs(
                name=metric.name, namespace=metric.namespace, value="1"
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _alarm(self, part: str) -> aws.cloudwatch.MetricAlarm:
        description = f"The audit trail tells of {part.replace('-', ' ')}"
        return alarm(part, description, self._metric(part), Threshold(1), settings=self._args.alarms, parent=self)
