"""Amazon EC2 instances and launch templates: how they are configured, and never what is on them.

User data may hold secrets: it is judged while the answer is decoded, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.clear_secret import ClearSecret
from stack_verify.resources.ec2 import VPC, GroupIdentifier, SecurityGroup, Subnet
from stack_verify.resources.ec2_storage import Image, Volume, ec2_arn
from stack_verify.resources.iam import InstanceProfile
from stack_verify.resources.identity import Identity, ec2
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.ssm import ManagedNode, PatchState
from stack_verify.resources.tagging import Tagged

# The tag that EC2 Auto Scaling gives the instances it starts, with the name of the group.
GROUP_TAG = "aws:autoscaling:groupName"


class UserData(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Instance.UserData"):
    """What ``ec2:DescribeInstanceAttribute`` says of an instance's user data, by InstanceId.

    Both fields are ours. ``clear_secrets`` is unknown where the data cannot be decoded.
    """

    id_field: ClassVar[str] = "instance_id"

    instance_id: str
    has_user_data: bool
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN


class MetadataOptions(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How the instance metadata service answers. In a launch template, what is left out is the account's default."""

    http_tokens: str | None = None
    http_endpoint: str | None = None

    @property
    def requires_tokens(self) -> bool:
        """Whether it answers with IMDSv2 only, or not at all."""
        return self.http_tokens == "required" or self.http_endpoint == "disabled"

    @property
    def told(self) -> str:
        """Both settings, for a sentence."""
        return f"HttpTokens is {self.http_tokens or 'not set'}, HttpEndpoint is {self.http_endpoint or 'not set'}"


class PublicAddress(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The public address of a private one; the emulator answers an empty association where there is none."""

    public_ip: str | None = None


class InstanceAddress(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A private IPv4 address of an instance's network interface."""

    association: PublicAddress | None = None


class InstanceInterface(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A network interface of an instance."""

    network_interface_id: str
    subnet_id: str | None = None
    groups: tuple[GroupIdentifier, ...] = ()
    private_ip_addresses: Known[tuple[InstanceAddress, ...]] = UNKNOWN


class InstanceState(Fields, frozen=True, kw_only=True, rename="pascal"):
    """``pending``, ``running``, ``shutting-down``, ``stopping`` or ``stopped``."""

    name: str


class ProfileOfInstance(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The instance profile by which an instance gets its role."""

    arn: str


class InstanceMonitoring(Fields, frozen=True, kw_only=True, rename="pascal"):
    """``enabled`` is detailed monitoring, ``disabled`` basic."""

    state: Known[str] = UNKNOWN


class InstanceDisk(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The volume of a disk."""

    volume_id: str


class InstanceDevice(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A disk of an instance."""

    ebs: InstanceDisk | None = None


class Instance(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Instance"):
    """One instance of ``ec2:DescribeInstances``, by InstanceId. Those that are terminated are gone."""

    identity: ClassVar[Identity | None] = ec2(
        "i", "instance", pulumi=("instance",), terraform=("aws_instance",), asff="AwsEc2Instance"
    )
    id_field: ClassVar[str] = "instance_id"
    leads_to: ClassVar[tuple[str, ...]] = (
        VPC.kind(),
        Subnet.kind(),
        SecurityGroup.kind(),
        Volume.kind(),
        Image.kind(),
        InstanceProfile.kind(),
        UserData.kind(),
        ManagedNode.kind(),
        PatchState.kind(),
    )
    lags: ClassVar[frozenset[str]] = frozenset({"tags", "state", "metadata_options", "iam_instance_profile"})

    instance_id: str
    image_id: Known[str] = UNKNOWN
    state: Known[InstanceState] = UNKNOWN
    # Why it is in its state, with the time: empty while nothing has changed it.
    state_transition_reason: str | None = None
    metadata_options: Known[MetadataOptions] = UNKNOWN
    virtualization_type: Known[str] = UNKNOWN
    monitoring: Known[InstanceMonitoring] = UNKNOWN
    # None where it has none.
    iam_instance_profile: ProfileOfInstance | None = None
    public_ip_address: str | None = None
    # None outside a VPC, in EC2-Classic.
    vpc_id: str | None = None
    network_interfaces: Known[tuple[InstanceInterface, ...]] = UNKNOWN
    block_device_mappings: Known[tuple[InstanceDevice, ...]] = UNKNOWN

    @property
    def public_addresses(self) -> tuple[str, ...]:
        """The public IPv4 addresses of its interfaces."""
        private = (address for each in self.network_interfaces for address in each.private_ip_addresses)
        found = {each.association.public_ip for each in private if each.association is not None}
        return tuple(sorted(each for each in found | {self.public_ip_address} if each))

    @property
    def group_ids(self) -> frozenset[str]:
        """The security groups of its interfaces."""
        return frozenset(group.group_id for each in self.network_interfaces for group in each.groups)

    @property
    def volume_ids(self) -> tuple[str, ...]:
        """The ids of its volumes."""
        return tuple(each.ebs.volume_id for each in self.block_device_mappings if each.ebs is not None)

    @property
    def auto_scaling_group(self) -> str | None:
        """The Auto Scaling group that started it and replaces it; None where a person or a program did."""
        return self.tags.get(GROUP_TAG)

    @property
    def backup_arn(self) -> str:
        """Its ARN, by which a backup plan selects it."""
        return ec2_arn("instance", self.instance_id, self)

    def refers_to(self) -> Iterator[Question]:
        if self.vpc_id is not None:
            yield VPC.ask(self.vpc_id)
        yield from (Subnet.ask(each.subnet_id) for each in self.network_interfaces if each.subnet_id)
        yield from (SecurityGroup.ask(each) for each in sorted(self.group_ids))
        yield from (Volume.ask(each) for each in self.volume_ids)
        yield Image.ask(self.image_id)
        if self.iam_instance_profile is not None:
            yield InstanceProfile.ask(self.iam_instance_profile.arn.rpartition("/")[2])
        yield UserData.ask(self.instance_id)
        yield ManagedNode.ask(self.instance_id)
        yield PatchState.ask(self.instance_id)


class TemplateDisk(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A disk of a launch template; what is left out follows from its snapshot, or from the account's default."""

    encrypted: bool | None = None
    snapshot_id: str | None = None


class TemplateDevice(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A disk of a launch template; without EBS it is an instance store."""

    device_name: str | None = None
    ebs: TemplateDisk | None = None


class TemplateInterface(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A network interface of a launch template. Where it does not say, the subnet decides of public addresses."""

    associate_public_ip_address: bool | None = None
    groups: tuple[str, ...] = ()


class TemplateProfile(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The instance profile of a launch template, by one of the two."""

    arn: str | None = None
    name: str | None = None


class TemplateData(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What a launch template starts instances with: all of it may be left out. Never its user data."""

    image_id: str | None = None
    metadata_options: MetadataOptions | None = None
    block_device_mappings: tuple[TemplateDevice, ...] = ()
    network_interfaces: tuple[TemplateInterface, ...] = ()
    security_group_ids: tuple[str, ...] = ()
    iam_instance_profile: TemplateProfile | None = None


class LaunchTemplateVersion(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::LaunchTemplate.DefaultVersion"
):
    """The default version of ``ec2:DescribeLaunchTemplateVersions``, by LaunchTemplateId.

    ``has_user_data`` and ``clear_secrets`` are ours; the latter is unknown where the data cannot be decoded.
    """

    id_field: ClassVar[str] = "launch_template_id"
    leads_to: ClassVar[tuple[str, ...]] = (SecurityGroup.kind(), Image.kind(), InstanceProfile.kind())

    launch_template_id: str
    version_number: int
    launch_template_data: Known[TemplateData] = UNKNOWN
    has_user_data: bool
    clear_secrets: Known[tuple[ClearSecret, ...]] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        data = self.launch_template_data
        groups = {*data.security_group_ids, *(group for each in data.network_interfaces for group in each.groups)}
        yield from (SecurityGroup.ask(each) for each in sorted(groups) if each.startswith("sg-"))
        # An image may also be named by a parameter of Systems Manager's, which instances are started with anew.
        if data.image_id is not None and data.image_id.startswith("ami-"):
            yield Image.ask(data.image_id)
        profile = data.iam_instance_profile
        named = (profile.name or profile.arn) if profile is not None else None
        if named:
            yield InstanceProfile.ask(named.rpartition("/")[2])


class LaunchTemplate(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::LaunchTemplate"):
    """One launch template of ``ec2:DescribeLaunchTemplates``, by LaunchTemplateId."""

    identity: ClassVar[Identity | None] = ec2(
        "lt",
        "launch-template",
        pulumi=("launchTemplate",),
        terraform=("aws_launch_template",),
        asff="AwsEc2LaunchTemplate",
    )
    id_field: ClassVar[str] = "launch_template_id"
    leads_to: ClassVar[tuple[str, ...]] = (LaunchTemplateVersion.kind(),)

    launch_template_id: str
    default_version_number: Known[int] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield LaunchTemplateVersion.ask(self.launch_template_id)
