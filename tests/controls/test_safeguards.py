"""What the account must have in each region, found whether or not the outputs name it."""

from __future__ import annotations

import pytest
from stack_verify.controls.account.safeguards import (
    account_cloudtrail,
    account_config_delivery,
    account_config_recorder,
    account_guardduty,
    account_security_hub,
)
from stack_verify.controls.config.recorder import config_recorder
from stack_verify.controls.guardduty.detectors import guardduty_no_high_findings, guardduty_s3_protection
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.account import Account
from stack_verify.resources.cloudtrail import EventSelectors, TrailStatus
from stack_verify.resources.config import ConfigurationRecorder, RecorderStatus
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.safeguards import Detectors, Recorders, SecurityHub, Trails, scope
from stack_verify.resources.stack import StackRegions
from support.hand_made import ACCOUNT, FOREIGN, POLICY, REGION, answer, answered, denied, judged, of_answers

HOME, OTHER = scope(ACCOUNT, REGION), scope(ACCOUNT, "eu-west-1")
THE_ACCOUNT = answer(ACCOUNT, answered(Account, AccountId=ACCOUNT))
ALL = {"allSupported": True}


def regions(*names: str) -> tuple:
    return answer("outputs.json", answered(StackRegions, Source="outputs.json", Account=ACCOUNT, Regions=names))


def trail(name: str, *, owner: str = ACCOUNT, home: str = REGION, everywhere: bool = True) -> dict[str, object]:
    arn = f"arn:aws:cloudtrail:{home}:{owner}:trail/{name}"
    organisation = owner != ACCOUNT
    return {
        "Name": name,
        "TrailARN": arn,
        "HomeRegion": home,
        "IsMultiRegionTrail": everywhere,
        "IsOrganizationTrail": organisation,
    }


def records(found: dict[str, object], *, logging: bool = True, calls: str = "All") -> tuple[tuple, ...]:
    arn = str(found["TrailARN"])
    selector = {"ReadWriteType": calls, "IncludeManagementEvents": True}
    return (
        answer(arn, answered(TrailStatus, Trail=arn, IsLogging=logging)),
        answer(arn, answered(EventSelectors, Trail=arn, EventSelectors=[selector])),
    )


def kept(found: dict[str, object]) -> tuple[tuple, ...]:
    arn = str(found["TrailARN"])
    return tuple(
        answer(
            arn,
            answered(Elsewhere, KindAsked=kind.kind(), Key=arn, Account=FOREIGN, Said="AccessDeniedException"),
            kind=kind,
        )
        for kind in (TrailStatus, EventSelectors)
    )


def trails(*found: dict[str, object]) -> tuple:
    return answer(HOME, answered(Trails, Scope=HOME, Trails=found))


OWN, SHADOW = trail("own"), trail("shadow", home="us-east-1")
OF_REGION, ORGANISATION = trail("region", everywhere=False), trail("org", owner=FOREIGN, home="us-east-1")


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((trails(),), Status.FAILED),
        ((trails(OWN), *records(OWN)), Status.PASSED),
        ((trails(SHADOW), *records(SHADOW)), Status.PASSED),
        ((trails(OWN), *records(OWN, logging=False)), Status.FAILED),
        ((trails(OWN), *records(OWN, calls="WriteOnly")), Status.FAILED),
        ((trails(OF_REGION), *records(OF_REGION)), Status.FAILED),
        ((trails(OWN, ORGANISATION), *records(OWN, logging=False), *records(ORGANISATION)), Status.PASSED),
        ((trails(ORGANISATION), *kept(ORGANISATION)), Status.NOT_APPLICABLE),
        ((trails(ORGANISATION), *records(ORGANISATION, logging=False)), Status.FAILED),
        ((trails(OWN),), Status.ERROR),
    ],
    ids=[
        "no trail",
        "one of the region",
        "a shadow",
        "stopped",
        "writes alone",
        "one region",
        "the organisation's beside one stopped",
        "the organisation's, which may not be read",
        "the organisation's, stopped",
        "not known",
    ],
)
def test_a_trail_records_the_region_though_no_output_names_it(answers, status):
    """T16: no trail, or a stopped one, fails on the Account; shadow trails count."""
    held = of_answers(THE_ACCOUNT, *answers)
    assert judged(account_cloudtrail, held) == {ACCOUNT: status}
    assert judged(account_cloudtrail, held, "dev") == {ACCOUNT: Status.NOT_APPLICABLE}


def test_an_organisation_trail_that_may_not_be_read_is_verified_elsewhere():
    """T07: who keeps it is told; it is neither an error nor a failure."""
    (found,) = evaluate(
        of_answers(THE_ACCOUNT, trails(ORGANISATION), *kept(ORGANISATION)), [account_cloudtrail], POLICY
    )
    assert found.elsewhere is not None
    assert FOREIGN in found.elsewhere


def detectors(*states: str, key: str = HOME) -> tuple[tuple, ...]:
    ids = [f"{at}{key[13:15]}" for at, _ in enumerate(states)]
    arn = "arn:aws:guardduty:sa-east-1:123456789012:detector/"
    found = (
        answered(Detector, DetectorId=each, DetectorArn=f"{arn}{each}", Status=state, Features=[])
        for each, state in zip(ids, states, strict=True)
    )
    return (
        answer(key, answered(Detectors, Scope=key, DetectorIds=ids)),
        *(answer(each.detector_id, each) for each in found),
    )


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (detectors(), Status.FAILED),
        (detectors("ENABLED"), Status.PASSED),
        (detectors("DISABLED"), Status.FAILED),
        ((), Status.ERROR),
        ((regions(REGION, "eu-west-1"), *detectors("ENABLED"), *detectors(key=OTHER)), Status.FAILED),
        ((regions(REGION, "eu-west-1"), *detectors("ENABLED"), *detectors("ENABLED", key=OTHER)), Status.PASSED),
    ],
    ids=["none", "enabled", "suspended", "not known", "none in another region", "enabled in both"],
)
def test_guardduty_is_enabled_in_each_region_that_the_stack_uses(answers, status):
    """T16: no detector, or a suspended one, fails on the Account."""
    assert judged(account_guardduty, of_answers(THE_ACCOUNT, *answers)) == {ACCOUNT: status}


def test_a_detector_that_the_stack_does_not_name_is_not_judged_where_the_policy_does_not_judge_the_account():
    held = of_answers(*detectors("ENABLED"))
    assert judged(guardduty_s3_protection, held, "dev") == {"0sa": Status.NOT_APPLICABLE}
    assert judged(guardduty_s3_protection, held) == {"0sa": Status.FAILED}


def recorders(group: dict[str, object] | None, *channels: dict[str, object], **state: object) -> tuple:
    found = [] if group is None else [{"name": "default", "recordingGroup": group}]
    states = [] if group is None else [{"name": "default", "recording": True, "lastStatus": "SUCCESS", **state}]
    return answer(HOME, answered(Recorders, Scope=HOME, Recorders=found, States=states, Channels=channels))


def without(*types: str) -> dict[str, object]:
    strategy = {"useOnly": "EXCLUSION_BY_RESOURCE_TYPES"}
    excluded = {"resourceTypes": types}
    return {"allSupported": False, "exclusionByResourceTypes": excluded, "recordingStrategy": strategy}


def only(*types: str) -> dict[str, object]:
    return {
        "allSupported": False,
        "resourceTypes": types,
        "recordingStrategy": {"useOnly": "INCLUSION_BY_RESOURCE_TYPES"},
    }


BUCKET = answer("records", answered(Bucket, Name="records", BucketArn="arn:aws:s3:::records"))
GROUPS = [
    (ALL, {}, Status.PASSED),
    (ALL, {"recording": False, "lastStatus": None}, Status.FAILED),
    (ALL, {"lastStatus": "FAILURE"}, Status.FAILED),
    (ALL, {"lastStatus": None}, Status.ERROR),
    (without("AWS::Redshift::Cluster"), {}, Status.PASSED),
    (without("AWS::S3::Bucket"), {}, Status.FAILED),
    (only("AWS::S3::Bucket"), {}, Status.PASSED),
    (only("AWS::EC2::VPC"), {}, Status.FAILED),
    (only(), {}, Status.FAILED),
]


@pytest.mark.parametrize(("group", "state", "status"), [*GROUPS, (None, {}, Status.FAILED)])
def test_the_accounts_recorder_records_what_the_stack_has(group, state, status):
    """T13, T16, T48: on the Account, found though no output names the recorder."""
    held = of_answers(THE_ACCOUNT, BUCKET, recorders(group, **state))
    assert judged(account_config_recorder, held) == {ACCOUNT: status}


@pytest.mark.parametrize(("group", "state", "status"), GROUPS)
def test_a_recorder_that_leaves_out_what_the_stack_does_not_have_passes(group, state, status):
    """T13 and T48: excluded types that the stack lacks are no gap; one never started fails and is no error."""
    recorder = answered(ConfigurationRecorder, name="default", roleARN="arn:aws:iam::1:role/x", recordingGroup=group)
    told = answered(RecorderStatus, **{"name": "default", "recording": True, "lastStatus": "SUCCESS", **state})
    held = of_answers(BUCKET, answer("default", recorder), answer("default", told))
    assert judged(config_recorder, held) == {"default": status}


def test_a_type_that_is_left_out_and_could_not_be_read_is_not_known_to_be_absent():
    held = of_answers(THE_ACCOUNT, recorders(without("AWS::S3::Bucket")), gaps=(denied(Bucket),))
    assert judged(account_config_recorder, held)[ACCOUNT] is Status.ERROR


@pytest.mark.parametrize(
    ("channels", "status"),
    [
        ([], Status.FAILED),
        ([{"name": "default"}], Status.PASSED),
        ([{"name": "default", "configHistoryDeliveryInfo": {"lastStatus": "SUCCESS"}}], Status.PASSED),
        ([{"name": "default", "configHistoryDeliveryInfo": {"lastStatus": "FAILURE"}}], Status.FAILED),
        ([{"name": "default", "configSnapshotDeliveryInfo": {"lastStatus": "Failure"}}], Status.FAILED),
    ],
)
def test_config_delivers_what_it_records(channels, status):
    assert judged(account_config_delivery, of_answers(THE_ACCOUNT, recorders(ALL, *channels))) == {ACCOUNT: status}


@pytest.mark.parametrize(("hub", "status"), [("arn:aws:securityhub:x", Status.PASSED), (None, Status.FAILED)])
def test_security_hub_is_enabled(hub, status):
    held = of_answers(THE_ACCOUNT, answer(HOME, answered(SecurityHub, Scope=HOME, HubArn=hub)))
    assert judged(account_security_hub, held) == {ACCOUNT: status}


CLUSTER_ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/app"
CLUSTER = answer(
    CLUSTER_ARN, answered(Cluster, clusterArn=CLUSTER_ARN, clusterName="app", status="ACTIVE", settings=[])
)


@pytest.mark.parametrize(
    ("severity", "about", "gaps", "status"),
    [
        (8, [CLUSTER_ARN], (), Status.FAILED),
        (8, ["records"], (), Status.FAILED),
        (8, ["arn:aws:s3:::records"], (), Status.FAILED),
        (8, ["i-0123456789abcdef0", "vpc-of-others"], (), Status.PASSED),
        (8, [], (), Status.FAILED),
        (4, [CLUSTER_ARN], (), Status.PASSED),
        (8, ["i-0123456789abcdef0"], (denied(Bucket),), Status.ERROR),
    ],
    ids=["a cluster of ours", "by name", "by ARN", "another team's", "of nobody knows what", "not severe", "unread"],
)
def test_a_severe_finding_fails_where_it_is_about_the_stack(severity, about, gaps, status):
    """T44: a finding on another team's resource is not the stack's failure."""
    finding = answered(ThreatFinding, Id="f", Type="Trojan:EC2/DNS", Severity=severity, About=about)
    parts = (*detectors("ENABLED"), CLUSTER, BUCKET, answer("0sa", finding))
    held = of_answers(*parts, gaps=gaps)
    assert judged(guardduty_no_high_findings, held)["0sa"] is status


def test_the_severity_that_fails_is_the_policys():
    """T44: the threshold is the policy's."""
    finding = answered(ThreatFinding, Id="f", Type="Trojan:EC2/DNS", Severity=4, About=[CLUSTER_ARN])
    held = of_answers(*detectors("ENABLED"), CLUSTER, answer("0sa", finding))
    assert judged(guardduty_no_high_findings, held, min_finding_severity=4) == {"0sa": Status.FAILED}
