"""An HTTP listener serves nothing: it redirects to HTTPS or refuses, by default and by every rule."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.load_balancers import alb_http_redirects_to_https
from stack_verify.core.control import Status
from stack_verify.resources.elbv2 import Listener, ListenerRule
from support.hand_made import answered, arn, judged, snapshot

BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
CLEAR, ENCRYPTED = (arn("elasticloadbalancing", f"listener/app/web/1/{each}") for each in (80, 443))


def redirect(status: str = "HTTP_301", *, protocol: str = "HTTPS", port: str = "443", **more: str) -> dict[str, object]:
    return {"Type": "redirect", "RedirectConfig": {"Protocol": protocol, "Port": port, "StatusCode": status, **more}}


def answering(status: str) -> dict[str, object]:
    return {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": status}}


FORWARD = {"Type": "forward", "TargetGroupArn": arn("elasticloadbalancing", "targetgroup/web/1")}


def told(default: dict[str, object], *by_rule: dict[str, object]) -> Status:
    listeners = [
        answered(
            Listener, ListenerArn=each, LoadBalancerArn=BALANCER, Port=port, Protocol=protocol, DefaultActions=[act]
        )
        for each, port, protocol, act in ((CLEAR, 80, "HTTP", default), (ENCRYPTED, 443, "HTTPS", FORWARD))
    ]
    rules = [answered(ListenerRule, RuleArn=f"rule/{at}", Actions=[each]) for at, each in enumerate(by_rule)]
    held = snapshot(*listeners, *rules, lists=((Listener, BALANCER), (ListenerRule, CLEAR)))
    return judged(alb_http_redirects_to_https, held)[CLEAR]


@pytest.mark.parametrize("status", ["HTTP_301", "HTTP_302"])
def test_any_redirect_to_https_will_do(status):
    """T06: AWS's own check looks at where the redirect leads, and not at its status."""
    assert told(redirect(status)) is Status.PASSED


@pytest.mark.parametrize(
    "action",
    [
        redirect(protocol="HTTP", port="8080"),
        redirect(protocol="#{protocol}"),
        redirect(port="#{port}"),
        redirect(port="8443"),
        answering("200"),
        FORWARD,
    ],
    ids=["to HTTP", "to what it came by", "to the port it came by", "where nothing listens", "an answer", "a forward"],
)
def test_what_is_no_redirect_to_https_fails_by_default_and_by_rule(action):
    """T06's twins."""
    assert told(action) is Status.FAILED
    assert told(redirect(), action) is Status.FAILED


def test_a_redirect_to_https_of_another_host_is_one_whatever_listens_there():
    assert told(redirect(port="8443", Host="portal.clinic.example")) is Status.PASSED
    assert told(redirect(protocol="HTTP", Host="portal.clinic.example")) is Status.FAILED


def test_a_listener_that_refuses_serves_nothing():
    assert told(answering("403"), redirect("HTTP_302")) is Status.PASSED
