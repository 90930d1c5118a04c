"""Reads AWS WAF (version 2)."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.wafv2 import IPSet, LoggingConfiguration, WebACL, WebAclTags

GONE = ("WAFNonexistentItemException",)


@collects(WebACL, "wafv2:GetWebACL", "wafv2:GetWebACLForResource")
def web_acls(reader: Reader, arn: str) -> Iterator[WebACL]:
    """The web ACL with this ARN, or the one that stands before the resource with this ARN."""
    if ":wafv2:" in arn:
        response = reader.call("wafv2", "GetWebACL", ARN=arn, answers=GONE)
        if not response.absent:
            yield response.decode(WebACL, response.item("WebACL"))
        return
    # WAF answers without a web ACL where none is associated (API reference, "GetWebACLForResource").
    response = reader.call("wafv2", "GetWebACLForResource", ResourceArn=arn)
    if response.body.get("WebACL") is not None:
        yield response.decode(WebACL, response.item("WebACL"))


@collects(IPSet, "wafv2:GetIPSet")
def ip_sets(reader: Reader, arn: str) -> Iterator[IPSet]:
    """The list of addresses with this ARN, whose last parts are its scope, its name and its id."""
    scope, _, name, identifier = arn.rpartition(":")[2].split("/")
    where = "REGIONAL" if scope == "regional" else "CLOUDFRONT"
    response = reader.call("wafv2", "GetIPSet", Name=name, Scope=where, Id=identifier, answers=GONE)
    if not response.absent:
        yield response.decode(IPSet, response.item("IPSet"))


@collects(LoggingConfiguration, "wafv2:GetLoggingConfiguration")
def logging_configurations(reader: Reader, arn: str) -> Iterator[LoggingConfiguration]:
    """The logging configuration of a web ACL."""
    response = reader.call("wafv2", "GetLoggingConfiguration", ResourceArn=arn, answers=GONE)
    if not response.absent:
        yield response.decode(LoggingConfiguration, response.item("LoggingConfiguration"))


@collects(WebAclTags, "wafv2:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[WebAclTags]:
    """The tags of a web ACL: fifty at most, which one answer holds."""
    response = reader.call("wafv2", "ListTagsForResource", ResourceARN=arn, Limit=100)
    found = response.item("TagInfoForResource")
    yield response.decode(WebAclTags, {}, Resource=arn, Tags=tag_map(found["TagList"]))
