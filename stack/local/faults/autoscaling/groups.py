"""Faults of Auto Scaling groups and launch configurations, on the stack that has both beside it."""

from typing import Any

from stack.local.additions.instances import NAME, launch_configuration
from stack.local.endpoint import Clients
from stack.local.faults.ec2.instances import SECRET
from stack.local.faults.fault import Outputs, fault

GROUP = "reportsAutoScalingGroupName"
CONFIGURATION = "reportsLaunchConfigurationName"


@fault(("autoscaling-elb-health-check", GROUP), stack="instances")
def autoscaling_elb_health_check(aws: Clients, outputs: Outputs) -> None:
    """The group is behind a load balancer whose health checks it does not use."""
    aws.client("autoscaling").attach_load_balancer_target_groups(
        AutoScalingGroupName=NAME, TargetGroupARNs=[str(outputs["targetGroupArn"])]
    )


@fault(("autoscaling-multi-az", GROUP), stack="instances")
def autoscaling_multi_az(aws: Clients, outputs: Outputs) -> None:
    """The group is in one zone."""
    aws.client("autoscaling").update_auto_scaling_group(
        AutoScalingGroupName=NAME, VPCZoneIdentifier=outputs["privateSubnetIds"][0]
    )


@fault(("autoscaling-launch-config-imdsv2", CONFIGURATION), stack="instances")
def autoscaling_launch_config_imdsv2(aws: Clients, outputs: Outputs) -> None:
    """The launch configuration leaves IMDSv1 on."""
    _replace(aws, outputs, MetadataOptions={"HttpTokens": "optional"})


@fault(("autoscaling-launch-config-no-public-ip", CONFIGURATION), stack="instances")
def autoscaling_launch_config_no_public_ip(aws: Clients, outputs: Outputs) -> None:
    """The launch configuration assigns a public address."""
    _replace(aws, outputs, AssociatePublicIpAddress=True)


@fault(("autoscaling-launch-config-no-user-data-secrets", CONFIGURATION), stack="instances")
def autoscaling_launch_config_no_user_data_secrets(aws: Clients, outputs: Outputs) -> None:
    """The launch configuration's user data holds a password in clear."""
    _replace(aws, outputs, UserData=SECRET)


def _replace(aws: Clients, outputs: Outputs, **changed: Any) -> None:  # noqa: ANN401 - its own parameters
    """Makes the launch configuration again, which nobody can change."""
    autoscaling = aws.client("autoscaling")
    autoscaling.delete_launch_configuration(LaunchConfigurationName=NAME)
    autoscaling.create_launch_configuration(**{**launch_configuration(str(outputs["reportsImageId"])), **changed})
