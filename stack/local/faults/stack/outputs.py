"""Faults of the stack as a whole: its names, its tags, and what it promised."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_URN: Final = "urn:pulumi:prod::healthcare-platform::"
_NAT_GATEWAY: Final = f"{_URN}healthcare:network:Network$aws:ec2/natGateway:NatGateway::healthcare-nat-{{}}-prod"


def _gone(index: int) -> tuple[tuple[str, str], ...]:
    """The findings that change when a NAT gateway is gone: promises are broken, its own are no more."""
    gateway = f"natGatewayIds[{index}]"
    of_its_own = ("env-suffix-in-names", "no-placeholder-values", "required-tags")
    return (
        ("outputs-resolve-live", f"output {gateway}"),
        ("inventory-in-state-not-in-account", _NAT_GATEWAY.format(index + 1)),
        *((control, gateway) for control in of_its_own),
    )


@fault(("env-suffix-in-names", "vpcId"))
def env_suffix_in_names(aws: Clients, outputs: Outputs) -> None:
    """The VPC's name no longer tells its environment."""
    aws.client("ec2").create_tags(Resources=[outputs["vpcId"]], Tags=[{"Key": "Name", "Value": "healthcare-vpc"}])


@fault(("required-tags", "clusterArn"))
def required_tags(aws: Clients, outputs: Outputs) -> None:
    """The cluster no longer tells what data it handles."""
    aws.client("ecs").untag_resource(resourceArn=outputs["clusterArn"], tagKeys=["DataClassification"])


@fault(("required-tags", "taskLogGroupArn"), variant="listed-apart")
def required_tags_listed_apart(aws: Clients, outputs: Outputs) -> None:
    """The tasks' log group no longer tells what data it holds."""
    group = str(outputs["taskLogGroupArn"])
    aws.client("logs").untag_resource(resourceArn=group, tagKeys=["DataClassification"])


@fault(("no-placeholder-values", "clusterArn"))
def no_placeholder_values(aws: Clients, outputs: Outputs) -> None:
    """The cluster has a tag that nobody filled in."""
    owner = [{"key": "Owner", "value": "changeme"}]
    aws.client("ecs").tag_resource(resourceArn=outputs["clusterArn"], tags=owner)


def _delete_nat_gateway(aws: Clients, outputs: Outputs, index: int) -> None:
    aws.client("ec2").delete_nat_gateway(NatGatewayId=outputs["natGatewayIds"][index])


@fault(*_gone(0))
def outputs_resolve_live(aws: Clients, outputs: Outputs) -> None:
    """The first NAT gateway is gone."""
    _delete_nat_gateway(aws, outputs, 0)


@fault(*_gone(1))
def inventory_in_state_not_in_account(aws: Clients, outputs: Outputs) -> None:
    """The second NAT gateway is gone."""
    _delete_nat_gateway(aws, outputs, 1)


@fault(
    ("outputs-resolve-live", "output taskDefinitionArn"),
    (
        "inventory-in-state-not-in-account",
        f"{_URN}healthcare:service:Service$aws:ecs/taskDefinition:TaskDefinition::healthcare-service-prod",
    ),
    variant="deregistered",
)
def outputs_resolve_live_deregistered(aws: Clients, outputs: Outputs) -> None:
    """The task definition is deregistered; the service goes on running it for the time being."""
    aws.client("ecs").deregister_task_definition(taskDefinition=outputs["taskDefinitionArn"])
