"""The name that people use must lead to the load balancer by its record in Route 53, if its DNS is there at all."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from stack_verify.collect.route53 import records, zones
from stack_verify.controls.route53.records import dns_record_leads_to_alb
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.resources.stack import StackOutput
from support.hand_made import OneClient, answered, arn, read, snapshot

HOST, ZONE = "portal.example.com", "Z1"
NAME = "web-1.sa-east-1.elb.amazonaws.com"
BALANCER = answered(
    LoadBalancer,
    LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
    Type="application",
    VpcId="vpc-1",
    AvailabilityZones=[],
    DNSName=NAME.title(),
)


def alias(target: str, kind: str = "A", name: str = HOST) -> dict[str, object]:
    to = {"HostedZoneId": "Z2", "DNSName": f"{target}.", "EvaluateTargetHealth": True}
    return {"Name": f"{name}.", "Type": kind, "AliasTarget": to}


def plain(value: str, kind: str = "A", name: str = HOST) -> dict[str, object]:
    return {"Name": f"{name}.", "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}


def judged(*found: dict[str, object], holding: tuple[str, ...] = (ZONE,), balancers=(BALANCER,)) -> tuple[Status, str]:
    output = answered(StackOutput, Name="url", Value=f"https://{HOST.title()}/")
    held = snapshot(
        output,
        *balancers,
        answered(HostedZones, Host=HOST, Zones=holding),
        answered(HostRecords, Key=f"{ZONE}/{HOST}", RecordSets=found),
    )
    (finding,) = evaluate(held, [dns_record_leads_to_alb], load_policy("hipaa", "prod"))
    return finding.status, finding.observed


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([alias(NAME)], Status.PASSED),
        ([alias(f"dualstack.{NAME}"), alias(f"dualstack.{NAME}", "AAAA")], Status.PASSED),
        ([plain(NAME, "CNAME")], Status.PASSED),
        ([], Status.FAILED),
        ([alias("other-2.sa-east-1.elb.amazonaws.com")], Status.FAILED),
        ([alias(NAME), alias("other-2.sa-east-1.elb.amazonaws.com")], Status.FAILED),
        ([alias(NAME), plain("2001:db8::1", "AAAA")], Status.FAILED),
        ([plain("192.0.2.1")], Status.FAILED),
    ],
    ids=["alias", "both versions of IP", "CNAME", "none", "another", "one of two", "IPv6 elsewhere", "an address"],
)
def test_every_record_of_the_name_leads_to_the_load_balancer(found, status):
    told, observed = judged(*found)
    assert told is status, observed


def test_what_is_observed_names_the_zone_and_where_each_record_leads():
    assert judged(plain("192.0.2.1"))[1] == f"{HOST} in {ZONE}: A 192.0.2.1"
    assert judged()[1] == f"{HOST} in {ZONE}: no record"


def test_a_name_whose_dns_is_not_in_the_account_and_a_stack_without_a_load_balancer_are_not_judged():
    assert judged(holding=())[0] is Status.NOT_APPLICABLE
    assert judged(balancers=())[0] is Status.NOT_APPLICABLE


def test_of_two_zones_with_one_name_it_is_not_known_which_is_in_use():
    told = f"several zones hold {HOST}, and Route 53 does not tell which is in use: {ZONE}, Z9"
    assert judged(alias(NAME), holding=(ZONE, "Z9")) == (Status.ERROR, told)


@pytest.mark.parametrize(
    ("value", "host"),
    [
        ("https://Portal.example.com:8443/a", "portal.example.com"),
        ("https://web-1.sa-east-1.elb.amazonaws.com", ""),
        ("http://portal.example.com", ""),
        ("portal.example.com", ""),
        ("https://[nonsense", ""),
        (None, ""),
    ],
)
def test_the_published_names_are_those_of_urls_that_are_not_awss_own(value, host):
    output = answered(StackOutput, Name="url", Value=value)
    assert output.own_host == host
    assert list(output.refers_to()) == ([HostedZones.ask(host)] if host else [])


def test_the_innermost_public_zones_hold_a_name():
    listed = {"example.com.": "Z1", "app.example.com.": "Z2", "ample.com.": "Z3"}
    session = OneClient("route53")
    answer = {
        "HostedZones": [
            *(_zone(key, name) for name, key in listed.items()),
            _zone("Z4", "app.example.com.", private=True),
        ],
        "Marker": "",
        "IsTruncated": False,
        "MaxItems": "100",
    }
    for host, holding in (("portal.example.com", "Z1"), ("a.app.example.com", "Z2"), ("app.example.com", "Z2")):
        with Stubber(session.only) as stub:
            stub.add_response("list_hosted_zones", answer)
            (found,) = read(zones, session, host)
        assert (found.zones, [each.key for each in found.refers_to()]) == ((holding,), [f"{holding}/{host}"])
    with Stubber(session.only) as stub:
        stub.add_response("list_hosted_zones", answer)
        (found,) = read(zones, session, "example.org")
    assert found.zones == ()


def _zone(key: str, name: str, *, private: bool = False) -> dict[str, object]:
    return {"Id": f"/hostedzone/{key}", "Name": name, "CallerReference": "x", "Config": {"PrivateZone": private}}


def test_of_the_zone_only_what_leads_from_the_name_is_kept_and_else_the_wildcard_beside_it():
    wildcard = alias(NAME, name=r"\052.example.com")
    others = plain("192.0.2.9", name="zzz.example.com")
    session, ending = OneClient("route53"), {"IsTruncated": False, "MaxItems": "300"}
    text = plain('"proof of something"', "TXT")
    with Stubber(session.only) as stub:
        stub.add_response("list_resource_record_sets", {"ResourceRecordSets": [alias(NAME), text, others], **ending})
        (found,) = read(records, session, f"{ZONE}/{HOST}")
    assert [(each.type, each.targets) for each in found.record_sets] == [("A", (NAME,))]
    with Stubber(session.only) as stub:
        stub.add_response("list_resource_record_sets", {"ResourceRecordSets": [others], **ending})
        stub.add_response("list_resource_record_sets", {"ResourceRecordSets": [wildcard, others], **ending})
        (found,) = read(records, session, f"{ZONE}/{HOST}")
    assert [each.targets for each in found.record_sets] == [(NAME,)]
