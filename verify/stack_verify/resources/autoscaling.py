"""Amazon EC2 Auto Scaling: groups, and the launch configurations that older groups start instances with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ec2_instances import Instance, LaunchTemplate, MetadataOptions
from stack_verify.resources.elbv2 import TargetGroup
from stack_verify.resources.iam import InstanceProfile
from stack_verify.resources.identity import ArnForm, Identity, bare
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# AWS takes any printable characters but colons.
_NAME = r"[ -9;-~]{1,255}"


class LaunchConfiguration(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::AutoScaling::LaunchConfiguration"
):
    """One launch configuration of ``autoscaling:DescribeLaunchConfigurations``, by LaunchConfigurationName.

    ``has_user_data`` and ``clear_secrets`` are ours; the latter is unknown where the data cannot be decoded.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm(
                "autoscaling",
                rf"launchConfiguration:{_UUID}:launchConfigurationName/({_NAME})",
                rf"launchConfiguration:[^:]*:launchConfigurationName/({_NAME})",
                by_name=True,
            ),
        ),
        bare_names=(bare("launch configuration, launch configuration name, launch config name", _NAME),),
        pulumi=("ec2/launchConfiguration",),
        terraform=("aws_launch_configuration",),
        asff="AwsAutoScalingLaunchConfiguration",
    )
    id_field: ClassVar[str] = "launch_configuration_name"
    arn_field: ClassVar[str | None] = "launch_configuration_arn"
    leads_to: ClassVar[tuple[str, ...]] = (SecurityGroup.kind(), InstanceProfile.kind())

    launch_configuration_name: str
    launch_configuration_arn: str = msgspec.field(name="LaunchConfigurationARN")
    # None where the subnet decides.
    associate_public_ip_address: bool | None = None
    # None where the account's default holds.
    metadata_options: MetadataOptions | None = None
    iam_instance_profile: str | None = None
    security_groups: tuple[str, ...] = ()
    has_user_data: bool
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield from (SecurityGroup.ask(each) for each in self.security_groups if each.startswith("sg-"))
        if self.iam_instance_profile:
            yield InstanceProfile.ask(self.iam_instance_profile.rpartition("/")[2])


class LaunchTemplateOfGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The launch template that a group starts instances with, and which version of it."""

    launch_template_id: str | None = None
    version: str | None = None


class TemplateOfPolicy(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The launch template of a mixed instances policy."""

    launch_template_specification: LaunchTemplateOfGroup | None = None


class MixedInstancesPolicy(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How a group mixes instance types."""

    launch_template: TemplateOfPolicy | None = None


class MemberOfGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An instance of a group."""

    instance_id: str


class AutoScalingGroup(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::AutoScaling::AutoScalingGroup"):
    """One group of ``autoscaling:DescribeAutoScalingGroups``, by AutoScalingGroupName."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm(
                "autoscaling",
                rf"autoScalingGroup:{_UUID}:autoScalingGroupName/({_NAME})",
                rf"autoScalingGroup:[^:]*:autoScalingGroupName/({_NAME})",
                by_name=True,
            ),
        ),
        bare_names=(bare("auto scaling group, auto scaling group name, autoscaling group name, asg name, asg", _NAME),),
        pulumi=("autoscaling/group",),
        terraform=("aws_autoscaling_group",),
        asff="AwsAutoScalingAutoScalingGroup",
    )
    id_field: ClassVar[str] = "auto_scaling_group_name"
    arn_field: ClassVar[str | None] = "auto_scaling_group_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        Instance.kind(),
        LaunchConfiguration.kind(),
        LaunchTemplate.kind(),
        Subnet.kind(),
        TargetGroup.kind(),
    )
    lags: ClassVar[frozenset[str]] = frozenset({"tags", "instances"})

    auto_scaling_group_name: str
    auto_scaling_group_arn: str = msgspec.field(name="AutoScalingGroupARN")
    availability_zones: Known[tuple[str, ...]] = UNKNOWN
    health_check_type: Known[str] = UNKNOWN
    # Classic Load Balancers, and target groups of the others.
    load_balancer_names: tuple[str, ...] = ()
    target_group_arns: tuple[str, ...] = msgspec.field(name="TargetGroupARNs", default=())
    # One of the three starts its instances.
    launch_configuration_name: str | None = None
    launch_template: LaunchTemplateOfGroup | None = None
    mixed_instances_policy: MixedInstancesPolicy | None = None
    # Ids of subnets with commas between; empty where only zones are named.
    subnets: str = msgspec.field(name="VPCZoneIdentifier", default="")
    instances: tuple[MemberOfGroup, ...] = ()

    @property
    def template(self) -> LaunchTemplateOfGroup | None:
        """The launch template, of the group or of its mixed instances policy; None where it has none."""
        if self.launch_template is not None:
            return self.launch_template
        mixed = self.mixed_instances_policy
        return mixed.launch_template.launch_template_specification if mixed and mixed.launch_template else None

    def refers_to(self) -> Iterator[Question]:
        yield from (Instance.ask(each.instance_id) for each in self.instances)
        yield from (Subnet.ask(each) for each in self.subnets.split(",") if each)
        yield from (TargetGroup.ask(each) for each in self.target_group_arns)
        if self.launch_configuration_name is not None:
            yield LaunchConfiguration.ask(self.launch_configuration_name)
        if self.template is not None and self.template.launch_template_id is not None:
            yield LaunchTemplate.ask(self.template.launch_template_id)
