"""Reads the Resource Groups Tagging API."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import structs

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.detect.references import recognise
from stack_verify.resources.resource import Question
from stack_verify.resources.tagging import TaggedResource

PAGE = 100  # the most that the API gives at once


@collects(TaggedResource, "resourcegroupstaggingapi:GetResources")
def tagged_resources(reader: Reader, tags: str) -> Iterator[TaggedResource]:
    """The ARNs of what carries all of ``tags``, given as ``Key=Value,Key=Value``."""
    pairs = (tag.partition("=") for tag in tags.split(","))
    filters = [{"Key": key, "Values": [value]} for key, _, value in pairs]
    pages = reader.pages("resourcegroupstaggingapi", "GetResources", TagFilters=filters, ResourcesPerPage=PAGE)
    for page in pages:
        for item in page.items("ResourceTagMappingList"):
            found = page.decode(TaggedResource, {}, ResourceArn=item.get("ResourceARN"))
            yield structs.replace(found, reference=_reference(found))


def _reference(found: TaggedResource) -> Question | None:
    call = found.observed_by
    return recognise("ResourceARN", found.resource_arn, account=call.account, region=call.region)
