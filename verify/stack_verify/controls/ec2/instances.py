"""Amazon EC2 instances: metadata service, addresses, roles, user data, backups and upkeep."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.ec2_instances import Instance, UserData
from stack_verify.resources.iam import InstanceProfile
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/"
GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"
# When an instance was stopped: "User initiated (2026-11-01 08:30:00 GMT)".
_SINCE = re.compile(r"\((?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?:GMT|UTC)\)")


@control(
    "ec2-instance-imdsv2",
    "EC2 instances require IMDSv2",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="ec2-imdsv2-check",
    security_hub="EC2.8",
    remediation="Set http_tokens to required in metadata_options of the instance.",
    rationale="IMDSv1 hands the credentials of the instance's role to any request that can be forged from it.",
    source=SECURITY_HUB + "#ec2-8",
    reads=(),
)
def ec2_instance_imdsv2(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    options = instance.metadata_options
    if options.http_tokens is None:
        raise Unanswered("AWS's answer holds no HttpTokens")
    return verdict(options.requires_tokens, options.told, expected="HttpTokens required, or HttpEndpoint disabled")


@control(
    "ec2-instance-no-public-ip",
    "EC2 instances have no public IPv4 address",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="ec2-instance-no-public-ip",
    security_hub="EC2.9",
    remediation="Move the instance to a private subnet behind a load balancer, and release its public address.",
    rationale="An instance with a public address is one security group rule away from the internet.",
    source=SECURITY_HUB + "#ec2-9",
    reads=(),
)
def ec2_instance_no_public_ip(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = instance.public_addresses
    return verdict(not found, f"public addresses: {', '.join(found) or 'none'}", expected="none")


@control(
    "ec2-instance-profile-attached",
    "EC2 instances have an instance profile with a role",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="ec2-instance-profile-attached",
    remediation="Set iam_instance_profile on the instance to a profile whose role has the rights that it needs.",
    rationale="Programs on an instance without a role need access keys that somebody has put there.",
    source=CONFIG + "ec2-instance-profile-attached.html",
    reads=(InstanceProfile,),
)
def ec2_instance_profile_attached(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    attached = instance.iam_instance_profile
    if attached is None:
        return failed("no IamInstanceProfile", expected="an instance profile with a role")
    found = snapshot.within(InstanceProfile, attached.arn.rpartition("/")[2])
    roles = [role.role_name for each in found for role in each.roles]
    observed = f"{attached.arn}, roles: {', '.join(roles) or 'none'}"
    return verdict(bool(roles), observed, expected="an instance profile with a role")


@control(
    "ec2-instance-in-vpc",
    "EC2 instances are in a VPC",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="ec2-instances-in-vpc",
    remediation="Start the instance again in a subnet of a VPC.",
    rationale="Outside a VPC, no network ACL, route or flow log limits or records where the instance connects.",
    source=CONFIG + "ec2-instances-in-vpc.html",
    reads=(),
)
def ec2_instance_in_vpc(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(instance.vpc_id is not None, f"VpcId is {instance.vpc_id or 'not set'}", expected="a VPC")


@control(
    "ec2-instance-not-stopped",
    "EC2 instances are not left stopped",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.310(d)(2)(iii)"),
    config_rule="ec2-stopped-instance",
    security_hub="EC2.4",
    remediation="Start the instance and patch it, or make a last backup of it and terminate it.",
    rationale="Nobody patches a stopped instance, and its disks still hold what was on them.",
    source=SECURITY_HUB + "#ec2-4",
    reads=(),
)
def ec2_instance_not_stopped(instance: Instance, snapshot: Snapshot, policy: Policy) -> Verdict:
    state = instance.state.name
    if state != "stopped":
        return passed(f"State is {state}")
    match = _SINCE.search(instance.state_transition_reason or "")
    if match is None:
        raise Unanswered("AWS's answer does not say since when the instance is stopped")
    since = datetime.fromisoformat(match["time"]).replace(tzinfo=UTC)
    recent = snapshot.taken_at - since <= timedelta(days=policy.max_stopped_days)
    observed = f"State is {state} since {since:%Y-%m-%d}, the snapshot is of {snapshot.taken_at:%Y-%m-%d}"
    return verdict(recent, observed, expected=f"stopped for {policy.max_stopped_days} days or less")


@control(
    "ec2-instance-no-user-data-secrets",
    "EC2 instances receive secrets by reference, not in user data",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    remediation="Keep the value in Secrets Manager, read it with the instance's role at start, and rotate it.",
    rationale="Whatever runs on the instance, and whoever may describe it, can read its user data.",
    source=GUIDE + "instancedata-add-user-data.html",
    reads=(UserData,),
)
def ec2_instance_no_user_data_secrets(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    held = snapshot.require(UserData, instance.instance_id)
    if not held.has_user_data:
        return passed("no user data")
    found = ", ".join(secret.text() for secret in held.clear_secrets)
    return verdict(not found, f"user data, secrets in clear: {found or 'none'}", expected="no secret in clear")


@control(
    "ec2-instance-in-backup-plan",
    "EC2 instances are in a backup plan of the stack",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="ec2-resources-protected-by-backup-plan",
    remediation="Name the instance's ARN in a selection of the stack's backup plan.",
    rationale="What is only on one instance is lost with it.",
    source=CONFIG + "ec2-resources-protected-by-backup-plan.html",
    reads=(BackupPlan, BackupSelection),
)
def ec2_instance_in_backup_plan(instance: Instance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if instance.auto_scaling_group is not None:
        return not_applicable(f"{instance.auto_scaling_group} replaces it by a new one at any time")
    found = selecting(instance.backup_arn, instance, selections(snapshot), snapshot)
    names = ", ".join(each.selection_name for each in found) or "none"
    return verdict(bool(found), f"in selections: {names}", expected="one or more")


@control(
    "ec2-instance-one-interface",
    "EC2 instances have one network interface",
    severity=Severity.LOW,
    citations=hipaa("164.312(e)(1)"),
    config_rule="ec2-instance-multiple-eni-check",
    security_hub="EC2.17",
    remediation="Detach the network interfaces that the instance does not need.",
    rationale="An instance in two subnets is a path between them that no route or network ACL sees.",
    source=SECURITY_HUB + "#ec2-17",
    reads=(),
)
def ec2_instance_one_interface(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = [each.network_interface_id for each in instance.network_interfaces]
    return verdict(len(found) <= 1, f"network interfaces: {', '.join(found) or 'none'}", expected="one")


@control(
    "ec2-instance-hvm",
    "EC2 instances use hardware virtualization",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="ec2-paravirtual-instance-check",
    security_hub="EC2.24",
    remediation="Start the instance again from an HVM image, with an instance type of a current generation.",
    rationale="Paravirtual instances run on hardware and images of old generations, which get fewer fixes.",
    source=SECURITY_HUB + "#ec2-24",
    reads=(),
)
def ec2_instance_hvm(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    kind = instance.virtualization_type
    return verdict(kind == "hvm", f"VirtualizationType is {kind}", expected="hvm")


@control(
    "ec2-instance-detailed-monitoring",
    "Detailed monitoring is on for EC2 instances",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="ec2-instance-detailed-monitoring-enabled",
    hardening=True,
    remediation="Set monitoring on the instance.",
    rationale="Figures of every minute show what those of every five minutes hide.",
    source=CONFIG + "ec2-instance-detailed-monitoring-enabled.html",
    reads=(),
)
def ec2_instance_detailed_monitoring(instance: Instance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    state = instance.monitoring.state
    return verdict(state in ("enabled", "pending"), f"Monitoring is {state}", expected="enabled")
