"""A filter pattern matches the events that CloudWatch Logs says it matches, or is called unknown."""

from __future__ import annotations

import pytest
from stack_verify.controls.cloudwatch.filter_pattern import parse
from stack_verify.errors import Unanswered

EVENT = {"eventName": "CreateTrail", "errorCode": "AccessDeniedException", "userIdentity": {"type": "Root"}}

MATCHING = [
    "{ $.eventName = CreateTrail }",
    '{$.eventName="CreateTrail"}',
    "{ $.eventName = Create* }",
    '{ $.errorCode = "*Denied*" }',
    "{ $.eventName != DeleteTrail }",
    "{ $.userIdentity.type = Root }",
    "{ $.userIdentity.invokedBy NOT EXISTS }",
    "{ ($.eventName = DeleteTrail) || ($.eventName = CreateTrail) }",
    "{ $.eventName = CreateTrail || $.eventName = DeleteTrail && $.userIdentity.type = IAMUser }",
    "{ ($.userIdentity.type = Root) && (($.eventName = A) || ($.eventName = CreateTrail)) }",
]
OTHER = [
    "{ $.eventName = createtrail }",
    "{ $.eventName = Create }",
    "{ $.eventName = Create.rail }",
    "{ $.eventName != Create* }",
    "{ $.userIdentity = Root }",
    "{ $.eventName.type = CreateTrail }",
    "{ $.eventName NOT EXISTS }",
    "{ $.sourceIPAddress = * }",
    "{ $.sourceIPAddress != 203.0.113.7 }",
    "{ ($.eventName = CreateTrail || $.eventName = DeleteTrail) && $.userIdentity.type = IAMUser }",
]
UNKNOWN = [
    "",
    "ERROR",
    "{ }",
    "{ $.eventName }",
    "{ $.eventName =",
    "{ $.eventName = && }",
    "{ eventName = CreateTrail }",
    "{ $.eventName = CreateTrail",
    "{ $.eventName = CreateTrail } more",
    "{ $.eventName = CreateTrail } %",
    "{ ($.eventName = CreateTrail }",
    "{ $.eventName = %Create.*% }",
    "{ $.eventName = CreateTrail && }",
    "{ $.count > 3 }",
    "{ $.resources[0].type = bucket }",
    "{ $.eventName IS TRUE }",
    "{ $.eventName NOT }",
]


@pytest.mark.parametrize("pattern", MATCHING)
def test_a_pattern_matches(pattern):
    assert parse(pattern)(EVENT)


@pytest.mark.parametrize("pattern", OTHER)
def test_a_pattern_does_not_match(pattern):
    assert not parse(pattern)(EVENT)


@pytest.mark.parametrize("pattern", UNKNOWN)
def test_a_pattern_of_another_form_is_no_answer(pattern):
    with pytest.raises(Unanswered, match="of a form that is not known"):
        parse(pattern)
