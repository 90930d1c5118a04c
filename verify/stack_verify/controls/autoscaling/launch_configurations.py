"""Amazon EC2 Auto Scaling: what launch configurations start instances with."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, passed, verdict
from stack_verify.policy import Policy
from stack_verify.resources.autoscaling import LaunchConfiguration
from stack_verify.resources.ec2_instances import MetadataOptions
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html"
GUIDE = "https://docs.aws.amazon.com/autoscaling/ec2/userguide/"


@control(
    "autoscaling-launch-config-imdsv2",
    "Launch configurations require IMDSv2",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="autoscaling-launchconfig-requires-imdsv2",
    security_hub="AutoScaling.3",
    remediation="Replace the launch configuration with a launch template whose metadata_options set http_tokens "
    "to required.",
    rationale="IMDSv1 hands the credentials of an instance's role to any request that can be forged from it.",
    source=SECURITY_HUB + "#autoscaling-3",
    reads=(),
)
def autoscaling_launch_config_imdsv2(
    configuration: LaunchConfiguration, _snapshot: Snapshot, _policy: Policy
) -> Verdict:
    options = configuration.metadata_options or MetadataOptions()
    return verdict(options.requires_tokens, options.told, expected="HttpTokens required, or HttpEndpoint disabled")


@control(
    "autoscaling-launch-config-no-public-ip",
    "Launch configurations assign no public addresses",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="autoscaling-launch-config-public-ip-disabled",
    security_hub="AutoScaling.5",
    remediation="Replace the launch configuration with a launch template that assigns no public address.",
    rationale="An instance with a public address is one security group rule away from the internet.",
    source=SECURITY_HUB + "#autoscaling-5",
    reads=(),
)
def autoscaling_launch_config_no_public_ip(
    configuration: LaunchConfiguration, _snapshot: Snapshot, _policy: Policy
) -> Verdict:
    public = configuration.associate_public_ip_address
    told = "not set: the subnet decides" if public is None else as_aws(public)
    return verdict(not public, f"AssociatePublicIpAddress is {told}", expected="not true")


@control(
    "autoscaling-launch-config-no-user-data-secrets",
    "Launch configurations pass secrets by reference, not in user data",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    remediation="Keep the value in Secrets Manager, read it with the instance's role at start, and rotate it.",
    rationale="Whoever may describe the launch configuration reads its user data.",
    source=GUIDE + "launch-configurations.html",
    reads=(),
)
def autoscaling_launch_config_no_user_data_secrets(
    configuration: LaunchConfiguration, _snapshot: Snapshot, _policy: Policy
) -> Verdict:
    if not configuration.has_user_data:
        return passed("no user data")
    found = ", ".join(secret.text() for secret in configuration.clear_secrets)
    return verdict(not found, f"user data, secrets in clear: {found or 'none'}", expected="no secret in clear")
