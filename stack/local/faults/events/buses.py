"""Faults of event buses, on the stack that has one beside it."""

import json

from stack.local.additions.edge import BUS, RULE, bus_policy
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

BUS_NAME = "visitsEventBusName"


def _put(aws: Clients, principal: object) -> None:
    events = aws.client("events")
    arn = events.describe_event_bus(Name=BUS)["Arn"]
    events.put_permission(EventBusName=BUS, Policy=json.dumps(bus_policy(arn, principal)))


@fault(("eventbridge-bus-not-public", BUS_NAME), ("eventbridge-cross-account", BUS_NAME), stack="edge")
def eventbridge_bus_not_public(aws: Clients, _outputs: Outputs) -> None:
    """Everyone may put events on the bus."""
    _put(aws, "*")


@fault(("eventbridge-cross-account", BUS_NAME), stack="edge")
def eventbridge_cross_account(aws: Clients, _outputs: Outputs) -> None:
    """Another account may put events on the bus."""
    _put(aws, {"AWS": "arn:aws:iam::210987654321:root"})


@fault(("eventbridge-rule-targets", "visitsRuleArn"), stack="edge")
def eventbridge_rule_targets(aws: Clients, _outputs: Outputs) -> None:
    """A rule sends events to another account's bus."""
    target = "arn:aws:events:sa-east-1:210987654321:event-bus/theirs"
    aws.client("events").put_targets(Rule=RULE, EventBusName=BUS, Targets=[{"Id": "partner", "Arn": target}])


@fault(("eventbridge-bus-policy", BUS_NAME), stack="edge")
def eventbridge_bus_policy(aws: Clients, _outputs: Outputs) -> None:
    """The bus has no policy."""
    aws.client("events").remove_permission(EventBusName=BUS, RemoveAllPermissions=True)
