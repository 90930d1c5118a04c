"""Reads Elastic Load Balancing (version 2).

Its operations know no filters, and one ARN that is gone fails a call for many: so one call an ARN, except for tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.elbv2 import (
    BalancersOfVpc,
    ElbTags,
    Listener,
    ListenerCertificates,
    ListenerRule,
    LoadBalancer,
    LoadBalancerAttributes,
    TargetGroup,
    TargetGroupAttributes,
    TargetGroupHealth,
)


@collects(LoadBalancer, "elbv2:DescribeLoadBalancers")
def load_balancers(reader: Reader, key: str) -> Iterator[LoadBalancer]:
    """The load balancer with this ARN or name."""
    by = {"LoadBalancerArns" if key.startswith("arn:") else "Names": [key]}
    for page in reader.pages("elbv2", "DescribeLoadBalancers", answers=("LoadBalancerNotFound",), **by):
        yield from (page.decode(LoadBalancer, item) for item in page.items("LoadBalancers"))


@collects(BalancersOfVpc, "elbv2:DescribeLoadBalancers")
def balancers_of_vpc(reader: Reader, vpc: str) -> Iterator[BalancersOfVpc]:
    """The load balancers of a VPC, of all that the account has in the region: there is no filter for it."""
    pages = list(reader.pages("elbv2", "DescribeLoadBalancers"))
    found = [item for page in pages for item in page.items("LoadBalancers") if item.get("VpcId") == vpc]
    yield pages[-1].decode(BalancersOfVpc, VpcId=vpc, LoadBalancers=found)


@collects(LoadBalancerAttributes, "elbv2:DescribeLoadBalancerAttributes")
def load_balancer_attributes(reader: Reader, arn: str) -> Iterator[LoadBalancerAttributes]:
    """The attributes of a load balancer."""
    response = reader.call("elbv2", "DescribeLoadBalancerAttributes", LoadBalancerArn=arn)
    attributes = tag_map(response.items("Attributes"))
    yield response.decode(LoadBalancerAttributes, attributes, LoadBalancer=arn)


@collects(Listener, "elbv2:DescribeListeners")
def listeners(reader: Reader, arn: str) -> Iterator[Listener]:
    """The listener with this ARN, or those of the load balancer with this ARN."""
    by = {"LoadBalancerArn": arn} if ":loadbalancer/" in arn else {"ListenerArns": [arn]}
    for page in reader.pages("elbv2", "DescribeListeners", answers=("ListenerNotFound", "LoadBalancerNotFound"), **by):
        yield from (page.decode(Listener, item) for item in page.items("Listeners"))


@collects(ListenerCertificates, "elbv2:DescribeListenerCertificates")
def listener_certificates(reader: Reader, arn: str) -> Iterator[ListenerCertificates]:
    """The certificates of a listener, which describes itself with the default one alone."""
    pages = list(reader.pages("elbv2", "DescribeListenerCertificates", ListenerArn=arn))
    certificates = [item for page in pages for item in page.items("Certificates")]
    yield pages[-1].decode(ListenerCertificates, {}, Listener=arn, Certificates=certificates)


@collects(ListenerRule, "elbv2:DescribeRules")
def listener_rules(reader: Reader, arn: str) -> Iterator[ListenerRule]:
    """The rules of a listener."""
    for page in reader.pages("elbv2", "DescribeRules", ListenerArn=arn):
        yield from (page.decode(ListenerRule, item) for item in page.items("Rules"))


@collects(TargetGroup, "elbv2:DescribeTargetGroups")
def target_groups(reader: Reader, arn: str) -> Iterator[TargetGroup]:
    """The target group with this ARN, or those that the load balancer with this ARN uses."""
    by = {"LoadBalancerArn": arn} if ":loadbalancer/" in arn else {"TargetGroupArns": [arn]}
    gone = ("TargetGroupNotFound", "LoadBalancerNotFound")
    for page in reader.pages("elbv2", "DescribeTargetGroups", answers=gone, **by):
        yield from (page.decode(TargetGroup, item) for item in page.items("TargetGroups"))


@collects(TargetGroupAttributes, "elbv2:DescribeTargetGroupAttributes")
def target_group_attributes(reader: Reader, arn: str) -> Iterator[TargetGroupAttributes]:
    """The attributes of a target group."""
    response = reader.call("elbv2", "DescribeTargetGroupAttributes", TargetGroupArn=arn)
    yield response.decode(TargetGroupAttributes, tag_map(response.items("Attributes")), TargetGroup=arn)


@collects(TargetGroupHealth, "elbv2:DescribeTargetHealth")
def target_health(reader: Reader, arn: str) -> Iterator[TargetGroupHealth]:
    """What the load balancer finds of each target of a group."""
    response = reader.call("elbv2", "DescribeTargetHealth", TargetGroupArn=arn)
    targets = response.items("TargetHealthDescriptions")
    yield response.decode(TargetGroupHealth, {}, TargetGroup=arn, TargetHealthDescriptions=targets)


# DescribeTags takes twenty ARNs (Elastic Load Balancing API reference).
@collects_many(ElbTags, "elbv2:DescribeTags", size=20)
def tag_lists(reader: Reader, arns: Sequence[str]) -> Answers:
    """The tags of the load balancers, listeners and target groups with these ARNs."""
    response = reader.call("elbv2", "DescribeTags", ResourceArns=list(arns))
    for item in response.items("TagDescriptions"):
        found = {"Tags": tag_map(item["Tags"])} if "Tags" in item else {}
        tags = response.decode(ElbTags, found, Resource=item.get("ResourceArn"))
        yield tags.resource, tags
