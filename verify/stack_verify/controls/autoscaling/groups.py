"""Amazon EC2 Auto Scaling: health checks, zones and launch templates of groups."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.autoscaling import AutoScalingGroup
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html"


@control(
    "autoscaling-elb-health-check",
    "Auto Scaling groups behind a load balancer use its health checks",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"),
    config_rule="autoscaling-group-elb-healthcheck-required",
    security_hub="AutoScaling.1",
    remediation="Set health_check_type to ELB on the group.",
    rationale="A group that looks only at the instance keeps one whose application no longer answers.",
    source=SECURITY_HUB + "#autoscaling-1",
    reads=(),
)
def autoscaling_elb_health_check(group: AutoScalingGroup, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not group.load_balancer_names and not group.target_group_arns:
        return not_applicable("no load balancer is attached to the group")
    # Several are separated by commas: "EBS,ELB".
    kinds = group.health_check_type.split(",")
    return verdict("ELB" in kinds, f"HealthCheckType is {group.health_check_type}", expected="ELB")


@control(
    "autoscaling-multi-az",
    "Auto Scaling groups span more than one Availability Zone",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(C)"),
    config_rule="autoscaling-multiple-az",
    security_hub="AutoScaling.2",
    remediation="Add a subnet of another Availability Zone to vpc_zone_identifiers of the group.",
    rationale="A group whose only zone fails starts no instance in another.",
    source=SECURITY_HUB + "#autoscaling-2",
    reads=(),
)
def autoscaling_multi_az(group: AutoScalingGroup, _snapshot: Snapshot, policy: Policy) -> Verdict:
    zones, least = sorted(set(group.availability_zones)), policy.min_availability_zones
    return verdict(len(zones) >= least, f"zones: {', '.join(zones) or 'none'}", expected=f"{least} or more")


@control(
    "autoscaling-launch-template",
    "Auto Scaling groups use a launch template",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="autoscaling-launch-template",
    security_hub="AutoScaling.9",
    remediation="Replace the launch configuration with a launch template.",
    rationale="AWS adds no new features to launch configurations, and their settings cannot be changed.",
    source=SECURITY_HUB + "#autoscaling-9",
    reads=(),
)
def autoscaling_launch_template(group: AutoScalingGroup, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    template = group.template
    if template is not None:
        observed = f"launch template {template.launch_template_id}, version {template.version or '$Default'}"
    else:
        observed = f"launch configuration {group.launch_configuration_name or 'none'}"
    return verdict(template is not None, observed, expected="a launch template")
