"""Reads AWS IAM."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy

GONE = ("NoSuchEntity",)


@collects(Role, "iam:GetRole")
def roles(reader: Reader, name: str) -> Iterator[Role]:
    """The role with this name. IAM leaves the tags out where there are none."""
    response = reader.call("iam", "GetRole", RoleName=name, answers=GONE)
    if not response.absent:
        role = _with_text(response.item("Role"), "AssumeRolePolicyDocument")
        yield response.decode(Role, role, Tags=tag_map(role.get("Tags", ())))


@collects(RolePolicy, "iam:ListRolePolicies", "iam:GetRolePolicy")
def role_policies(reader: Reader, role: str) -> Iterator[RolePolicy]:
    """The inline policies of the role."""
    for page in reader.pages("iam", "ListRolePolicies", RoleName=role):
        for name in page.items("PolicyNames"):
            response = reader.call("iam", "GetRolePolicy", RoleName=role, PolicyName=name)
            yield response.decode(RolePolicy, _with_text(response.body, "PolicyDocument"), Name=f"{role}/{name}")


@collects(AttachedPolicies, "iam:ListAttachedRolePolicies")
def attached_policies(reader: Reader, role: str) -> Iterator[AttachedPolicies]:
    """The managed policies of the role."""
    pages = list(reader.pages("iam", "ListAttachedRolePolicies", RoleName=role))
    found = [policy for page in pages for policy in page.items("AttachedPolicies")]
    yield pages[-1].decode(AttachedPolicies, Role=role, AttachedPolicies=found)


@collects(ManagedPolicy, "iam:GetPolicy")
def managed_policies(reader: Reader, arn: str) -> Iterator[ManagedPolicy]:
    """The managed policy with this ARN. IAM leaves the tags out where there are none."""
    response = reader.call("iam", "GetPolicy", PolicyArn=arn, answers=GONE)
    if not response.absent:
        policy = response.item("Policy")
        yield response.decode(ManagedPolicy, policy, Tags=tag_map(policy.get("Tags", ())))


@collects(PolicyVersion, "iam:GetPolicyVersion")
def policy_versions(reader: Reader, key: str) -> Iterator[PolicyVersion]:
    """The version of a managed policy, given as ``<policy ARN>:<version id>``."""
    arn, _, version = key.rpartition(":")
    response = reader.call("iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version)
    found = _with_text(response.item("PolicyVersion"), "Document")
    yield response.decode(PolicyVersion, found, Version=key)


def _with_text(body: Body, document: str) -> Body:
    """``body`` with a policy document as the JSON text that AWS sent, which botocore has parsed."""
    if document not in body:
        return body
    return {**body, document: msgspec.json.encode(body[document]).decode()}
