"""Where a question is asked: in the region that its ARN names, and as what the resource is known by there."""

from __future__ import annotations

import re
from typing import NamedTuple

from stack_verify.detect.references import recognise, region_of_host
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.resource import Question, Resource

# What an account, or a bucket of its, has in one region: the account's id, the region, and the bucket's name.
_SCOPE = re.compile(r"\d{12}/(?P<region>[a-z]+(?:-[a-z]+)+-\d)(?:/.+)?", re.ASCII)
# Kinds that no region holds, and kinds whose ids mean one resource in every region.
_EVERYWHERE = ("AWS::CloudFront::", "AWS::IAM::", "AWS::S3::", "AWS::Route53::")
_UNIQUE = ("AWS::EC2::", "AWS::GuardDuty::")


class Place(NamedTuple):
    """A region to ask in; ``account`` is the other account whose resource is asked for, None for the caller's own."""

    region: str
    account: str | None = None


def place_of(question: Question, account: str, region: str) -> Place:
    """Where to ask ``question``, for a caller of ``account`` whose stack is in ``region``."""
    arn = parse_arn(question.key)
    if arn is not None:
        foreign = None if arn.account in ("", "aws", account) else arn.account
        return Place(arn.region or region, foreign)
    if scope := _SCOPE.fullmatch(question.key):
        return Place(scope["region"])
    return Place(region_of_host(question.key) or region)


def known_there_as(question: Question, place: Place, account: str, region: str) -> str:
    """The key that the resource has for a caller in its own region, where it is one of the caller's own account."""
    if place.account is not None or place.region == region:
        return question.key
    there = recognise("", question.key, account=account, region=place.region)
    return there.key if there is not None and there.kind == question.kind else question.key


def follows(resource: Resource, question: Question, region: str) -> bool:
    """Whether a question that ``resource`` leads to means the same thing where the stack is, in ``region``.

    A name that a resource of another region gives, of a log group say, is not one of the stack's region. Such a
    question is not asked, so that no resource of the same name is judged in its place.
    """
    if resource.observed_by.region == region or parse_arn(question.key) or _SCOPE.fullmatch(question.key):
        return True
    return question.kind.startswith(_EVERYWHERE + _UNIQUE)


def region_to_ask(resource: Resource, question: Question) -> str | None:
    """The region that a question must be asked in though its key names none: that of the resource which leads to it."""
    return resource.observed_by.region if question.kind.startswith(_UNIQUE) else None
