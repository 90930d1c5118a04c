"""Which of a service's target groups get the requests: a deployment in two groups moves them from one to the other.

ECS developer guide, "Amazon ECS blue/green deployments"; CodeDeploy user guide, "Deployments on an Amazon ECS compute
platform".
"""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.network.endpoints import every
from stack_verify.resources.ecs import LoadBalancer as Registration
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import Action, Listener, ListenerRule
from stack_verify.snapshot import Snapshot


def production_groups(entry: Registration, snapshot: Snapshot) -> tuple[str, ...]:
    """The ARNs of the target groups of ``entry`` that get requests; all of them where the rule sends to none.

    Raises:
        Unanswered: when the rule that shares the requests out could not be read.
    """
    if len(entry.target_groups) < 2 or entry.production_listener is None:  # noqa: PLR2004 - a pair
        return entry.target_groups
    receiving = {arn for action in _production_actions(entry, snapshot) for arn in action.receiving}
    return tuple(arn for arn in entry.target_groups if arn in receiving) or entry.target_groups


def _production_actions(entry: Registration, snapshot: Snapshot) -> Iterable[Action]:
    advanced, listener = entry.advanced_configuration, str(entry.production_listener)
    if advanced is None or advanced.production_listener_rule == listener:
        return snapshot.require(Listener, listener).default_actions
    rules = snapshot.within(ListenerRule, listener)
    return [action for rule in rules if rule.rule_arn == advanced.production_listener_rule for action in rule.actions]


def registered(target_group: str, snapshot: Snapshot) -> tuple[list[Service], list[Service]]:
    """The services that register targets in the group: those whose requests it gets, and those it is idle for.

    Raises:
        Unanswered: when a service could not be read, or the rule that shares its requests out.
    """
    serving, idle = [], []
    for service in every(Service, snapshot):
        named = {arn for entry in (*service.load_balancers, *service.registrations) for arn in entry.target_groups}
        if target_group in {arn for entry in service.registrations for arn in production_groups(entry, snapshot)}:
            serving.append(service)
        elif target_group in named | service.rolled_by:
            idle.append(service)
    return serving, idle
