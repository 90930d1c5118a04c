"""A stack's task definitions are those that its services run and that its outputs and state name."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from stack_verify.collect.ecs import task_definitions
from stack_verify.controls.stack.outputs import inventory_in_state_not_in_account, outputs_resolve_live
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.resource import Resource
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from support.hand_made import ACCOUNT, CALL, REGION, OneClient, answered, arn, judged, read, snapshot

REVISION = arn("ecs", "task-definition/web:1")
CONTAINER = {"name": "web", "image": "web:1"}


def described(code: str, text: str) -> list[Resource]:
    """What is read where ECS answers with this error."""
    session = OneClient("ecs")
    with Stubber(session.only) as stub:
        stub.add_client_error("describe_task_definition", code, text)
        return read(task_definitions, session, REVISION)


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
