"""What a stack must have in us-east-1, whatever its own region, is not missed in the region that is read."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.load_balancers import alb_tls_policy
from stack_verify.controls.stack.outputs import outputs_resolve_live
from stack_verify.core.control import Status
from stack_verify.resources.acm import Certificate
from stack_verify.resources.elbv2 import Listener
from stack_verify.resources.stack import StackOutput
from support.hand_made import CALL, answered, arn, judged, snapshot

LISTENER = arn("elasticloadbalancing", "listener/app/web/1/2")


@pytest.mark.parametrize(
    ("named", "status"),
    [
        (arn("acm", "certificate/c", region="us-east-1"), Status.NOT_APPLICABLE),
        (arn("wafv2", "global/webacl/a/b", region="us-east-1"), Status.NOT_APPLICABLE),
        (arn("acm", "certificate/c", region="eu-west-1"), Status.FAILED),
        (arn("acm", "certificate/c", region="us-east-1", account="210987654321"), Status.FAILED),
        (arn("ecs", "cluster/c", region="us-east-1"), Status.FAILED),
        (arn("ecs", "cluster/c", account="210987654321"), Status.FAILED),
    ],
    ids=[
        "CloudFront's certificate",
        "CloudFront's web ACL",
        "another region's",
        "another account's in us-east-1",
        "a cluster",
        "another account's",
    ],
)
def test_an_output_may_name_what_cloudfront_uses_in_us_east_1_and_nothing_else_abroad(named, status):
    output = StackOutput(observed_by=CALL, name="arn", value=named)
    assert judged(outputs_resolve_live, snapshot(output)) == {"arn": status}


def test_what_may_be_global_is_asked_for_where_us_east_1_is_read():
    named = arn("acm", "certificate/c", region="us-east-1")
    output = StackOutput(observed_by=CALL, name="arn", value=named, reference=Certificate.ask(named))
    held = snapshot(output, region="us-east-1", lists=[(Certificate, named)])
    assert judged(outputs_resolve_live, held) == {"arn": Status.FAILED}


@pytest.mark.parametrize("value", ["web", None], ids=["a name", "a secret"])
def test_an_output_that_names_no_resource_is_not_spoken_of(value):
    output = StackOutput(observed_by=CALL, name="value", value=value)
    assert "value" not in judged(outputs_resolve_live, snapshot(output))


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ("TLS13-1-2-Res-PQ-2025-09", Status.PASSED),
        ("TLS13-1-2-Ext2-FIPS-PQ-2025-09", Status.PASSED),
        ("TLS-1-2-Ext-2018-06", Status.PASSED),
        ("FS-1-2-2019-08", Status.PASSED),
        ("TLS13-1-1-2021-06", Status.FAILED),
        ("TLS13-1-0-PQ-2025-09", Status.FAILED),
        ("FS-1-1-2019-08", Status.FAILED),
        ("2016-08", Status.FAILED),
    ],
)
def test_a_listener_may_have_any_policy_that_begins_at_tls_1_2(policy, status):
    listener = answered(
        Listener,
        ListenerArn=LISTENER,
        LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
        Protocol="HTTPS",
        DefaultActions=[{"Type": "fixed-response"}],
        SslPolicy=f"ELBSecurityPolicy-{policy}",
    )
    assert judged(alb_tls_policy, snapshot(listener)) == {LISTENER: status}
