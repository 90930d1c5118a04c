"""Reads Amazon EC2 Auto Scaling. Of user data only where it holds a secret, and of which kind."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import to_builtins

from stack_verify.collect.collector import Answers, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.collect.redaction import clear_script
from stack_verify.collect.tags import tag_map
from stack_verify.resources.autoscaling import AutoScalingGroup, LaunchConfiguration

# Names in one call (EC2 Auto Scaling API reference, "DescribeAutoScalingGroups"); what is gone hides no other.
MANY = 50


@collects_many(AutoScalingGroup, "autoscaling:DescribeAutoScalingGroups", size=MANY)
def groups(reader: Reader, keys: Sequence[str]) -> Answers:
    """The groups with these names.."""
    for page in reader.pages("autoscaling", "DescribeAutoScalingGroups", AutoScalingGroupNames=list(keys)):
        for item in page.items("AutoScalingGroups"):
            tags = tag_map(item.get("Tags", ()))
            yield item["AutoScalingGroupName"], page.decode(AutoScalingGroup, item, Tags=tags)


@collects_many(LaunchConfiguration, "autoscaling:DescribeLaunchConfigurations", size=MANY)
def launch_configurations(reader: Reader, keys: Sequence[str]) -> Answers:
    """The launch configurations with these names."""
    for page in reader.pages("autoscaling", "DescribeLaunchConfigurations", LaunchConfigurationNames=list(keys)):
        for item in page.items("LaunchConfigurations"):
            encoded = item.get("UserData") or ""
            found = clear_script("user data", encoded)
            more = {} if found is None else {"ClearSecrets": to_builtins(found)}
            made = page.decode(LaunchConfiguration, item, HasUserData=bool(encoded), **more)
            yield item["LaunchConfigurationName"], made
