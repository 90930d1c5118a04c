"""Recognises what a value names: an ARN, an id, a DNS name. Any stack's outputs work, not only ours.

This is an engine: what the values of a type look like, and what tools call the type, the type's own ``identity`` says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from stack_verify.detect.identifiers import words
from stack_verify.resources import RESOURCES
from stack_verify.resources.arn import Arn, parse_arn
from stack_verify.resources.identity import Identity, Key
from stack_verify.resources.resource import Question

_TYPE = re.compile(r"[\w-]+:[\w/-]+:\w+", re.ASCII)
_EC2_ID = re.compile(r"([a-z]+)-(?:[0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)
_URL = re.compile(r"(?:[a-z][a-z0-9+.:-]*://)?(?P<host>[A-Za-z0-9._-]+?)\.?(?::\d+)?(?:/\S*)?", re.ASCII)
# AWS's own resources, of no stack, are of an account of this name: its managed policies.
_OF_AWS = "aws"


class _ArnForm(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    lenient: re.Pattern[str]
    by_name: bool
    regional: bool


class _Host(NamedTuple):
    kind: str
    pattern: re.Pattern[str]
    everywhere: bool


class _Text(NamedTuple):
    kind: str
    pattern: re.Pattern[str]


class _Bare(NamedTuple):
    kind: str
    endings: tuple[str, ...]
    pattern: re.Pattern[str]
    key: Key


def _regex(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_IDENTITIES: dict[str, Identity] = {
    each.kind(): each.identity for each in RESOURCES if each.identity is not None and each.identity.is_named
}
_EC2 = {each.id_prefix: kind for kind, each in _IDENTITIES.items() if each.id_prefix}
_HOSTS = tuple(
    _Host(kind, _regex(host.pattern), host.everywhere) for kind, each in _IDENTITIES.items() for host in each.hosts
)
_TEXTS = tuple(_Text(kind, _regex(text)) for kind, each in _IDENTITIES.items() for text in each.texts)
_BARE = tuple(
    _Bare(kind, bare.endings, _regex(bare.value), bare.key)
    for kind, each in _IDENTITIES.items()
    for bare in each.bare_names
)


def _by_service() -> dict[str, tuple[_ArnForm, ...]]:
    found: dict[str, tuple[_ArnForm, ...]] = {}
    for kind, each in _IDENTITIES.items():
        for form in each.arns:
            made = _ArnForm(kind, _regex(form.resource), _regex(form.lenient), form.by_name, form.regional)
            found[form.service] = (*found.get(form.service, ()), made)
    return found


_ARNS = _by_service()
_BY_PULUMI = {f"aws:{token}": kind for kind, each in _IDENTITIES.items() for token in each.pulumi}
# The aws-native provider keeps CloudFormation's names but for their capitals.
_BY_NATIVE = {kind.lower().replace("::", ":").replace("aws:", "aws-native:", 1): kind for kind in _BY_PULUMI.values()}
_BY_TERRAFORM = {name: kind for kind, each in _IDENTITIES.items() for name in each.terraform}


@cache
def kind_of_type(token: str) -> str | None:
    """The kind in CloudFormation's notation for a type in a tool's, or None.

    Types are Pulumi's (``aws:s3/bucket:Bucket``, ``aws-native:s3:Bucket``), Terraform's (``aws_s3_bucket``) and
    CloudFormation's own.
    """
    pulumi = _BY_PULUMI.get(token.rpartition(":")[0]) or _BY_NATIVE.get(token.lower())
    return pulumi or _BY_TERRAFORM.get(token) or (token if token in _IDENTITIES else None)


def arn_type(text: str | None) -> str | None:
    """The kind that an ARN is of, however its id looks; None where it is none, or of a kind that is not read."""
    arn = parse_arn(text)
    form = None if arn is None else next(_forms(arn, lenient=True), None)
    return None if form is None else form[0].kind


def irregular(text: str | None) -> str | None:
    """The kind of an ARN whose id does not look like those that AWS gives the kind; None for any other text.

    That AWS knows no such resource is then no proof that the stack has none.
    """
    arn = parse_arn(text)
    if arn is None or arn.account == _OF_AWS or next(_forms(arn), None) is not None:
        return None
    return arn_type(text)


def recognise(name: str, value: str, *, account: str, region: str) -> Question | None:
    """The question that ``value`` answers to, or None where it names no AWS resource.

    Takes the output's name, or a resource's type in its tool (``aws:s3/bucket:Bucket``): a type says the kind, so that
    a bucket's policy, whose id is the bucket's, is not taken for the bucket. ``account`` and ``region`` are the
    caller's. What is asked for by name keeps its whole ARN or host name where that is of another account or region,
    lest a resource of the same name here be judged in its place. An ARN of a kind that is read is asked for even where
    its id looks like none: AWS knows.
    """
    if not _TYPE.fullmatch(name):
        return _by_form(value, account, region) or _by_name(name, value, account, region)
    return recognise_kind(kind_of_type(name), value, account=account, region=region)


def recognise_kind(kind: str | None, value: str, *, account: str, region: str) -> Question | None:
    """The question for a resource of ``kind`` whose id or ARN is ``value``; None where it does not name one."""
    question = _by_form(value, account, region) or _by_kind(kind, value, account, region)
    return question if question is not None and question.kind == kind else None


def _by_form(value: str, account: str, region: str) -> Question | None:
    arn = parse_arn(value)
    if arn is not None:
        return _by_arn(value, arn, account, region)
    if match := _EC2_ID.fullmatch(value):
        kind = _EC2.get(match[1])
        return Question(kind, value) if kind else None
    return _by_text(value, account, region) or _by_host(value, region)


def _forms(arn: Arn, *, lenient: bool = False) -> Iterator[tuple[_ArnForm, re.Match[str]]]:
    for form in _ARNS.get(arn.service, ()):
        if arn.region and not form.regional:
            continue
        if match := (form.lenient if lenient else form.pattern).fullmatch(arn.resource):
            yield form, match


def _by_arn(text: str, arn: Arn, account: str, region: str) -> Question | None:
    if arn.account == _OF_AWS:
        return None
    # What another account shares with this one, subnets above all, EC2 describes here by their id.
    shared = arn.service == "ec2"
    own = arn.region in ("", region) and (shared or arn.account in ("", account))
    for form, match in (*_forms(arn), *_forms(arn, lenient=True)):
        # Up to the end of what the ARN names: ECS writes more behind a secret's.
        whole = text[: len(text) - len(arn.resource) + match.end(1)]
        return Question(form.kind, match[1] if form.by_name and own else whole)
    return None


def _by_text(value: str, account: str, region: str) -> Question | None:
    """What a whole value names: an object's URL, or an image. Another account's is not this stack's to answer for."""
    here = {"account": account, "region": region}
    for text in _TEXTS:
        match = text.pattern.fullmatch(value)
        if match is not None:
            own = all(found == here.get(name, found) for name, found in match.groupdict().items())
            return Question(text.kind, match["name"]) if own else None
    return None


def _by_host(value: str, region: str) -> Question | None:
    url = _URL.fullmatch(value)
    for host in _HOSTS if url else ():
        if url and (match := host.pattern.fullmatch(url["host"])):
            elsewhere = not host.everywhere and match["region"] != region
            return Question(host.kind, url["host"] if elsewhere else match["name"])
    return None


def region_of_host(text: str) -> str | None:
    """The region that the host name of a load balancer or a database says; None for any other text."""
    for host in _HOSTS:
        if not host.everywhere and (match := host.pattern.fullmatch(text)):
            return match["region"]
    return None


def _by_name(name: str, value: str, account: str, region: str) -> Question | None:
    if value in ("true", "false") or value.isdigit():
        return None
    # Of a list it is the list's name that says what its members are: databaseLogGroupNames[0].
    parts = " ".join(words(re.sub(r"s?\[\d+\]$", "", name)))
    for form in _BARE:
        if f" {parts}".endswith(tuple(f" {ending}" for ending in form.endings)) and form.pattern.fullmatch(value):
            return Question(form.kind, form.key(value, account, region))
    return None


def _by_kind(kind: str | None, value: str, account: str, region: str) -> Question | None:
    for form in _BARE:
        if form.kind == kind and form.pattern.fullmatch(value):
            return Question(form.kind, form.key(value, account, region))
    return None
