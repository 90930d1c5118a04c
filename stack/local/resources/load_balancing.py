"""Application load balancers: the balancer, its target groups and listeners, and the attributes of each."""

from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared, Properties
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list
from stack.local.plan import Held

_BALANCER_ATTRIBUTES: Final = {
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
}
_TARGET_GROUP_ATTRIBUTES: Final = {"deregistrationDelay": "deregistration_delay.timeout_seconds"}
_HEALTH_CHECK: Final = {
    "enabled": "HealthCheckEnabled",
    "path": "HealthCheckPath",
    "port": "HealthCheckPort",
    "protocol": "HealthCheckProtocol",
    "interval": "HealthCheckIntervalSeconds",
    "timeout": "HealthCheckTimeoutSeconds",
    "healthyThreshold": "HealthyThresholdCount",
    "unhealthyThreshold": "UnhealthyThresholdCount",
    "matcher": "Matcher",
}


def _load_balancer(declared: Declared, clients: Clients) -> Created:
    internal = declared.take("internal", False)
    attributes = {
        **_attributes(declared, _BALANCER_ATTRIBUTES),
        **{f"access_logs.s3.{part}": _text(value) for part, value in declared.take("accessLogs", {}).items()},
    }
    renames = {"loadBalancerType": "Type"}
    scheme = "internal" if internal else "internet-facing"
    response = call_with_rest(declared, clients, "elbv2", "create_load_balancer", renames, Scheme=scheme)
    (balancer,) = response["LoadBalancers"]
    arn = balancer["LoadBalancerArn"]
    clients.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=tag_list(attributes))
    return Created(
        arn,
        {
            "arn": arn,
            "arnSuffix": arn.split(":loadbalancer/")[1],
            "dnsName": balancer["DNSName"],
            "vpcId": balancer["VpcId"],
            "zoneId": balancer["CanonicalHostedZoneId"],
        },
    )


def _attributes(declared: Declared, keys: Mapping[str, str]) -> dict[str, str]:
    return {keys[name]: _text(value) for name, value in declared.take_some(*keys).items()}


def _text(value: Any) -> str:  # noqa: ANN401 - a JSON scalar
    """An attribute's value: attributes are strings, whatever they hold."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _target_group(declared: Declared, clients: Clients) -> Created:
    attributes = _attributes(declared, _TARGET_GROUP_ATTRIBUTES)
    check = declared.take("healthCheck", {})
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), **_flat_health_check(check)})
    (group,) = call_with_rest(flat, clients, "elbv2", "create_target_group")["TargetGroups"]
    arn = group["TargetGroupArn"]
    clients.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=tag_list(attributes))
    return Created(arn, {"arn": arn, "arnSuffix": arn.split(":")[-1]})


def _flat_health_check(check: Mapping[str, Any]) -> dict[str, Any]:
    matcher = {"Matcher": {"HttpCode": check["matcher"]}} if "matcher" in check else {}
    return {_HEALTH_CHECK[name]: value for name, value in check.items()} | matcher


def _listener(declared: Declared, clients: Clients) -> Created:
    certificate = declared.take("certificateArn")
    certificates = {"Certificates": [{"CertificateArn": certificate}]} if certificate else {}
    actions = [_action(action) for action in declared.take("defaultActions")]
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), "defaultActions": actions})
    response = call_with_rest(flat, clients, "elbv2", "create_listener", _ACTION, **certificates)
    arn = response["Listeners"][0]["ListenerArn"]
    return Created(arn, {"arn": arn})


def change_listener(held: Held, declared: Declared, clients: Clients) -> Properties:
    """Forwards, redirects or encrypts otherwise."""
    actions = [_action(action) for action in declared.inputs["defaultActions"]]
    flat = Declared(declared.type, declared.name, {**declared.take_some("sslPolicy"), "defaultActions": actions})
    call_with_rest(flat, clients, "elbv2", "modify_listener", _ACTION, ListenerArn=held["id"])
    return {}


def change_load_balancer(held: Held, declared: Declared, clients: Clients) -> Properties:
    """Sets the attributes."""
    attributes = tag_list(_attributes(declared, _BALANCER_ATTRIBUTES))
    clients.client("elbv2").modify_load_balancer_attributes(LoadBalancerArn=held["id"], Attributes=attributes)
    return {}


_ACTION: Final = {"redirect": "RedirectConfig"}


def _action(action: Mapping[str, Any]) -> dict[str, Any]:
    """The action with the provider's defaults for a redirect, which AWS wants spelled out."""
    if "redirect" not in action:
        return dict(action)
    kept = {"host": "#{host}", "path": "/#{path}", "query": "#{query}", "port": "#{port}", "protocol": "#{protocol}"}
    return {**action, "redirect": kept | action["redirect"]}


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:lb/loadBalancer:LoadBalancer": _load_balancer,
    "aws:lb/targetGroup:TargetGroup": _target_group,
    "aws:lb/listener:Listener": _listener,
}
