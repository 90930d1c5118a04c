"""Faults of the load balancer's targets."""

from ipaddress import ip_address

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _registered(aws: Clients, outputs: Outputs) -> list[dict[str, object]]:
    answer = aws.client("elbv2").describe_target_health(TargetGroupArn=outputs["targetGroupArn"])
    return [each["Target"] for each in answer["TargetHealthDescriptions"]]


def _leave(aws: Clients, outputs: Outputs, *targets: dict[str, object]) -> None:
    aws.client("elbv2").deregister_targets(TargetGroupArn=outputs["targetGroupArn"], Targets=targets)


@fault(("target-health-healthy", "targetGroupArn"))
def target_health_healthy(aws: Clients, outputs: Outputs) -> None:
    """No task is registered with the load balancer."""
    _leave(aws, outputs, *_registered(aws, outputs))


@fault(("target-health-healthy", "targetGroupArn"), variant="fewer")
def target_health_healthy_fewer(aws: Clients, outputs: Outputs) -> None:
    """One task fewer is registered than the service wants."""
    _leave(aws, outputs, _registered(aws, outputs)[0])


@fault(("target-health-healthy", "targetGroupArn"), stack="dev", variant="last")
def target_health_healthy_last(aws: Clients, outputs: Outputs) -> None:
    """The only task that the service wants is not registered."""
    _leave(aws, outputs, *_registered(aws, outputs))


@fault(("target-health-healthy", "targetGroupArn"), variant="zone")
def target_health_healthy_zone(aws: Clients, outputs: Outputs) -> None:
    """All tasks stand in one zone."""
    staying, leaving = _registered(aws, outputs)
    _leave(aws, outputs, leaving)
    beside = {"Id": str(ip_address(str(staying["Id"])) + 1), "Port": staying["Port"]}
    aws.client("elbv2").register_targets(TargetGroupArn=outputs["targetGroupArn"], Targets=[beside])
