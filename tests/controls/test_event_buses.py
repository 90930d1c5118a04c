"""Who may put events on a bus, and where its rules send them."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.controls.events.buses import (
    eventbridge_bus_not_public,
    eventbridge_bus_policy,
    eventbridge_cross_account,
    eventbridge_rule_targets,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.events import EventBus, Rule
from support.hand_made import ACCOUNT, FOREIGN, REGION, OneClient, answered, arn, document, judged, read, snapshot

BUS = arn("events", "event-bus/visits")
RULE = arn("events", "rule/visits/archive")
PUT = {"Sid": "Put", "Effect": "Allow", "Action": "events:PutEvents", "Resource": BUS}
OWN, PARTNER = ({**PUT, "Principal": {"AWS": f"arn:aws:iam::{each}:root"}} for each in (ACCOUNT, FOREIGN))
ANYONE = {**PUT, "Principal": "*"}
OF_ORGANISATION = {**ANYONE, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}}


def bus(policy: dict[str, object] | None, name: str = "visits") -> EventBus:
    told = {} if policy is None else {"Policy": document(policy)}
    return answered(EventBus, Name=name, BusArn=BUS, **told)


@pytest.mark.parametrize(
    ("policy", "public", "cross_account"),
    [
        (None, Status.PASSED, Status.PASSED),
        (OWN, Status.PASSED, Status.PASSED),
        (PARTNER, Status.PASSED, Status.FAILED),
        (OF_ORGANISATION, Status.PASSED, Status.FAILED),
        (ANYONE, Status.FAILED, Status.FAILED),
    ],
)
def test_a_bus_lets_in_trusted_accounts_only(policy, public, cross_account):
    held = snapshot(bus(policy))
    assert judged(eventbridge_bus_not_public, held) == {"visits": public}
    assert judged(eventbridge_cross_account, held) == {"visits": cross_account}


def test_accounts_and_organisations_that_the_policy_names_are_let_in():
    trusted = {"trusted_principals": (FOREIGN,), "organization_id": "o-a1b2c3d4e5"}
    for each in (PARTNER, OF_ORGANISATION):
        assert judged(eventbridge_cross_account, snapshot(bus(each)), **trusted) == {"visits": Status.PASSED}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (arn("lambda", "function:archive"), Status.PASSED),
        (arn("events", "event-bus/other", region="us-east-1"), Status.PASSED),
        (arn("events", "event-bus/theirs", account=FOREIGN), Status.FAILED),
    ],
)
def test_a_rule_sends_events_to_trusted_accounts_only(target, status):
    rule = answered(Rule, Arn=RULE, Name="archive", Targets=[{"Arn": target}])
    assert judged(eventbridge_rule_targets, snapshot(rule)) == {RULE: status}
    trusted = {"trusted_principals": (FOREIGN,)}
    assert judged(eventbridge_rule_targets, snapshot(rule), **trusted) == {RULE: Status.PASSED}


def test_a_custom_bus_has_a_policy_and_the_default_one_needs_none():
    assert judged(eventbridge_bus_policy, snapshot(bus(OWN))) == {"visits": Status.PASSED}
    assert judged(eventbridge_bus_policy, snapshot(bus(None))) == {"visits": Status.FAILED}
    assert judged(eventbridge_bus_policy, snapshot(bus(None, "default"))) == {"default": Status.NOT_APPLICABLE}


@pytest.mark.parametrize(
    ("name", "value", "question"),
    [
        ("arn", BUS, EventBus.ask("visits")),
        ("eventBusName", "visits", EventBus.ask("visits")),
        ("aws:cloudwatch/eventBus:EventBus", "visits", EventBus.ask("visits")),
        ("arn", RULE, Rule.ask(RULE)),
        ("arn", arn("events", "rule/nightly"), Rule.ask(arn("events", "rule/nightly"))),
    ],
)
def test_what_names_a_bus_or_a_rule(name, value, question):
    assert recognise(name, value, account=ACCOUNT, region=REGION) == question


def test_a_rule_is_not_taken_for_another_whose_name_begins_alike():
    session = OneClient("events")
    found = [{"Name": name, "Arn": arn("events", f"rule/visits/{name}")} for name in ("archive", "archive-all")]
    with Stubber(session.only) as stubber:
        asked = {"EventBusName": "visits", "NamePrefix": "archive"}
        stubber.add_response("list_rules", {"Rules": found}, asked)
        stubber.add_response("list_targets_by_rule", {"Targets": [{"Id": "1", "Arn": BUS}]})
        (rule,) = read(COLLECTORS[Rule.kind()], session, RULE)
    assert (rule.arn, [each.arn for each in rule.targets]) == (RULE, [BUS])
