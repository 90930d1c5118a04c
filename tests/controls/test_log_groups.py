"""What is concluded of log groups: who can take them away, and whether those of a cluster are there."""

from __future__ import annotations

import pytest
from stack_verify.controls.logs.groups import (
    log_group_deletion_protected,
    log_group_encrypted,
    log_group_not_public,
    log_group_retention,
)
from stack_verify.controls.logs.producers import log_groups_for_every_producer
from stack_verify.core.control import Status
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.iam import AttachedPolicies, Role, RolePolicy
from stack_verify.resources.logs import LogGroup, ResourcePolicies
from support.hand_made import ACCOUNT, REGION, answer, answered, denied, document, judged, of_answers, said_of

GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:tasks"
INSIGHTS = "/aws/ecs/containerinsights/c/performance"


def group(name: str = "tasks", **fields: object):
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    return answer(name, answered(LogGroup, logGroupName=name, logGroupArn=arn, **fields))


def role(*statements: dict[str, object], path: str = "/"):
    arn = f"arn:aws:iam::{ACCOUNT}:role{path}r"
    return (
        answer("r", answered(Role, RoleName="r", Arn=arn, Path=path)),
        answer("r", answered(RolePolicy, Name="r/p", PolicyDocument=document(*statements))),
        answer("r", answered(AttachedPolicies, Role="r", AttachedPolicies=[])),
    )


def may(action: str, resource: str = GROUP, effect: str = "Allow") -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def told(*asked, **fields: object) -> Status:
    return said_of(log_group_deletion_protected, of_answers(group(**fields), *asked), "tasks")[0]


@pytest.mark.parametrize("action", ["logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy", "logs:*"])
def test_a_log_group_that_a_role_can_take_away_is_protected_by_its_own_setting_alone(action):
    asked = role(may(action))
    assert told(*asked) is Status.FAILED
    assert told(*asked, deletionProtectionEnabled=False) is Status.FAILED
    assert told(*asked, deletionProtectionEnabled=True) is Status.PASSED


@pytest.mark.parametrize(
    "statements",
    [
        [may("logs:PutLogEvents")],
        [may("logs:DeleteLogGroup", GROUP.replace("tasks", "others"))],
        [may("logs:DeleteLogGroup"), may("logs:DeleteLogGroup", "*", "Deny")],
    ],
    ids=["writes", "another group", "denied"],
)
def test_a_role_that_cannot_take_the_log_group_away_does_no_harm(statements):
    assert told(*role(*statements)) is Status.PASSED


def test_a_role_that_aws_made_for_its_service_is_aws_own_affair():
    assert told(*role(may("logs:*"), path="/aws-service-role/x.amazonaws.com/")) is Status.PASSED


def test_a_role_that_could_not_be_read_may_do_anything():
    seen = of_answers(group(), gaps=(denied(Role, "r"),))
    assert said_of(log_group_deletion_protected, seen, "tasks")[0] is Status.ERROR


def cluster(insights: str = "disabled", sessions: str | None = None):
    log = {"logConfiguration": {"cloudWatchLogGroupName": sessions}} if sessions else {}
    configuration = {"executeCommandConfiguration": {"logging": "OVERRIDE", **log}}
    settings = [{"name": "containerInsights", "value": insights}]
    fields = {"clusterName": "c", "clusterArn": "arn", "settings": settings, "configuration": configuration}
    return answer("arn", answered(Cluster, **fields))


def produced(*asked) -> Status:
    return said_of(log_groups_for_every_producer, of_answers(*asked), "c")[0]


@pytest.mark.parametrize(
    ("writer", "name"),
    [(cluster("enabled"), INSIGHTS), (cluster("enhanced"), INSIGHTS), (cluster(sessions="shells"), "shells")],
    ids=["Container Insights", "enhanced", "ECS Exec"],
)
def test_each_log_group_that_a_cluster_writes_to_must_be_there(writer, name):
    assert produced(writer, group(name)) is Status.PASSED
    assert produced(writer, answer(name, kind=LogGroup)) is Status.FAILED
    assert produced(writer) is Status.ERROR
    assert LogGroup.ask(name) in set(writer[1][0].refers_to())


def test_one_log_group_of_two_is_not_enough():
    writer = cluster("enabled", "shells")
    assert produced(writer, group(INSIGHTS), answer("shells", kind=LogGroup)) is Status.FAILED


def test_a_cluster_that_writes_nothing_needs_no_log_group():
    assert produced(cluster()) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"retentionInDays": 365}, Status.PASSED), ({"retentionInDays": 364}, Status.FAILED), ({}, Status.PASSED)],
)
def test_a_log_group_keeps_events_for_a_year_or_for_ever(fields, status):
    """T02: to AWS's own check a group without retentionInDays complies."""
    assert said_of(log_group_retention, of_answers(group(**fields)), "tasks")[0] is status


def test_a_policy_may_ask_that_events_expire():
    assert judged(log_group_retention, of_answers(group()), require_log_expiry=True) == {"tasks": Status.FAILED}
    year = of_answers(group(retentionInDays=365))
    assert judged(log_group_retention, year, require_log_expiry=True) == {"tasks": Status.PASSED}


@pytest.mark.parametrize("control", [log_group_retention, log_group_encrypted], ids=lambda control: control.id)
def test_the_metrics_of_container_insights_are_not_judged_as_a_log(control):
    """T38: AWS makes that group with a day's retention and without a key."""
    held = of_answers(group("/aws/ecs/containerinsights/main/performance", retentionInDays=1))
    assert set(judged(control, held).values()) == {Status.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ({"Resource": GROUP}, Status.FAILED),
        ({"Resource": f"{GROUP}-of-others"}, Status.PASSED),
        # What is attached to the group itself need not name it.
        ({}, Status.FAILED),
    ],
)
def test_a_policy_of_a_log_group_that_lets_everybody_in_fails(named, status):
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", **named}
    policy = answered(ResourcePolicies, scope=GROUP, resourcePolicies=[{"policyDocument": document(everybody)}])
    none = answered(ResourcePolicies, scope=ACCOUNT, resourcePolicies=[])
    seen = of_answers(group(), answer(ACCOUNT, none), answer(GROUP, policy))
    assert said_of(log_group_not_public, seen, "tasks")[0] is status
