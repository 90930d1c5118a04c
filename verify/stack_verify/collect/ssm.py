"""Reads AWS Systems Manager: what it manages and patches. Never a parameter, and no inventory."""

from __future__ import annotations

from collections.abc import Sequence

from stack_verify.collect.collector import Answers, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.resources.ssm import ManagedNode, PatchState

# Values in a filter, and instances in one call (Systems Manager API reference).
VALUES, INSTANCES = 100, 50


@collects_many(ManagedNode, "ssm:DescribeInstanceInformation", size=VALUES)
def managed_nodes(reader: Reader, keys: Sequence[str]) -> Answers:
    """Whether these instances are managed: AWS leaves out those that are not."""
    filters = [{"Key": "InstanceIds", "Values": list(keys)}]
    pages = list(reader.pages("ssm", "DescribeInstanceInformation", Filters=filters))
    found = {item["InstanceId"]: (page, item) for page in pages for item in page.items("InstanceInformationList")}
    for key in keys:
        page, item = found.get(key, (pages[-1], {}))
        yield key, page.decode(ManagedNode, item, InstanceId=key, IsManaged=key in found)


@collects_many(PatchState, "ssm:DescribeInstancePatchStates", size=INSTANCES)
def patch_states(reader: Reader, keys: Sequence[str]) -> Answers:
    """What of patches these instances lack, those that were ever scanned."""
    for page in reader.pages("ssm", "DescribeInstancePatchStates", InstanceIds=list(keys)):
        for item in page.items("InstancePatchStates"):
            yield item["InstanceId"], page.decode(PatchState, item)
