"""Reads AWS CloudFormation: the resources of a stack, which is its own state; those of nested stacks follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader, Response
from stack_verify.detect.references import kind_of_type, recognise_kind
from stack_verify.resources.partitions import partition
from stack_verify.resources.stack import NESTED_STACK, DeclaredResource

_WEB_ACL = "AWS::WAFv2::WebACL"
# What has no physical resource any more, or what CloudFormation left behind when it was taken out of the template.
_GONE = frozenset({"DELETE_COMPLETE", "DELETE_SKIPPED"})


@collects(
    DeclaredResource,
    "cloudformation:ListStackResources",
    on=("arn:{partition}:cloudformation:{region}:{account}:stack/*",),
)
def resources(reader: Reader, stack: str) -> Iterator[DeclaredResource]:
    """The resources of the stack with this name or ARN."""
    for page in reader.pages("cloudformation", "ListStackResources", StackName=stack):
        for item in page.items("StackResourceSummaries"):
            if item.get("PhysicalResourceId") and item.get("ResourceStatus") not in _GONE:
                yield _declared(item, stack, page)


def _declared(item: dict[str, Any], stack: str, page: Response) -> DeclaredResource:
    kind = item["ResourceType"]
    named = _named(kind, item["PhysicalResourceId"], page)
    reference = recognise_kind(kind_of_type(kind), named, account=page.call.account, region=page.call.region)
    if kind == NESTED_STACK:
        reference = DeclaredResource.ask(named)
    name = f"{_name(stack)}/{item['LogicalResourceId']}"
    return page.decode(DeclaredResource, {}, Urn=name, Type=kind, Named=named, Reference=reference)


def _name(stack: str) -> str:
    return stack.split("/")[1] if stack.startswith("arn:") else stack


def _named(kind: str, physical_id: str, page: Response) -> str:
    """The id or the ARN; a web ACL's id is its name, id and scope."""
    if kind != _WEB_ACL or physical_id.count("|") != 2:  # noqa: PLR2004 - three parts
        return physical_id
    name, own_id, scope = physical_id.split("|")
    where = "global" if scope == "CLOUDFRONT" else "regional"
    region, account = page.call.region, page.call.account
    return f"arn:{partition(region)}:wafv2:{region}:{account}:{where}/webacl/{name}/{own_id}"
