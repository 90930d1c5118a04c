"""The vulnerabilities of the images that tasks run, as far as the account's own registry scans them."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from msgspec import structs
from stack_verify.collect.ecr import image_scans
from stack_verify.controls.ecr.repositories import ecr_no_critical_findings
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.ecr import ImageScan
from stack_verify.resources.ecs import TaskDefinition
from support.hand_made import ACCOUNT, POLICY, REGION, OneClient, answer, answered, arn, of_answers, read, said_of

REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DIGEST = f"sha256:{'a' * 64}"
TASK = arn("ecs", "task-definition/web:1")
COMPLETE = {"imageScanStatus": {"status": "COMPLETE"}}


def task(*images: str) -> TaskDefinition:
    containers = [{"name": f"c{number}", "image": image} for number, image in enumerate(images)]
    return answered(TaskDefinition, taskDefinitionArn=TASK, family="web", containerDefinitions=containers)


def scan(image: str = "web:1", status: str = "COMPLETE", **counts: int) -> ImageScan:
    findings = {"findingSeverityCounts": counts}
    return answered(ImageScan, image=image, imageScanStatus={"status": status}, imageScanFindings=findings)


def said(one: TaskDefinition, *scans: ImageScan, missing: str = "") -> tuple[Status, str]:
    known = [answer(each.image, each) for each in scans]
    gone = [answer(missing, kind=ImageScan)] if missing else []
    return said_of(ecr_no_critical_findings, of_answers(answer(TASK, one), *known, *gone), TASK)


@pytest.mark.parametrize(
    ("image", "asked"),
    [
        (f"{REGISTRY}/web:1.4", "web:1.4"),
        (f"{REGISTRY}/team/web@{DIGEST}", f"team/web@{DIGEST}"),
        (f"{REGISTRY}/web:1.4@{DIGEST}", f"web:1.4@{DIGEST}"),
        (f"{REGISTRY}/web", "web:latest"),
    ],
)
def test_a_task_leads_to_the_scans_of_its_own_images(image, asked):
    assert ImageScan.ask(asked) in task(image).refers_to()


def test_the_scan_of_an_image_from_elsewhere_is_not_asked_for():
    assert [each for each in task("nginx:1.27").refers_to() if each.kind == ImageScan.kind()] == []


@pytest.mark.parametrize(
    ("image", "named"),
    [
        ("web:1.4", {"imageTag": "1.4"}),
        (f"web@{DIGEST}", {"imageDigest": DIGEST}),
        (f"web:1.4@{DIGEST}", {"imageDigest": DIGEST}),
    ],
)
def test_a_scan_is_asked_for_by_digest_where_there_is_one_and_keeps_no_finding(image, named):
    session = OneClient("ecr")
    findings = {"findingSeverityCounts": {"LOW": 2}, "findings": [{"name": "CVE-1"}]}
    with Stubber(session.only) as stub:
        asked = {"repositoryName": "web", "imageId": named, "maxResults": 1}
        stub.add_response("describe_image_scan_findings", {**COMPLETE, "imageScanFindings": findings}, asked)
        (found,) = read(image_scans, session, image)
    assert (found.id, found.image_scan_findings.finding_severity_counts) == (image, {"LOW": 2})


@pytest.mark.parametrize(
    "code", ["ImageNotFoundException", "RepositoryNotFoundException", "ScanNotFoundException", "ServerException"]
)
def test_that_there_is_no_scan_is_an_answer_and_any_other_error_is_none(code):
    session = OneClient("ecr")
    with Stubber(session.only) as stub:
        stub.add_client_error("describe_image_scan_findings", code)
        if code == "ServerException":
            with pytest.raises(ClientError):
                read(image_scans, session, "web:1")
        else:
            assert read(image_scans, session, "web:1") == []


@pytest.mark.parametrize(
    ("scanned", "verdict"),
    [
        (scan(HIGH=3, LOW=1), (Status.PASSED, "web:1 has 3 HIGH, 1 LOW")),
        (scan(status="ACTIVE"), (Status.PASSED, "web:1 has none")),
        (scan(CRITICAL=0), (Status.PASSED, "web:1 has 0 CRITICAL")),
        (scan(CRITICAL=1), (Status.FAILED, "web:1 has 1 CRITICAL")),
        (scan(status="FINDINGS_UNAVAILABLE"), (Status.FAILED, "the scan of web:1 is FINDINGS_UNAVAILABLE")),
    ],
)
def test_an_image_needs_a_finished_scan_without_what_the_policy_refuses(scanned, verdict):
    assert said(task(f"{REGISTRY}/web:1"), scanned) == verdict


def test_every_image_of_the_task_counts():
    both = task(f"{REGISTRY}/web:1", f"{REGISTRY}/log:2")
    seen = "log:2 has 1 CRITICAL; web:1 has none"
    assert said(both, scan(), scan("log:2", CRITICAL=1)) == (Status.FAILED, seen)


def test_an_image_without_a_scan_fails():
    assert said(task(f"{REGISTRY}/web:1"), missing="web:1") == (Status.FAILED, "web:1 has no scan")


def test_images_of_other_registries_are_told_and_not_judged():
    told = "web:1 has none; of other registries, and not judged: 1"
    assert said(task(f"{REGISTRY}/web:1", "nginx:1.27"), scan()) == (Status.PASSED, told)
    assert said(task("nginx:1.27"))[0] is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    "unsaid", [{}, COMPLETE, {**COMPLETE, "imageScanFindings": {}}, {"imageScanStatus": {}, "imageScanFindings": {}}]
)
def test_what_aws_does_not_say_of_a_scan_is_an_error(unsaid):
    found = answered(ImageScan, image="web:1", **unsaid)
    assert said(task(f"{REGISTRY}/web:1"), found)[0] is Status.ERROR


@pytest.mark.parametrize(
    ("refused", "status", "expected"),
    [
        (("CRITICAL", "HIGH"), Status.FAILED, "a finished scan of each, with none that is CRITICAL or HIGH"),
        (("CRITICAL",), Status.PASSED, None),
        ((), Status.PASSED, None),
    ],
)
def test_the_policy_says_which_severities_are_refused(refused, status, expected):
    seen = of_answers(answer(TASK, task(f"{REGISTRY}/web:1")), answer("web:1", scan(HIGH=1)))
    policy = structs.replace(POLICY, refused_vulnerabilities=refused)
    (finding,) = evaluate(seen, [ecr_no_critical_findings], policy)
    assert (finding.status, finding.expected) == (status, expected)
