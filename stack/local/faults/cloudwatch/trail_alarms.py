"""Faults of the alarms on the audit trail."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.absence import gone
from stack.local.faults.fault import Outputs, fault

_ROOT_ALARM: Final = "trailAlarmArns[1]"
_OF_ALARMS: Final = ("alarm-actions-configured", "alarm-actions-enabled", "alarm-target-deliverable")


def _uncounted(aws: Clients, outputs: Outputs, part: str) -> None:
    """Deletes the metric filter called after `part`."""
    name = f"healthcare-{part}-prod"
    aws.client("logs").delete_metric_filter(logGroupName=outputs["trailLogGroupName"], filterName=name)


@fault(("alarm-unauthorized-api", "trailArn"))
def alarm_unauthorized_api(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts the calls that AWS refuses."""
    _uncounted(aws, outputs, "unauthorized-calls")


@fault(("alarm-console-no-mfa", "trailArn"))
def alarm_console_no_mfa(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts who signs in to the console without MFA."""
    _uncounted(aws, outputs, "sign-in-without-mfa")


@fault(("alarm-cloudtrail-change", "trailArn"))
def alarm_cloudtrail_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of trails."""
    _uncounted(aws, outputs, "trail-changes")


@fault(("alarm-auth-failures", "trailArn"))
def alarm_auth_failures(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts failures to sign in."""
    _uncounted(aws, outputs, "sign-in-failures")


@fault(("alarm-cmk-deletion", "trailArn"))
def alarm_cmk_deletion(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts keys that are disabled or to be deleted."""
    _uncounted(aws, outputs, "key-removal")


@fault(("alarm-s3-policy-change", "trailArn"))
def alarm_s3_policy_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of bucket policies."""
    _uncounted(aws, outputs, "bucket-changes")


@fault(("alarm-config-change", "trailArn"))
def alarm_config_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of AWS Config."""
    _uncounted(aws, outputs, "config-changes")


@fault(("alarm-sg-change", "trailArn"))
def alarm_sg_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of security groups."""
    _uncounted(aws, outputs, "group-changes")


@fault(("alarm-nacl-change", "trailArn"))
def alarm_nacl_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of network ACLs."""
    _uncounted(aws, outputs, "acl-changes")


@fault(("alarm-gateway-change", "trailArn"))
def alarm_gateway_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of gateways."""
    _uncounted(aws, outputs, "gateway-changes")


@fault(("alarm-route-change", "trailArn"))
def alarm_route_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of route tables."""
    _uncounted(aws, outputs, "route-changes")


@fault(("alarm-vpc-change", "trailArn"))
def alarm_vpc_change(aws: Clients, outputs: Outputs) -> None:
    """Nobody counts changes of VPCs."""
    _uncounted(aws, outputs, "vpc-changes")


@fault(("alarm-iam-policy-change", "trailArn"))
def alarm_iam_policy_change(aws: Clients, outputs: Outputs) -> None:
    """Of all changes of IAM policies only one is counted."""
    group, name = outputs["trailLogGroupName"], "healthcare-iam-changes-prod"
    logs = aws.client("logs")
    (found,) = logs.describe_metric_filters(logGroupName=group, filterNamePrefix=name)["metricFilters"]
    # moto keeps the old filter beside a new one of its name.
    logs.delete_metric_filter(logGroupName=group, filterName=name)
    logs.put_metric_filter(
        logGroupName=group,
        filterName=name,
        filterPattern="{ $.eventName = CreatePolicy }",
        metricTransformations=found["metricTransformations"],
    )


@fault(
    ("alarm-root-usage", "trailArn"),
    *((control, _ROOT_ALARM) for control in _OF_ALARMS),
    *gone(
        _ROOT_ALARM, "healthcare:alarms:TrailAlarms$aws:cloudwatch/metricAlarm:MetricAlarm::healthcare-root-use-prod"
    ),
)
def alarm_root_usage(aws: Clients, outputs: Outputs) -> None:
    """The alarm on use of the account's root is gone."""
    name = str(outputs["trailAlarmArns"][1]).rpartition(":")[2]
    aws.client("cloudwatch").delete_alarms(AlarmNames=[name])
