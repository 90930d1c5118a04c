"""Application load balancers: the balancer, its target groups and listeners, and the attributes of each."""

from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list

_BALANCER_ATTRIBUTES: Final = {
    "clientKeepAlive": "client_keep_alive.seconds",
    "desyncMitigationMode": "routing.http.desync_mitigation_mode",
    "dropInvalidHeaderFields": "routing.http.drop_invalid_header_fields.enabled",
    "enableDeletionProtection": "deletion_protection.enabled",
    "enableHttp2": "routing.http2.enabled",
    "enableTlsVersionAndCipherSuiteHeaders": "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableWafFailOpen": "waf.fail_open.enabled",
    "enableXffClientPort": "routing.http.xff_client_port.enabled",
    "enableZonalShift": "zonal_shift.config.enabled",
    "idleTimeout": "idle_timeout.timeout_seconds",
    "preserveHostHeader": "routing.http.preserve_host_header.enabled",
    "xffHeaderProcessingMode": "routing.http.xff_header_processing.mode",
}
_TARGET_GROUP_ATTRIBUTES: Final = {
    "deregistrationDelay": "deregistration_delay.timeout_seconds",
    "loadBalancingAlgorithmType": "load_balancing.algorithm.type",
    "slowStart": "slow_start.duration_seconds",
}
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
        **_log_attributes(declared, "accessLogs", "access_logs"),
        **_log_attributes(declared, "connectionLogs", "connection_logs"),
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


def _log_attributes(declared: Declared, name: str, key: str) -> dict[str, str]:
    return {f"{key}.s3.{part}": _text(value) for part, value in declared.take(name, {}).items()}


def _text(value: Any) -> str:  # noqa: ANN401 - a JSON scalar
    """An attribute's value: attributes are strings, whatever they hold."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) else str(value)


def _target_group(declared: Declared, clients: Clients) -> Created:
    attributes = _attributes(declared, _TARGET_GROUP_ATTRIBUTES)
    for part, value in declared.take("stickiness", {}).items():
        attributes[f"stickiness.{_STICKINESS[part]}"] = _text(value)
    check = declared.take("healthCheck", {})
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), **_flat_health_check(check)})
    (group,) = call_with_rest(flat, clients, "elbv2", "create_target_group")["TargetGroups"]
    arn = group["TargetGroupArn"]
    if attributes:
        clients.client("elbv2").modify_target_group_attributes(TargetGroupArn=arn, Attributes=tag_list(attributes))
    return Created(arn, {"arn": arn, "arnSuffix": arn.split(":")[-1]})


_STICKINESS: Final = {"enabled": "enabled", "type": "type", "cookieDuration": "lb_cookie.duration_seconds"}


def _flat_health_check(check: Mapping[str, Any]) -> dict[str, Any]:
    flat = {_HEALTH_CHECK[name]: value for name, value in check.items()}
    if "Matcher" in flat:
        flat["Matcher"] = {"HttpCode": flat["Matcher"]}
    return flat


def _listener(declared: Declared, clients: Clients) -> Created:
    certificate = declared.take("certificateArn")
    certificates = {"Certificates": [{"CertificateArn": certificate}]} if certificate else {}
    actions = [_action(action) for action in declared.take("defaultActions")]
    flat = Declared(declared.type, declared.name, {**declared.take_rest(), "defaultActions": actions})
    response = call_with_rest(flat, clients, "elbv2", "create_listener", _ACTION, **certificates)
    arn = response["Listeners"][0]["ListenerArn"]
    return Created(arn, {"arn": arn})


_ACTION: Final = {"redirect": "RedirectConfig", "fixedResponse": "FixedResponseConfig", "forward": "ForwardConfig"}


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
