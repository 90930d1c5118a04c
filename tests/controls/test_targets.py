"""Target health: what the load balancer finds of the tasks, as AWS answers it."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.targets import target_health_healthy
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import TargetGroup, TargetGroupHealth
from stack_verify.snapshot import Snapshot
from support.hand_made import answered, arn, denied, judged, observed, snapshot

TARGETS = arn("elasticloadbalancing", "targetgroup/tasks/1")
ZONES = {
    "subnet-a": ("10.0.1.0/24", "2001:db8:0:1::/64", "sa-east-1a"),
    "subnet-b": ("10.0.2.0/24", "2001:db8:0:2::/64", "sa-east-1b"),
}
A, B, FAR = "10.0.1.8", "10.0.2.8", "10.9.9.9"
A6, B6 = "2001:db8:0:1::8", "2001:db8:0:2::8"


def target(address: str, state: str = "healthy", zone: str | None = None, **why: str) -> dict[str, object]:
    told = {"AvailabilityZone": zone} if zone else {}
    return {"Target": {"Id": address, "Port": 8080, **told}, "TargetHealth": {"State": state, **why}}


def held(*targets: dict[str, object], wanted: int = 2, group: str = TARGETS, known: bool = True) -> Snapshot:
    service = answered(
        Service,
        serviceArn=arn("ecs", "service/main/app"),
        serviceName="app",
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition="app:1",
        desiredCount=wanted,
        networkConfiguration={"awsvpcConfiguration": {"subnets": list(ZONES)}},
        loadBalancers=[
            {"targetGroupArn": each, "containerName": "app", "containerPort": 8080}
            for each in (arn("elasticloadbalancing", "targetgroup/further/1"), group)
        ],
    )
    subnets = [
        answered(
            Subnet,
            SubnetId=name,
            VpcId="vpc-1",
            CidrBlock=block,
            Ipv6CidrBlockAssociationSet=[{"Ipv6CidrBlock": block6}],
            AvailabilityZone=zone,
        )
        for name, (block, block6, zone) in ZONES.items()
    ]
    health = answered(TargetGroupHealth, TargetGroup=TARGETS, TargetHealthDescriptions=list(targets))
    group = answered(TargetGroup, TargetGroupArn=TARGETS)
    gaps = () if known else (denied(TargetGroupHealth, TARGETS),)
    return snapshot(service, group, *subnets, *([health] if known else []), gaps=gaps)


@pytest.mark.parametrize(
    ("targets", "status"),
    [
        ([target(A), target(B)], Status.PASSED),
        ([target(A), target(B), target(A, "draining")], Status.PASSED),
        ([target(FAR, zone="sa-east-1a"), target(FAR, zone="sa-east-1b")], Status.PASSED),
        ([target(A6), target(B6)], Status.PASSED),
        ([], Status.FAILED),
        ([target(A)], Status.FAILED),
        ([target(A), target(A)], Status.FAILED),
        ([target(A), target(B), target(B, "unhealthy")], Status.FAILED),
        ([target(A), target(B, "unused")], Status.FAILED),
        ([target(A), target(B, "draining")], Status.FAILED),
        ([target(A), target(B, "a state of tomorrow")], Status.FAILED),
        ([target(A), target(B, "initial")], Status.ERROR),
        ([target(A), target(B, "unavailable")], Status.ERROR),
        ([target(A), target(FAR)], Status.ERROR),
        ([target(A), target("i-0123456789abcdef0")], Status.ERROR),
    ],
    ids=[
        "two in two zones",
        "and one on its way out",
        "zones told by AWS",
        "by IPv6",
        "none",
        "one of two",
        "two in one zone",
        "one unhealthy beside enough",
        "one unused",
        "one on its way out",
        "an unknown state",
        "one not checked yet",
        "one without checks",
        "an address of no subnet",
        "an instance of no known zone",
    ],
)
def test_targets_are_judged_by_what_the_load_balancer_finds(targets, status):
    assert judged(target_health_healthy, held(*targets)) == {TARGETS: status}


def test_a_pass_says_what_was_found():
    assert observed(target_health_healthy, held(target(A), target(B))) == (
        "targets: 2 healthy, in sa-east-1a, sa-east-1b"
    )


def test_a_target_that_is_not_well_is_told_with_the_reason():
    ill = target(B, "unhealthy", Reason="Target.Timeout")
    assert observed(target_health_healthy, held(target(A), ill)) == "targets: 1 healthy, 1 unhealthy Target.Timeout"


def test_fewer_targets_than_are_wanted_are_too_few_whatever_becomes_of_them():
    assert judged(target_health_healthy, held(target(A), target(B, "initial"), wanted=3)) == {TARGETS: Status.FAILED}


def test_the_zone_of_an_instance_is_not_guessed():
    lost = held(target(A), target("i-0123456789abcdef0"))
    assert observed(target_health_healthy, lost) == (
        "the zone of the target i-0123456789abcdef0 is not known: no subnet of its service holds it"
    )


def test_in_dev_one_zone_is_enough_and_no_task_is_not():
    assert judged(target_health_healthy, held(target(A), wanted=1), "dev") == {TARGETS: Status.PASSED}
    assert judged(target_health_healthy, held(wanted=0), "dev") == {TARGETS: Status.FAILED}


def test_health_that_could_not_be_read_is_an_error():
    assert judged(target_health_healthy, held(known=False)) == {TARGETS: Status.ERROR}


def test_a_target_group_that_no_service_registers_in_is_not_judged():
    another = arn("elasticloadbalancing", "targetgroup/another/1")
    assert judged(target_health_healthy, held(group=another)) == {TARGETS: Status.NOT_APPLICABLE}
