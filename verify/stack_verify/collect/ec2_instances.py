"""Reads Amazon EC2 instances and launch templates. Of user data only where it holds a secret, and of which kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import to_builtins

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.ec2 import MANY
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.redaction import clear_script
from stack_verify.collect.tags import tag_map
from stack_verify.resources.ec2_instances import Instance, LaunchTemplate, LaunchTemplateVersion, UserData

INSTANCES = "arn:{partition}:ec2:{region}:{account}:instance/*"
# AWS goes on listing terminated instances for about an hour; these are the other states.
LIVE = ["pending", "running", "shutting-down", "stopping", "stopped"]


@collects_many(Instance, "ec2:DescribeInstances", size=MANY)
def instances(reader: Reader, keys: Sequence[str]) -> Answers:
    """The instances with these ids."""
    filters = [{"Name": "instance-id", "Values": list(keys)}, {"Name": "instance-state-name", "Values": LIVE}]
    for page in reader.pages("ec2", "DescribeInstances", Filters=filters):
        for item in (each for reservation in page.items("Reservations") for each in reservation["Instances"]):
            yield item["InstanceId"], page.decode(Instance, item, Tags=tag_map(item.get("Tags", ())))


@collects(UserData, "ec2:DescribeInstanceAttribute", on=(INSTANCES,))
def user_data(reader: Reader, key: str) -> Iterator[UserData]:
    """Whether the instance has user data, and which secrets it holds."""
    response = reader.call("ec2", "DescribeInstanceAttribute", InstanceId=key, Attribute="userData")
    yield response.decode(UserData, {}, InstanceId=key, **_screened(response.item("UserData").get("Value")))


@collects(LaunchTemplate, "ec2:DescribeLaunchTemplates")
def launch_templates(reader: Reader, key: str) -> Iterator[LaunchTemplate]:
    """The launch template with this id. No filter knows ids, and one that is gone would hide others."""
    none = ("InvalidLaunchTemplateId.NotFound",)
    response = reader.call("ec2", "DescribeLaunchTemplates", LaunchTemplateIds=[key], answers=none)
    for item in () if response.absent else response.items("LaunchTemplates"):
        yield response.decode(LaunchTemplate, item, Tags=tag_map(item.get("Tags", ())))


@collects(LaunchTemplateVersion, "ec2:DescribeLaunchTemplateVersions")
def launch_template_versions(reader: Reader, key: str) -> Iterator[LaunchTemplateVersion]:
    """The default version of the launch template."""
    response = reader.call("ec2", "DescribeLaunchTemplateVersions", LaunchTemplateId=key, Versions=["$Default"])
    for item in response.items("LaunchTemplateVersions"):
        yield response.decode(LaunchTemplateVersion, item, **_screened(item["LaunchTemplateData"].get("UserData")))


def _screened(encoded: str | None) -> Body:
    """Whether there is user data, and which secrets it holds; the latter is left out where it cannot be decoded."""
    found = clear_script("user data", encoded or "")
    return {"HasUserData": bool(encoded), **({} if found is None else {"ClearSecrets": to_builtins(found)})}
