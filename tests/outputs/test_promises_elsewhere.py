"""What a stack must have in us-east-1, whatever its own region, is not missed in the region that is read."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.load_balancers import alb_tls_policy
from stack_verify.controls.stack.outputs import outputs_resolve_live
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.acm import Certificate
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import Listener
from stack_verify.resources.stack import StackOutput
from support.hand_made import CALL, POLICY, answered, arn, judged, snapshot

LISTENER = arn("elasticloadbalancing", "listener/app/web/1/2")


@pytest.mark.parametrize(
    "named",
    [arn("acm", "certificate/c", account="210987654321"), arn("ecs", "cluster/c", account="210987654321")],
    ids=["a certificate", "a cluster"],
)
def test_what_another_account_keeps_is_verified_there(named):
    output = StackOutput(observed_by=CALL, name="arn", value=named)
    found = evaluate(snapshot(output), [outputs_resolve_live], POLICY)
    (finding,) = (each for each in found if each.control == outputs_resolve_live.id)
    assert finding.status is Status.NOT_APPLICABLE
    assert finding.elsewhere.startswith("account 210987654321")


@pytest.mark.parametrize(
    ("kind", "named"),
    [
        (Certificate, arn("acm", "certificate/c", region="eu-west-1")),
        (Cluster, arn("ecs", "cluster/c", region="us-east-1")),
    ],
    ids=["a certificate", "a cluster"],
)
def test_what_the_outputs_name_in_another_region_is_missed_there(kind, named):
    output = StackOutput(observed_by=CALL, name="arn", value=named, reference=kind.ask(named))
    held = snapshot(output, lists=[(kind, named)])
    assert judged(outputs_resolve_live, held) == {"arn": Status.FAILED}


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
