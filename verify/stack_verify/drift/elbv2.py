"""Fields of Elastic Load Balancing: load balancers, listeners and their rules, target groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.deployments import as_declared
from stack_verify.drift.field import Compare, Found, Live, Silence, Table, Value, apart, field, own, set_of, types
from stack_verify.drift.normalize import many, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.errors import Unanswered
from stack_verify.resources.elbv2 import (
    Action,
    AvailabilityZone,
    Listener,
    ListenerCertificates,
    ListenerRule,
    LoadBalancer,
    LoadBalancerAttributes,
)
from stack_verify.snapshot import Snapshot

# The modules that Elastic Load Balancing's types have been in.
_MODULES = ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2")


def _actions(actions: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_action(action) for action in actions))


def _action(action: Mapping[str, Any]) -> str:
    redirect, forward = _block(action.get("redirect")), _block(action.get("forward"))
    if redirect:
        return _redirect(redirect.get("protocol"), redirect.get("port"), redirect["statusCode"])
    groups = {group["arn"] for group in forward.get("targetGroups") or ()}
    return _told(action["type"], groups | ({action["targetGroupArn"]} if action.get("targetGroupArn") else set()))


def _block(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON of a state file
    """A block that can be there once, which older versions hold as a list of one."""
    held: Mapping[str, Any] = (value[0] if value else {}) if isinstance(value, list) else value or {}
    return held


def _live_actions(actions: tuple[Action, ...]) -> Value:
    return set_of(*(_live_action(action) for action in actions))


def _default_actions(found: Found, snapshot: Snapshot) -> Value:
    """What the listener does by default; forwards that a deployment moves are spelt as they are declared."""
    (listener,) = found
    if not isinstance(listener, Listener):
        raise Unanswered(f"{listener.id} is not a listener")
    return as_declared(_live_actions(listener.default_actions), listener, "defaultActions", snapshot)


def _live_action(action: Action) -> str:
    redirect = action.redirect_config
    if redirect is not None:
        return _redirect(redirect.protocol, redirect.port, redirect.status_code)
    return _told(action.type, action.target_groups)


def _redirect(protocol: str | None, port: str | None, status: str) -> str:
    return f"redirect to {protocol or '#{protocol}'} {port or '#{port}'} with {status}"


def _told(kind: str, groups: set[str] | frozenset[str]) -> str:
    return f"{kind} {' '.join(sorted(groups))}".rstrip()


def _rule(actions: list[Mapping[str, Any]]) -> Value:
    return (_in_turn(_actions(actions)),)


def _in_turn(actions: Value) -> str:
    """All that one rule does. AWS takes one order alone: whom it is comes before where to."""
    return " and ".join(actions or ())


def _rules(found: Found, snapshot: Snapshot) -> Value:
    """What the rules of a listener do, but for the one that repeats the listener's own actions."""
    rules = snapshot.within(ListenerRule, found[0].id)
    live = set_of(*(_in_turn(_live_actions(each.actions)) for each in rules if not each.is_default))
    return as_declared(live, found[0], "rules", snapshot)


def _zones(zones: tuple[AvailabilityZone, ...]) -> Value:
    return set_of(*(zone.subnet_id for zone in zones))


def _attribute(name: str) -> Live:
    return apart(LoadBalancerAttributes, name)


def _of_application(name: str) -> Live:
    """An attribute that Application Load Balancers alone have."""

    def live(found: Found, snapshot: Snapshot) -> Value | Silence:
        if isinstance(found[0], LoadBalancer) and not found[0].is_application:
            return Silence.NOT_COMPARED
        return apart(LoadBalancerAttributes, name)(found, snapshot)

    return live


def _certificates(found: Found, snapshot: Snapshot) -> Value:
    """The certificates of a listener; one without TLS has none."""
    (listener,) = found
    if not isinstance(listener, Listener):
        raise Unanswered(f"{listener.id} is no listener")
    return set_of(*snapshot.require(ListenerCertificates, listener.listener_arn).arns) if listener.encrypts else ()


def _ssl_policy(found: Found, _snapshot: Snapshot) -> Value:
    (listener,) = found
    return listener.ssl_policy if isinstance(listener, Listener) and listener.encrypts else None


def _of_elb(name: str, kind: str) -> tuple[str, ...]:
    return types(*(f"{module}/{name}:{kind}" for module in _MODULES))


TABLES = (
    Table(
        _of_elb("loadBalancer", "LoadBalancer"),
        (
            field("internal", own("scheme", yes_where("internal")), "false"),
            field("securityGroups", "security_groups"),
            field("subnets", own("availability_zones", _zones)),
            field("enableDeletionProtection", _attribute("deletion_protection_enabled"), "false"),
            field("dropInvalidHeaderFields", _of_application("drop_invalid_header_fields_enabled"), "false"),
            field("desyncMitigationMode", _of_application("desync_mitigation_mode")),
            field("accessLogs.enabled", _attribute("access_logs_enabled")),
            field("accessLogs.bucket", _attribute("access_logs_bucket")),
            TAGS,
        ),
    ),
    Table(
        _of_elb("listener", "Listener"),
        (
            field("port", "port"),
            field("protocol", "protocol"),
            field("sslPolicy", _ssl_policy),
            field("certificates", _certificates, (), spell=many, of="certificateArn"),
            field("defaultActions", _default_actions, spell=_actions),
            # A listener lists no rules itself: all are resources of their own.
            field("rules", _rules, (), spell=lambda _: None),
            TAGS,
        ),
    ),
    Table(
        _of_elb("listenerRule", "ListenerRule"),
        (field("rules", _rules, spell=_rule, compare=Compare.AT_LEAST, of="actions"),),
        kind=Listener,
        key="listenerArn",
    ),
    Table(
        _of_elb("listenerCertificate", "ListenerCertificate"),
        (field("certificates", _certificates, spell=many, compare=Compare.AT_LEAST, of="certificateArn"),),
        kind=Listener,
        key="listenerArn",
    ),
    Table(
        _of_elb("targetGroup", "TargetGroup"),
        (
            field("port", "port"),
            field("protocol", "protocol"),
            field("healthCheck.port", "health_check_port"),
            TAGS,
        ),
    ),
)
