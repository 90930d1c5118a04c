"""Amazon EC2 networking: the VPC and what stands in it. Each is known by its own id, or listed by its VPC's."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import ClassVar

from stack_verify.errors import KeptElsewhere, Unanswered
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.ec2_placement import InVpc
from stack_verify.resources.ec2_routing import NetworkAcl, PrefixList
from stack_verify.resources.identity import BareName, Identity, ec2
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

CHANGING = "update-in-progress"
IN_EFFECT = ("create-complete", "update-complete")


class VPC(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::VPC"):
    """One VPC of ``ec2:DescribeVpcs``, by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "vpc", "vpc", pulumi=("vpc", "defaultVpc"), terraform=("aws_vpc", "aws_default_vpc"), asff="AwsEc2Vpc"
    )
    id_field: ClassVar[str] = "vpc_id"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::EC2::FlowLog",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::VPCEndpoint",
        "AWS::RDS::DBInstance.OfVpc",
    )

    vpc_id: str
    # The first block, which stays; blocks that are added later are no part of it.
    cidr_block: Known[str] = UNKNOWN
    instance_tenancy: Known[str] = UNKNOWN
    owner_id: Known[str] = UNKNOWN

    @property
    def shared_by(self) -> str | None:
        """The account that shares the VPC with this one; None where it is this account's own."""
        return None if self.owner_id == self.observed_by.account else self.owner_id

    def ask_owner_for(self, what: str) -> None:
        """Does nothing where the VPC is this account's own, to which AWS shows all that stands in it.

        Raises:
            KeptElsewhere: when another account shares it, and only that one sees ``what`` (VPC user guide,
                "Responsibilities and permissions for owners and participants").
        """
        if self.shared_by is not None:
            told = f"account {self.shared_by} shares {self.vpc_id} with this one, and only the owner sees {what}"
            raise KeptElsewhere(told, self.shared_by)

    def surroundings(self) -> Iterator[Question]:
        yield from (Question(kind, self.vpc_id) for kind in self.leads_to)
        # Around the stack and no part of it, so that a VPC that is not read hides none of the stack's.
        around: tuple[type[Tagged], ...] = (InternetGateway, NatGateway, NetworkAcl, NetworkInterface, Subnet)
        yield from (kind.ask(self.vpc_id) for kind in around)
        yield VpcBlockPublicAccess.ask(self.observed_by.region)
        yield Question("AWS::ElasticLoadBalancingV2::LoadBalancer.OfVpc", self.vpc_id)


class BlockPublicAccessExclusion(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A VPC or a subnet that Block Public Access lets pass: ``allow-bidirectional`` or ``allow-egress``."""

    resource_arn: str
    internet_gateway_exclusion_mode: Known[str] = UNKNOWN
    state: Known[str] = UNKNOWN


class VpcBlockPublicAccess(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::VPCBlockPublicAccessOptions"
):
    """``ec2:DescribeVpcBlockPublicAccessOptions`` of a region, with the exclusions; asked for by the region."""

    id_field: ClassVar[str] = "region"
    region: str
    # ``off``, ``block-bidirectional`` or ``block-ingress``.
    internet_gateway_block_mode: Known[str] = UNKNOWN
    state: Known[str] = UNKNOWN
    exclusions: tuple[BlockPublicAccessExclusion, ...] = ()

    def lets_pass(self, where: Collection[str], *, inward: bool, translated: bool) -> bool:
        """Whether connections with the internet pass of what stands in one of ``where``, a VPC and a subnet.

        ``inward`` are those that the internet opens; ``translated`` are those of a NAT gateway (VPC user guide, "Block
        public access to VPCs and subnets").

        Raises:
            Unanswered: when it is being changed.
        """
        if self.state == CHANGING:
            raise Unanswered("VPC Block Public Access is being changed: run again when it is done")
        if self.internet_gateway_block_mode == "off":
            return True
        modes = set()
        for each in self.exclusions:
            if each.resource_arn.rpartition("/")[2] in where:
                if each.state.endswith("-in-progress"):
                    raise Unanswered(f"an exclusion from VPC Block Public Access is {each.state}: run again later")
                modes.add(each.internet_gateway_exclusion_mode if each.state in IN_EFFECT else None)
        if "allow-bidirectional" in modes:
            return True
        outward = translated if self.internet_gateway_block_mode == "block-ingress" else "allow-egress" in modes
        return outward and not inward


class Ipv6CidrBlock(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A block of IPv6 addresses of a subnet."""

    ipv6_cidr_block: str


class Subnet(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Subnet"):
    """One subnet of ``ec2:DescribeSubnets``, by SubnetId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "subnet",
        "subnet",
        pulumi=("subnet", "defaultSubnet"),
        terraform=("aws_subnet", "aws_default_subnet"),
        asff="AwsEc2Subnet",
    )
    id_field: ClassVar[str] = "subnet_id"

    subnet_id: str
    availability_zone: Known[str] = UNKNOWN
    # None where the subnet has IPv6 addresses only.
    cidr_block: str | None = None
    ipv6_cidr_block_association_set: tuple[Ipv6CidrBlock, ...] = ()
    map_public_ip_on_launch: Known[bool] = UNKNOWN

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks of addresses of the subnet, IPv4 and IPv6."""
        ipv4 = () if self.cidr_block is None else (self.cidr_block,)
        return (*ipv4, *(each.ipv6_cidr_block for each in self.ipv6_cidr_block_association_set))


class InternetGatewayAttachment(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The VPC that an internet gateway is attached to."""

    vpc_id: str


class InternetGateway(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::InternetGateway"):
    """One internet gateway of ``ec2:DescribeInternetGateways``, by InternetGatewayId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "igw", "internet-gateway", pulumi=("internetGateway",), terraform=("aws_internet_gateway",)
    )
    id_field: ClassVar[str] = "internet_gateway_id"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::EC2::VPC",)

    internet_gateway_id: str
    attachments: tuple[InternetGatewayAttachment, ...] = ()

    def surroundings(self) -> Iterator[Question]:
        # A VPC is not the stack's because a gateway of the stack's stands before it.
        yield from (VPC.ask(attachment.vpc_id) for attachment in self.attachments)


class NatGatewayAddress(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An address of a NAT gateway. One that leads to other networks and not to the internet has no public one."""

    public_ip: str | None = None
    allocation_id: str | None = None


class NatGateway(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::NatGateway"):
    """One NAT gateway of ``ec2:DescribeNatGateways``, by NatGatewayId or by VpcId. A deleted one counts as absent."""

    identity: ClassVar[Identity | None] = ec2(
        "nat", "natgateway", pulumi=("natGateway",), terraform=("aws_nat_gateway",)
    )
    only_owner_lists: ClassVar[bool] = True
    id_field: ClassVar[str] = "nat_gateway_id"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::EC2::Subnet", "AWS::EC2::VPC")

    nat_gateway_id: str
    nat_gateway_addresses: Known[tuple[NatGatewayAddress, ...]] = UNKNOWN
    state: Known[str] = UNKNOWN
    # None where it serves all zones of the region; then it has a route table of its own.
    subnet_id: str | None = None
    route_table_id: str | None = None

    @property
    def is_public(self) -> bool:
        """Whether it has a public address."""
        return any(address.public_ip is not None for address in self.nat_gateway_addresses)

    def refers_to(self) -> Iterator[Question]:
        yield VPC.ask(self.vpc_id)
        if self.subnet_id is not None:
            yield Subnet.ask(self.subnet_id)


class EIP(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::EIP"):
    """One Elastic IP address of ``ec2:DescribeAddresses``, by AllocationId, or by the address itself.

    CloudFormation knows it by its address (CloudFormation template reference, ``AWS::EC2::EIP``, return values).
    """

    identity: ClassVar[Identity | None] = replace(
        ec2("eipalloc", "elastic-ip", pulumi=("eip",), terraform=("aws_eip",), asff="AwsEc2Eip"),
        bare_names=(BareName((), r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"),),
    )
    id_field: ClassVar[str] = "allocation_id"

    allocation_id: str
    public_ip: str | None = None


class GroupIdentifier(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A security group of a network interface."""

    group_id: str


class InterfaceAssociation(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The public address of a private one."""

    public_ip: str


class PrivateIpAddress(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A private IPv4 address of a network interface."""

    private_ip_address: str
    association: InterfaceAssociation | None = None


class Ipv6Address(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An IPv6 address of a network interface."""

    ipv6_address: str


class InterfaceAttachment(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What an interface is attached to. Of AWS's own hosts there is no id, or only a placeholder."""

    instance_id: str | None = None


class NetworkInterface(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::NetworkInterface"):
    """One network interface of ``ec2:DescribeNetworkInterfaces``, by NetworkInterfaceId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "eni",
        "network-interface",
        pulumi=("networkInterface",),
        terraform=("aws_network_interface",),
        asff="AwsEc2NetworkInterface",
    )
    id_field: ClassVar[str] = "network_interface_id"

    network_interface_id: str
    groups: tuple[GroupIdentifier, ...]
    subnet_id: Known[str] = UNKNOWN
    private_ip_addresses: Known[tuple[PrivateIpAddress, ...]] = UNKNOWN
    ipv6_addresses: tuple[Ipv6Address, ...] = ()
    # What AWS or its user wrote of it.
    description: str | None = None
    # Whether an AWS service made it for somebody, and which: an alias such as ``amazon-elb``, or an id.
    requester_managed: Known[bool] = UNKNOWN
    requester_id: str | None = None
    # ``interface`` for instances, tasks, databases and more; ``nat_gateway``, ``lambda``, ``vpc_endpoint`` and others.
    interface_type: Known[str] = UNKNOWN
    attachment: InterfaceAttachment | None = None

    @property
    def instance(self) -> str | None:
        """The id of the instance that it is attached to; None where there is none, or it is AWS's own."""
        found = self.attachment.instance_id if self.attachment else None
        return found if found and found.startswith("i-") else None


class VPCEndpoint(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::VPCEndpoint"):
    """One endpoint of ``ec2:DescribeVpcEndpoints``, by VpcEndpointId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "vpce", "vpc-endpoint", pulumi=("vpcEndpoint",), terraform=("aws_vpc_endpoint",)
    )
    only_owner_lists: ClassVar[bool] = True
    id_field: ClassVar[str] = "vpc_endpoint_id"

    vpc_endpoint_id: str
    service_name: str
    # Whether an AWS service manages it for somebody.
    requester_managed: bool = False
    vpc_endpoint_type: Known[str] = UNKNOWN
    state: Known[str] = UNKNOWN
    private_dns_enabled: Known[bool] = UNKNOWN
    # None for a kind of endpoint that knows no policies, as that of a Gateway Load Balancer.
    policy_document: str | None = None
    # None of a gateway, which is no place but a route.
    subnet_ids: tuple[str, ...] = ()
    groups: tuple[GroupIdentifier, ...] = ()


class FlowLog(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::FlowLog"):
    """One flow log of ``ec2:DescribeFlowLogs``, by FlowLogId or by the id of the VPC it watches."""

    identity: ClassVar[Identity | None] = ec2("fl", "vpc-flow-log", pulumi=("flowLog",), terraform=("aws_flow_log",))
    only_owner_lists: ClassVar[bool] = True
    id_field: ClassVar[str] = "flow_log_id"
    lags: ClassVar[frozenset[str]] = frozenset({"tags", "flow_log_status", "deliver_logs_status"})
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::Logs::LogGroup", "AWS::S3::Bucket")

    flow_log_id: str
    resource_id: str
    flow_log_status: Known[str] = UNKNOWN
    traffic_type: Known[str] = UNKNOWN
    log_destination_type: Known[str] = UNKNOWN
    log_destination: str | None = None
    log_group_name: str | None = None
    # AWS answers it once the first delivery was tried.
    deliver_logs_status: Known[str] = UNKNOWN
    deliver_logs_error_message: str | None = None

    def refers_to(self) -> Iterator[Question]:
        destination = self.destination
        if destination is not None:
            yield destination

    @property
    def destination(self) -> Question | None:
        """The question for the log group or the bucket that the log goes to; None where it goes elsewhere.

        A log group of another account or region keeps its ARN, lest one of the same name here be taken for it.
        """
        arn, call = parse_arn(self.log_destination), self.observed_by
        if arn is None:
            return None if self.log_group_name is None else Question("AWS::Logs::LogGroup", self.log_group_name)
        if arn.service == "logs":
            own = (arn.account, arn.region) == (call.account, call.region)
            name = arn.resource.removeprefix("log-group:").removesuffix(":*")
            return Question("AWS::Logs::LogGroup", name if own else str(self.log_destination).removesuffix(":*"))
        return Question("AWS::S3::Bucket", arn.resource.partition("/")[0]) if arn.service == "s3" else None


class IpRange(Fields, frozen=True, kw_only=True, rename="pascal"):
    """IPv4 addresses that a rule admits."""

    cidr_ip: str
    description: str | None = None


class Ipv6Range(Fields, frozen=True, kw_only=True, rename="pascal"):
    """IPv6 addresses that a rule admits."""

    cidr_ipv6: str
    description: str | None = None


class PrefixListId(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A list of addresses that a rule admits."""

    prefix_list_id: str
    description: str | None = None


class UserIdGroupPair(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A security group whose members a rule admits; possibly the rule's own group, or one of a peer's VPC."""

    group_id: Known[str] = UNKNOWN
    description: str | None = None


class IpPermission(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The rules of a security group for one protocol and range of ports.

    ``from_port`` and ``to_port`` are None for the protocol -1 (all); for ICMP they are its type and code.
    """

    ip_protocol: str
    from_port: int | None = None
    to_port: int | None = None
    ip_ranges: tuple[IpRange, ...]
    ipv6_ranges: Known[tuple[Ipv6Range, ...]] = UNKNOWN
    prefix_list_ids: tuple[PrefixListId, ...]
    user_id_group_pairs: tuple[UserIdGroupPair, ...]


class SecurityGroup(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::SecurityGroup"):
    """One security group of ``ec2:DescribeSecurityGroups``, by GroupId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "sg",
        "security-group",
        pulumi=("securityGroup", "defaultSecurityGroup"),
        terraform=("aws_security_group", "aws_default_security_group"),
        asff="AwsEc2SecurityGroup",
    )
    id_field: ClassVar[str] = "group_id"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::EC2::VPC",
        "AWS::EC2::NetworkInterface",
        "AWS::EC2::PrefixList",
        "AWS::EC2::VPCEndpoint",
    )

    group_id: str
    group_name: str
    ip_permissions: tuple[IpPermission, ...]
    ip_permissions_egress: tuple[IpPermission, ...]

    def surroundings(self) -> Iterator[Question]:
        yield VPCEndpoint.ask(self.vpc_id)
        yield NetworkInterface.ask(self.vpc_id)
        for permission in (*self.ip_permissions, *self.ip_permissions_egress):
            yield from (PrefixList.ask(listed.prefix_list_id) for listed in permission.prefix_list_ids)
