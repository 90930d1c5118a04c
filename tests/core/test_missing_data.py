"""A control never passes on missing data: what AWS leaves out or refuses becomes an error."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from msgspec import UNSET, structs
from stack_verify.controls import CONTROLS
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.inquiry import Answer, Gap
from stack_verify.policy import load_policy
from stack_verify.report import exit_status
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot, dump, load

POLICY = load_policy("hipaa", "prod")
PARTS = 2


@pytest.fixture(scope="module")
def compliant(snapshot) -> Snapshot:
    return load(snapshot)


def judged(snapshot: Snapshot) -> dict[tuple[str, str, str], Status]:
    found = evaluate(snapshot, CONTROLS, POLICY)
    return {(each.control, each.resource.type, each.resource.id): each.status for each in found}


def of_each_kind(snapshot: Snapshot) -> list[Answer]:
    """One answer of each kind; the others of a kind are asked for and judged as it is."""
    return list({answer.question.kind: answer for answer in snapshot.answers[1:]}.values())


def test_a_saved_snapshot_is_read_back_to_the_byte(snapshot, compliant):
    assert dump(compliant) == snapshot.read_bytes()


@pytest.mark.parametrize("part", range(PARTS))
def test_an_unanswered_question_never_makes_anything_pass(compliant, part):
    """In turn an answer of each kind is taken for a denied call; in parts, which run side by side."""
    before = judged(compliant)
    for answer in of_each_kind(compliant)[part::PARTS]:
        gap = Gap(
            question=answer.question,
            api=answer.call.api,
            action=answer.call.api,
            code="AccessDenied",
            message="no",
            at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        answers = tuple(each for each in compliant.answers if each is not answer)
        after = evaluate(structs.replace(compliant, answers=answers, gaps=(gap,)), CONTROLS, POLICY)
        assert exit_status(after) == 1, answer.question
        assert any(each.status is Status.ERROR and gap.text() in each.observed for each in after), answer.question
        passed = {
            (each.control, each.resource.type, each.resource.id) for each in after if each.status is Status.PASSED
        }
        assert {key for key in passed if before.get(key) is not Status.PASSED} == set(), answer.question


def test_a_field_that_aws_leaves_out_never_makes_anything_pass(compliant):
    """Each field that a control read to pass, and that AWS may leave out, is left out in turn."""
    readers: dict[str, set[str]] = {}
    for finding in evaluate(compliant, CONTROLS, POLICY):
        if finding.status is Status.PASSED:
            for item in finding.evidence:
                readers.setdefault(item.field, set()).add(finding.control)
    removed = 0
    for number, resource in enumerate(compliant.resources):
        for field in optional_fields(resource):
            name = f"{resource.id} {field.encode_name}"
            controls = [control for control in CONTROLS if control.id in readers.get(name, ())]
            removed += bool(controls)
            poorer = structs.replace(resource, **{field.name: UNSET})
            resources = (*compliant.resources[:number], poorer, *compliant.resources[number + 1 :])
            after = evaluate(structs.replace(compliant, resources=resources), controls, POLICY)
            erring = {each.control for each in after if each.status is Status.ERROR}
            assert erring >= {control.id for control in controls}, name
    assert removed > 100


def optional_fields(resource: Resource) -> list[structs.FieldInfo]:
    return [
        field for field in structs.fields(resource) if field.default is UNSET and value(resource, field) is not UNSET
    ]


def value(resource: Resource, field: structs.FieldInfo) -> object:
    return msgspec.to_builtins(resource).get(field.encode_name, UNSET)
