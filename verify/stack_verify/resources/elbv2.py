"""Elastic Load Balancing (version 2): load balancers, their attributes, listeners, rules and target groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar

import msgspec

from stack_verify.resources.acm import Certificate, of_acm
from stack_verify.resources.ec2 import VPC, SecurityGroup, Subnet
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Host, Identity, bare
from stack_verify.resources.resource import EVERYTHING, UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList
from stack_verify.resources.wafv2 import WebACL

_NAME = r"[A-Za-z0-9](?:-?[A-Za-z0-9]){0,31}"


def _spelt(name: str) -> tuple[str, ...]:
    """A type of Pulumi's, whose module for Elastic Load Balancing has had four names."""
    return tuple(f"{module}/{name}" for module in ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2"))


NOT_APPLICATION = "it is no Application Load Balancer"


class ElbTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2.Tags"):
    """``elbv2:DescribeTags`` of a load balancer, listener or target group, by ARN."""


class AvailabilityZone(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A zone that a load balancer stands in."""

    subnet_id: str


class LoadBalancer(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::LoadBalancer"):
    """One load balancer of ``elbv2:DescribeLoadBalancers``, by ARN or by name."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm(
                "elasticloadbalancing",
                r"(loadbalancer/(?:app|net|gwy)/[\w-]+/[0-9a-f]+)",
                rf"(loadbalancer/(?:app|net|gwy)(?:/{ANY_ID}){{1,2}})",
            ),
        ),
        hosts=(
            Host(rf"(?:dualstack\.)?(?:internal-)?(?P<name>{_NAME})-\d+\.{IN_REGION}\.elb{IN_DOMAIN}"),
            Host(rf"(?P<name>{_NAME})-[0-9a-f]{{16}}\.elb\.{IN_REGION}{IN_DOMAIN}"),
        ),
        bare_names=(bare("load balancer name, alb name", _NAME),),
        pulumi=_spelt("loadBalancer"),
        terraform=("aws_lb", "aws_alb"),
        asff="AwsElbv2LoadBalancer",
        by_tags=True,
    )
    id_field: ClassVar[str] = "load_balancer_arn"
    arn_field: ClassVar[str | None] = "load_balancer_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = ElbTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::ElasticLoadBalancingV2.Tags",
        "AWS::ElasticLoadBalancingV2::Listener",
        "AWS::ElasticLoadBalancingV2::LoadBalancer.Attributes",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        "AWS::WAFv2::WebACL",
    )

    load_balancer_arn: str
    balancer_type: str = msgspec.field(name="Type")
    vpc_id: str
    availability_zones: tuple[AvailabilityZone, ...]
    scheme: Known[str] = UNKNOWN
    # ``ipv4``, ``dualstack`` or ``dualstack-without-public-ipv4``.
    ip_address_type: Known[str] = UNKNOWN
    dns_name: Known[str] = msgspec.field(name="DNSName", default=UNKNOWN)
    # A Network Load Balancer may have none, and a Gateway Load Balancer has none.
    security_groups: tuple[str, ...] = ()

    def refers_to(self) -> Iterator[Question]:
        for kind in (LoadBalancerAttributes, Listener, TargetGroup):
            yield kind.ask(self.load_balancer_arn)
        if self.is_application:
            yield WebACL.ask(self.load_balancer_arn)
        yield VPC.ask(self.vpc_id)
        yield from (Subnet.ask(zone.subnet_id) for zone in self.availability_zones)
        yield from (SecurityGroup.ask(group) for group in self.security_groups)
        yield from self.tags_question()

    @property
    def is_application(self) -> bool:
        """Whether it is an Application Load Balancer."""
        return self.balancer_type == "application"

    @property
    def is_gateway(self) -> bool:
        """Whether it is a Gateway Load Balancer."""
        return self.balancer_type == "gateway"


class BalancerOfVpc(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A load balancer of a VPC, and whether it is ``internet-facing``."""

    load_balancer_arn: str
    scheme: str | None = None


class BalancersOfVpc(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::LoadBalancer.OfVpc"
):
    """The load balancers that stand in a VPC, whoever made them, by VPC id."""

    id_field: ClassVar[str] = "vpc_id"

    vpc_id: str
    load_balancers: tuple[BalancerOfVpc, ...]


class LoadBalancerAttributes(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::LoadBalancer.Attributes"
):
    """``elbv2:DescribeLoadBalancerAttributes``, by load balancer ARN. AWS writes the values as text, ``true`` too."""

    id_field: ClassVar[str] = "load_balancer"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::S3::Bucket",)

    load_balancer: str
    access_logs_enabled: Known[str] = msgspec.field(name="access_logs.s3.enabled", default=UNKNOWN)
    access_logs_bucket: Known[str] = msgspec.field(name="access_logs.s3.bucket", default=UNKNOWN)
    access_logs_prefix: str | None = msgspec.field(name="access_logs.s3.prefix", default=None)
    deletion_protection_enabled: Known[str] = msgspec.field(name="deletion_protection.enabled", default=UNKNOWN)
    drop_invalid_header_fields_enabled: Known[str] = msgspec.field(
        name="routing.http.drop_invalid_header_fields.enabled", default=UNKNOWN
    )
    desync_mitigation_mode: Known[str] = msgspec.field(name="routing.http.desync_mitigation_mode", default=UNKNOWN)

    def refers_to(self) -> Iterator[Question]:
        # A Gateway Load Balancer has no access logs, and no attributes for them.
        if ":loadbalancer/gwy/" not in self.load_balancer and self.access_logs_enabled == "true":
            yield Question("AWS::S3::Bucket", self.access_logs_bucket)


class RedirectConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a request is redirected to; ``#{protocol}``, ``#{host}`` and ``#{port}`` stand for the request's own."""

    protocol: Known[str] = UNKNOWN
    host: str = "#{host}"
    port: Known[str] = UNKNOWN
    status_code: Known[str] = UNKNOWN


class TargetGroupTuple(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One of the target groups that share the requests of an action; none go to one with the weight 0."""

    target_group_arn: str
    # AWS leaves it out where an action names one group only.
    weight: int | None = None


class ForwardConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The target groups that an action forwards to."""

    target_groups: tuple[TargetGroupTuple, ...] = ()


class FixedResponseConfig(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The answer that the load balancer gives itself, such as ``403``."""

    status_code: Known[str] = UNKNOWN


class Action(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What is done with a request: ``forward``, ``redirect``, ``fixed-response`` or an authentication before them."""

    type: str
    target_group_arn: str | None = None
    forward_config: ForwardConfig | None = None
    redirect_config: RedirectConfig | None = None
    fixed_response_config: FixedResponseConfig | None = None

    @property
    def receiving(self) -> frozenset[str]:
        """The ARNs of the target groups that it sends requests to: those whose weight is not 0."""
        shared = self.forward_config.target_groups if self.forward_config else ()
        if not shared:
            return self.target_groups
        return frozenset(group.target_group_arn for group in shared if group.weight != 0)

    @property
    def target_groups(self) -> frozenset[str]:
        """The ARNs of the target groups it forwards to."""
        shared = self.forward_config.target_groups if self.forward_config else ()
        alone = (self.target_group_arn,) if self.target_group_arn else ()
        return frozenset((*alone, *(group.target_group_arn for group in shared)))


class ListenerRule(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::ListenerRule"
):
    """One rule of ``elbv2:DescribeRules``, listed by listener ARN; the default one repeats the listener's actions."""

    id_field: ClassVar[str] = "rule_arn"
    arn_field: ClassVar[str | None] = "rule_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::ElasticLoadBalancingV2::TargetGroup",)

    rule_arn: str
    is_default: Known[bool] = UNKNOWN
    actions: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1)]

    def refers_to(self) -> Iterator[Question]:
        for action in self.actions:
            yield from (TargetGroup.ask(arn) for arn in sorted(action.target_groups))


class ListenerCertificate(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A certificate of a listener."""

    certificate_arn: str


class ListenerCertificates(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::ListenerCertificate"
):
    """``elbv2:DescribeListenerCertificates``, by listener ARN: the default one and those for further host names."""

    id_field: ClassVar[str] = "listener"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::CertificateManager::Certificate",)

    listener: str
    certificates: Annotated[tuple[ListenerCertificate, ...], msgspec.Meta(min_length=1)]

    @property
    def arns(self) -> tuple[str, ...]:
        """The ARNs of the certificates."""
        return tuple(certificate.certificate_arn for certificate in self.certificates)

    def refers_to(self) -> Iterator[Question]:
        yield from (Certificate.ask(arn) for arn in self.arns if of_acm(arn))


class Listener(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::Listener"):
    """One listener of ``elbv2:DescribeListeners``, by ARN or by load balancer ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm(
                "elasticloadbalancing",
                r"(listener/(?:app|net|gwy)/[\w-]+/[0-9a-f]+/[0-9a-f]+)",
                rf"(listener/(?:app|net|gwy)(?:/{ANY_ID}){{1,3}})",
            ),
        ),
        pulumi=_spelt("listener"),
        terraform=("aws_lb_listener", "aws_alb_listener"),
        by_tags=True,
    )
    id_field: ClassVar[str] = "listener_arn"
    arn_field: ClassVar[str | None] = "listener_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = ElbTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::ElasticLoadBalancingV2.Tags",
        "AWS::ElasticLoadBalancingV2::ListenerCertificate",
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
    )

    listener_arn: str
    load_balancer_arn: str
    # A Gateway Load Balancer's listener has neither.
    port: int | None = None
    protocol: str | None = None
    default_actions: Annotated[tuple[Action, ...], msgspec.Meta(min_length=1)]
    # AWS answers it only for protocols with TLS.
    ssl_policy: Known[str] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield LoadBalancer.ask(self.load_balancer_arn)
        yield ListenerRule.ask(self.listener_arn)
        for action in self.default_actions:
            yield from (TargetGroup.ask(arn) for arn in sorted(action.target_groups))
        if self.encrypts:
            yield ListenerCertificates.ask(self.listener_arn)
        yield from self.tags_question()

    @property
    def encrypts(self) -> bool:
        """Whether what clients send to the listener is encrypted."""
        return self.protocol in ("HTTPS", "TLS")


class TargetGroup(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::TargetGroup"):
    """One target group of ``elbv2:DescribeTargetGroups``, by ARN or by load balancer ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm("elasticloadbalancing", r"(targetgroup/[\w-]+/[0-9a-f]+)", rf"(targetgroup(?:/{ANY_ID}){{1,2}})"),
        ),
        pulumi=_spelt("targetGroup"),
        terraform=("aws_lb_target_group", "aws_alb_target_group"),
        by_tags=True,
    )
    id_field: ClassVar[str] = "target_group_arn"
    arn_field: ClassVar[str | None] = "target_group_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = ElbTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::ElasticLoadBalancingV2.Tags",
        "AWS::ElasticLoadBalancingV2::TargetGroup.Attributes",
        "AWS::ElasticLoadBalancingV2::TargetGroup.Health",
        "Probe::Endpoint",
    )

    target_group_arn: str
    # ``ip``, ``instance``, ``lambda`` or ``alb``.
    target_type: Known[str] = UNKNOWN
    # AWS answers neither for a Lambda function as the target.
    port: Known[int] = UNKNOWN
    protocol: str | None = None
    # ``ipv4`` or ``ipv6``.
    ip_address_type: Known[str] = UNKNOWN
    # A port, or ``traffic-port`` for the targets' own.
    health_check_port: Known[str] = UNKNOWN
    # AWS answers it for health checks by HTTP and HTTPS.
    health_check_path: str | None = None

    def refers_to(self) -> Iterator[Question]:
        yield TargetGroupHealth.ask(self.target_group_arn)
        if self.of_packets:
            yield TargetGroupAttributes.ask(self.target_group_arn)
        yield from self.tags_question()

    @property
    def of_packets(self) -> bool:
        """Whether a Network Load Balancer sends connections to it, rather than an Application one requests."""
        return self.protocol in ("TCP", "TLS", "UDP", "TCP_UDP", "QUIC", "TCP_QUIC")


class TargetGroupAttributes(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::TargetGroup.Attributes"
):
    """``elbv2:DescribeTargetGroupAttributes``, by ARN, of the groups of Network Load Balancers; values as text."""

    id_field: ClassVar[str] = "target_group"

    target_group: str
    preserve_client_ip: Known[str] = msgspec.field(name="preserve_client_ip.enabled", default=UNKNOWN)


class TargetDescription(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A target: an address or the id of an instance, and its zone where AWS tells."""

    id: str
    availability_zone: str | None = None


class TargetHealth(Fields, frozen=True, kw_only=True, rename="pascal"):
    """``healthy``, ``unhealthy``, ``initial``, ``draining``, ``unused``, ``unavailable`` or another; and the reason."""

    state: str
    reason: str | None = None


class TargetHealthDescription(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What a load balancer finds of one target."""

    target: TargetDescription
    target_health: TargetHealth


class TargetGroupHealth(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElasticLoadBalancingV2::TargetGroup.Health"
):
    """``elbv2:DescribeTargetHealth``, by target group ARN; no descriptions where nothing is registered."""

    id_field: ClassVar[str] = "target_group"
    lags: ClassVar[frozenset[str]] = EVERYTHING

    target_group: str
    target_health_descriptions: tuple[TargetHealthDescription, ...]
