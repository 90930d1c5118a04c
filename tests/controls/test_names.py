"""The names that a stack chose carry its environment suffix as a word."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.stack.outputs import env_suffix_in_names
from stack_verify.core.control import Status
from stack_verify.inquiry import Stack
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.elbv2 import LoadBalancer, TargetGroup
from stack_verify.resources.resource import Resource
from stack_verify.resources.stack import StackOutput
from support.hand_made import answered, arn, judged, snapshot

VPC_FIELDS = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}


def told(resource: Resource, suffix: str | None = "prod") -> Status:
    """What is said of the name of a resource that the outputs of a stack with this suffix name."""
    output = answered(StackOutput, Name="it", Value=resource.id)
    output = structs.replace(output, reference=type(resource).ask(resource.id))
    held = snapshot(resource, output)
    stack = Stack(source="outputs.json", environment_suffix=suffix)
    return judged(env_suffix_in_names, structs.replace(held, stack=stack))[resource.id]


def vpc(**tags: str) -> VPC:
    return answered(VPC, **VPC_FIELDS, Tags=tags)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("web-prod", Status.PASSED),
        ("prod/web", Status.PASSED),
        ("production", Status.FAILED),
        ("nonprod", Status.FAILED),
        ("web", Status.FAILED),
    ],
)
def test_the_suffix_is_a_word_of_the_name(name, status):
    assert told(vpc(Name=name)) is status


def test_what_has_no_name_and_a_stack_without_a_suffix_are_not_judged():
    assert told(vpc(Owner="amy")) is Status.NOT_APPLICABLE
    assert told(vpc(Name="web"), suffix=None) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(("name", "status"), [("web-prod", Status.PASSED), ("web", Status.FAILED)])
def test_the_name_of_a_load_balancer_and_of_a_target_group_is_in_its_arn(name, status):
    balancer = arn("elasticloadbalancing", f"loadbalancer/app/{name}/50dc6c495c0c9188")
    fields = {"Type": "application", "VpcId": "vpc-1", "AvailabilityZones": []}
    assert told(answered(LoadBalancer, LoadBalancerArn=balancer, **fields)) is status
    group = arn("elasticloadbalancing", f"targetgroup/{name}/50dc6c495c0c9188")
    fields = {"Port": 8080, "Protocol": "HTTP", "HealthCheckPort": "traffic-port"}
    assert told(answered(TargetGroup, TargetGroupArn=group, **fields)) is status
