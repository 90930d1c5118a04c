"""Who changed it: the latest change that CloudTrail knows of, nothing else of it, or why none is known."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from botocore.stub import Stubber
from msgspec import structs
from stack_verify.collect import cloudtrail
from stack_verify.controls import CONTROLS
from stack_verify.controls.stack.last_change import MOST
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.pipeline.change_authors import to_look_up
from stack_verify.policy import load_policy
from stack_verify.resources.cloudtrail import LastChange
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import Question
from stack_verify.resources.stack import DeclaredResource
from stack_verify.snapshot import Snapshot, dump
from support.hand_made import ACCOUNT, CALL, REGION, OneClient, answered, arn, denied, read, snapshot

POLICY = load_policy("hipaa", "prod")
AT = datetime(2026, 1, 30, 8, 15, tzinfo=UTC)
NAME = "/web/tasks"
SUBJECT = f"{LogGroup.kind()} {NAME}"
DRIFT = tuple(control for control in CONTROLS if control.id == "drift-live-vs-declared")


class Regions(OneClient):
    """Remembers in which regions clients are made."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.regions: list[str] = []

    def client(self, _service, **settings):
        self.regions.append(settings["region_name"])
        return self.only


@pytest.fixture
def session(monkeypatch) -> Regions:
    monkeypatch.setattr(cloudtrail, "PAUSE", 0)
    return Regions("cloudtrail")


def event(name: str, *, read_only: bool, **more: object) -> dict[str, object]:
    return {
        "EventId": f"id-of-{name}",
        "EventName": name,
        "EventTime": AT,
        "ReadOnly": str(read_only).lower(),
        "Username": "alice",
        "AccessKeyId": "AKIACANARY",
        "CloudTrailEvent": '{"requestParameters": {"password": "canary"}}',
        **more,
    }


def looked_up(name: str) -> dict[str, object]:
    return {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}]}


READ = event("DescribeLogGroups", read_only=True)
CHANGE = event("PutRetentionPolicy", read_only=False)
EARLIER = event("CreateLogGroup", read_only=False)


def test_the_latest_event_that_is_no_read_is_kept_and_nothing_of_what_it_asked_for(session):
    with Stubber(session.only) as stub:
        stub.add_response("lookup_events", {"Events": [READ], "NextToken": "2"}, looked_up(NAME))
        stub.add_response("lookup_events", {"Events": [READ, CHANGE, EARLIER]}, {**looked_up(NAME), "NextToken": "2"})
        (found,) = read(cloudtrail.last_change, session, SUBJECT)
    assert (found.event_name, found.event_id, found.event_time, found.username, found.looked_at) == (
        *("PutRetentionPolicy", "id-of-PutRetentionPolicy", AT, "alice", 3),
    )
    assert "canary" not in repr(found).lower()


def test_so_many_pages_are_looked_through_and_no_more(session):
    with Stubber(session.only) as stub:
        token = {}
        for page in range(cloudtrail.PAGES):
            stub.add_response("lookup_events", {"Events": [READ], "NextToken": str(page)}, {**looked_up(NAME), **token})
            token = {"NextToken": str(page)}
        (found,) = read(cloudtrail.last_change, session, SUBJECT)
        stub.assert_no_pending_responses()
    assert (found.event_name, found.looked_at) == (None, 4)


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        (("ecs", "service/main/web"), "web"),
        (("ecs", "task-definition/web:7"), "web:7"),
        (("rds", "db:web"), "web"),
    ],
)
def test_what_is_not_known_by_its_arn_may_be_known_by_its_name(session, resource, name):
    whole = arn(*resource)
    with Stubber(session.only) as stub:
        stub.add_response("lookup_events", {"Events": []}, looked_up(whole))
        stub.add_response("lookup_events", {"Events": [CHANGE]}, looked_up(name))
        (found,) = read(cloudtrail.last_change, session, f"AWS::Some::Kind {whole}")
    assert (found.subject, found.event_name) == (f"AWS::Some::Kind {whole}", "PutRetentionPolicy")


@pytest.mark.parametrize(("kind", "region"), [("AWS::IAM::Role", "us-east-1"), ("AWS::S3::Bucket", REGION)])
def test_the_events_of_iam_are_looked_up_where_it_has_them(session, kind, region):
    with Stubber(session.only) as stub:
        stub.add_response("lookup_events", {"Events": [CHANGE]}, looked_up("web"))
        (found,) = read(cloudtrail.last_change, session, f"{kind} web")
    assert (session.regions, found.observed_by.region) == ([region], region)


def test_a_second_passes_for_two_lookups(session, monkeypatch):
    waited = []
    monkeypatch.setattr(cloudtrail, "PAUSE", 0.5)
    monkeypatch.setattr(cloudtrail.time, "sleep", waited.append)
    with Stubber(session.only) as stub:
        stub.add_response("lookup_events", {"Events": [READ], "NextToken": "2"}, looked_up(NAME))
        stub.add_response("lookup_events", {"Events": []}, {**looked_up(NAME), "NextToken": "2"})
        read(cloudtrail.last_change, session, SUBJECT)
    assert waited == [0.5, 0.5]


def log_group(days: int, name: str = NAME) -> LogGroup:
    return answered(LogGroup, logGroupName=name, logGroupArn=arn("logs", f"log-group:{name}"), retentionInDays=days)


def declared(name: str = NAME) -> DeclaredResource:
    return DeclaredResource(
        observed_by=CALL,
        urn=f"urn of {name}",
        type="aws:cloudwatch/logGroup:LogGroup",
        reference=LogGroup.ask(name),
        about=LogGroup.ask(name),
        properties={"retentionInDays": "2192"},
    )


def change(**fields: object) -> LastChange:
    return answered(LastChange, Subject=SUBJECT, **{"LookedAt": 1, **fields})


def drifted(held: Snapshot):
    return [each for each in evaluate(held, DRIFT, POLICY) if each.control == DRIFT[0].id]


def finding(held: Snapshot):
    (found,) = drifted(held)
    return found.status, found.observed.partition("live 3653; ")[2]


HELD = (declared(), log_group(3653))
KNOWN = {"EventName": "PutRetentionPolicy", "EventId": "1-2", "EventTime": AT.isoformat()}
LATEST = f"the latest change that CloudTrail has of {NAME} is"
WHEN = "2026-01-30 08:15:00 UTC (event 1-2)"
NOBODY = "who changed it last is not known: "


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            [change(**KNOWN, Username="alice")],
            f"{LATEST} PutRetentionPolicy by alice at {WHEN}",
        ),
        (
            [change(**KNOWN)],
            f"{LATEST} PutRetentionPolicy by AWS itself at {WHEN}",
        ),
        (
            [change(LookedAt=200)],
            f"{NOBODY}CloudTrail has no change of it among its latest events of 90 days",
        ),
        ([], f"{NOBODY}CloudTrail was not asked, which a run does of 20 resources at most"),
    ],
    ids=["a user", "a service", "reads alone", "not asked"],
)
def test_a_drifted_resource_says_who_changed_it_last_or_why_that_is_not_known(known, said):
    assert finding(snapshot(*HELD, *known)) == (Status.FAILED, said)


@pytest.mark.parametrize("unsaid", ["EventName", "EventTime"])
def test_an_event_without_its_name_or_its_time_is_no_change_that_is_known(unsaid):
    told = {name: value for name, value in KNOWN.items() if name != unsaid}
    said = f"{NOBODY}CloudTrail has no change of it among its latest events of 90 days"
    assert finding(snapshot(*HELD, change(**told))) == (Status.FAILED, said)


def test_a_denied_lookup_says_so_and_the_finding_is_a_failure_and_the_only_one():
    gap = structs.replace(denied(LastChange, SUBJECT), api="cloudtrail:LookupEvents", action="cloudtrail:LookupEvents")
    assert finding(snapshot(*HELD, gaps=(gap,))) == (
        Status.FAILED,
        f"{NOBODY}cloudtrail:LookupEvents was denied (AccessDenied); allow cloudtrail:LookupEvents to the caller",
    )


def test_the_event_is_evidence():
    (found,) = drifted(snapshot(*HELD, change(**KNOWN, Username="alice")))
    said = {each.field.removeprefix(f"{SUBJECT} "): each.value for each in found.evidence}
    assert (said["EventName"], said["EventId"], said["Username"]) == ("PutRetentionPolicy", "1-2", "alice")


def test_settings_of_the_account_have_no_name_to_look_them_up_by():
    kind = "aws:ebs/encryptionByDefault:EncryptionByDefault"
    about = Question("AWS::::Account.EbsEncryptionByDefault", ACCOUNT)
    seen = snapshot(
        DeclaredResource(observed_by=CALL, urn="urn", type=kind, about=about),
        lists=[(DeclaredResource, "state")],
    )
    answers = (*seen.answers, structs.replace(seen.answers[0], question=about, ids=()))
    (found,) = drifted(structs.replace(seen, answers=answers))
    assert found.observed.endswith(f"{NOBODY}CloudTrail finds the settings of an account by no name")


def test_cloudtrail_is_asked_of_what_drifted_alone_and_once():
    assert to_look_up(snapshot(*HELD, declared("/as-declared"), log_group(2192, "/as-declared")), DRIFT, POLICY) == (
        LastChange.ask(SUBJECT),
    )
    assert to_look_up(snapshot(*HELD, change(**KNOWN)), DRIFT, POLICY) == ()
    assert to_look_up(snapshot(declared(), log_group(2192)), DRIFT, POLICY) == ()
    assert to_look_up(snapshot(*HELD[1:]), DRIFT, POLICY) == ()


def test_cloudtrail_is_asked_of_so_many_resources_and_no_more():
    names = [f"/web/{number:02}" for number in range(MOST + 1)]
    held = [resource for name in names for resource in (declared(name), log_group(3653, name))]
    asked = to_look_up(snapshot(*held), DRIFT, POLICY)
    assert [question.key.partition(" ")[2] for question in asked] == names[:20]


def test_a_policy_that_turns_drift_off_asks_nothing():
    off = structs.replace(POLICY, off={"drift-live-vs-declared": "another tool does it"})
    assert to_look_up(snapshot(*HELD), DRIFT, off) == ()


def test_a_snapshot_keeps_no_more_of_an_event_than_it_says():
    held = dump(snapshot(*HELD, change(**KNOWN, Username="alice", CloudTrailEvent="canary"))).decode()
    assert "alice" in held
    assert "canary" not in held
