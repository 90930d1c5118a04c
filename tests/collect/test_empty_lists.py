"""A list that AWS never leaves empty is not read as an empty one: nothing in it would be nothing to judge."""

from __future__ import annotations

import msgspec
import pytest
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import Listener, ListenerRule
from support.hand_made import answered, arn

BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
LISTENER = {"ListenerArn": arn("elasticloadbalancing", "listener/app/web/1/2"), "LoadBalancerArn": BALANCER}
SERVICE = {"serviceArn": arn("ecs", "service/c/web"), "serviceName": "web", "clusterArn": arn("ecs", "cluster/c")}


@pytest.mark.parametrize(
    ("kind", "fields", "path"),
    [
        (Listener, {**LISTENER, "DefaultActions": []}, "DefaultActions"),
        (ListenerRule, {"RuleArn": "rule", "Actions": []}, "Actions"),
        (
            Service,
            {**SERVICE, "networkConfiguration": {"awsvpcConfiguration": {"subnets": []}}},
            "networkConfiguration.awsvpcConfiguration.subnets",
        ),
    ],
)
def test_an_answer_with_an_empty_list_is_refused(kind, fields, path):
    with pytest.raises(msgspec.ValidationError, match=f"of length >= 1 - at `\\$.{path}`"):
        answered(kind, **fields)
