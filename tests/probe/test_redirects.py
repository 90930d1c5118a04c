"""HTTP leads nowhere but to HTTPS."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.load_balancers import (
    alb_desync_mode,
    alb_drop_invalid_headers,
    alb_http_redirects_to_https,
    alb_listener_tls,
)
from stack_verify.core.control import Status
from stack_verify.resources.elbv2 import Listener, ListenerRule, LoadBalancer
from support.hand_made import answered, arn, judged, snapshot

BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
HTTP, HTTPS = (arn("elasticloadbalancing", f"listener/app/web/1/{port}") for port in (80, 443))
FORWARD = {"Type": "forward", "TargetGroupArn": arn("elasticloadbalancing", "targetgroup/web/1")}


def redirect(protocol: str = "HTTPS", port: str = "443", code: str = "HTTP_301") -> dict[str, object]:
    return {"Type": "redirect", "RedirectConfig": {"Protocol": protocol, "Port": port, "StatusCode": code}}


def listener(key: str, protocol: str, port: int, action: dict[str, object]) -> Listener:
    fields = {"ListenerArn": key, "LoadBalancerArn": BALANCER, "Protocol": protocol, "Port": port}
    return answered(Listener, **fields, DefaultActions=[action])


def told(control, subject: str, *listeners: Listener, rule: dict[str, object] | None = None) -> Status:
    """What is said of ``subject``, where the rule, if any, is one of every listener."""
    rules = [answered(ListenerRule, RuleArn="rule", Actions=[rule])] if rule else []
    balancer = answered(LoadBalancer, LoadBalancerArn=BALANCER, Type="application", VpcId="vpc-1", AvailabilityZones=[])
    lists = [(Listener, BALANCER), (ListenerRule, HTTP), (ListenerRule, HTTPS)]
    return judged(control, snapshot(balancer, *listeners, *rules, lists=lists))[subject]


SECURE = listener(HTTPS, "HTTPS", 443, FORWARD)


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (redirect(), Status.PASSED),
        (redirect(protocol="HTTP"), Status.FAILED),
        (redirect(protocol="#{protocol}"), Status.FAILED),
        (redirect(port="8443"), Status.FAILED),
        (redirect(code="HTTP_302"), Status.PASSED),
        (FORWARD, Status.FAILED),
        ({"Type": "redirect"}, Status.FAILED),
        ({**redirect(), "Type": "authenticate-oidc"}, Status.FAILED),
    ],
)
def test_every_action_redirects_to_a_listener_of_https(action, status):
    control = alb_http_redirects_to_https
    assert told(control, HTTP, SECURE, listener(HTTP, "HTTP", 80, action)) is status
    assert told(control, HTTP, SECURE, listener(HTTP, "HTTP", 80, redirect()), rule=action) is status


def test_https_is_not_asked_to_redirect():
    assert told(alb_http_redirects_to_https, HTTPS, SECURE) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("listeners", "status"),
    [
        ([SECURE], Status.PASSED),
        ([SECURE, listener(HTTP, "HTTP", 80, redirect())], Status.PASSED),
        ([SECURE, listener(HTTP, "HTTP", 80, FORWARD)], Status.FAILED),
        ([listener(HTTP, "HTTP", 80, redirect())], Status.FAILED),
    ],
)
def test_a_balancer_has_a_listener_with_tls_and_forwards_nothing_in_clear(listeners, status):
    assert told(alb_listener_tls, BALANCER, *listeners) is status


@pytest.mark.parametrize("control", [alb_drop_invalid_headers, alb_desync_mode])
def test_a_network_load_balancer_reads_no_http(control):
    fields = {"LoadBalancerArn": BALANCER, "Type": "network", "VpcId": "vpc-1", "AvailabilityZones": []}
    assert set(judged(control, snapshot(answered(LoadBalancer, **fields))).values()) == {Status.NOT_APPLICABLE}
