"""A stack's task definitions are those that its services run and that its outputs and state name."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hand_made import ACCOUNT, CALL, REGION, answered, arn, judged, snapshot

from verify.collect.ecs import task_definitions
from verify.collect.reader import Aws, Reader
from verify.control import Status
from verify.controls.stack import inventory_in_state_not_in_account, outputs_resolve_live
from verify.references import recognise
from verify.resources.ecs import TaskDefinition
from verify.resources.stack import DeclaredResource, StackOutput
from verify.resources.tagging import TaggedResource

REVISION = arn("ecs", "task-definition/web:1")
CONTAINER = {"name": "web", "image": "web:1"}


class Session:
    """A session whose one client answers as it is told."""

    region_name = REGION

    def __init__(self) -> None:
        self.ecs = boto3.client("ecs", REGION, aws_access_key_id="x", aws_secret_access_key="x")

    def client(self, _service, **_settings):
        return self.ecs


def described(code: str, text: str) -> list[object]:
    """What is read where ECS answers with this error."""
    session = Session()
    with Stubber(session.ecs) as stub:
        stub.add_client_error("describe_task_definition", code, text)
        reader = Reader(Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1), task_definitions.apis)
        return list(task_definitions.ask(reader, [REVISION]))


def test_ecs_says_in_so_many_words_that_there_is_no_such_revision():
    assert described("ClientException", "Unable to describe task definition.") == []


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ClientException", "Too many concurrent attempts to describe"),
        ("ServerException", "Unable to describe task definition."),
    ],
)
def test_any_other_error_of_ecs_is_no_answer(code, text):
    with pytest.raises(ClientError, match=text):
        described(code, text)


@pytest.mark.parametrize(
    ("resource", "asked"),
    [("task-definition/web:1", False), ("service/web/web", True), ("cluster/web", True)],
)
def test_revisions_that_carry_the_tags_are_not_followed(resource, asked):
    named = arn("ecs", resource)
    reference = recognise("ResourceARN", named, account=ACCOUNT, region=REGION)
    tagged = TaggedResource(observed_by=CALL, resource_arn=named, reference=reference)
    assert list(tagged.refers_to()) == ([reference] if asked else [])


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("ACTIVE", Status.PASSED),
        ("INACTIVE", Status.FAILED),
        ("DELETE_IN_PROGRESS", Status.FAILED),
        (None, Status.ERROR),
    ],
)
def test_a_revision_that_is_not_active_is_not_there_for_the_outputs_and_the_state(status, verdict):
    told = {} if status is None else {"status": status}
    revision = answered(
        TaskDefinition, taskDefinitionArn=REVISION, family="web", containerDefinitions=[CONTAINER], **told
    )
    reference = TaskDefinition.ask(REVISION)
    output = StackOutput(observed_by=CALL, name="taskDefinitionArn", value=REVISION, reference=reference)
    declared = answered(DeclaredResource, Urn="urn", Type="t", Reference=reference)
    held = snapshot(revision, output, declared)
    assert judged(outputs_resolve_live, held) == {"taskDefinitionArn": verdict}
    assert judged(inventory_in_state_not_in_account, held) == {"urn": verdict}
