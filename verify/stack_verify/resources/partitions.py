"""AWS's partitions, regions and domains, from botocore's own data: a partition that it learns of is known here too.

The data alone is read, no code of botocore's (docs/decisions/0014-partitions-from-botocore.md).
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple


class Partition(NamedTuple):
    """One partition: how its regions are named, and the suffixes of its host names, of IPv4 and of dual stack."""

    name: str
    regions: frozenset[str]
    region_pattern: re.Pattern[str]
    dns_suffix: str
    dual_stack_suffix: str
    global_region: str

    def has(self, region: str) -> bool:
        """Whether ``region`` is one of the partition's, listed or of such a name."""
        return region in self.regions or self.region_pattern.fullmatch(region) is not None

    @property
    def suffixes(self) -> tuple[str, ...]:
        """What host names of AWS's end in here: of its endpoints, and of what services serve for their customers.

        The last, ``on.aws``, is that of function URLs and of ECR's registries in dual stack; it goes with the suffix
        of dual stack, ``api.aws``.
        """
        served = f"on.{self.dual_stack_suffix.removeprefix('api.')}"
        return tuple(dict.fromkeys((self.dns_suffix, self.dual_stack_suffix, served)))

    @property
    def endpoint_prefixes(self) -> tuple[str, ...]:
        """How the names of VPC endpoint services begin: ``com.amazonaws``, and the partition's own suffix reversed."""
        # China's are named in both ways: com.amazonaws.REGION.s3 and cn.com.amazonaws.REGION.ecr.api.
        return tuple(dict.fromkeys(("com.amazonaws", ".".join(reversed(self.dns_suffix.split("."))))))


def _data(name: str) -> list[Any]:
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("botocore is not installed; install stack-verify again, with what it depends on")
    text = Path(spec.submodule_search_locations[0], "data", name).read_text(encoding="utf-8")
    partitions: list[Any] = json.loads(text)["partitions"]
    return partitions


def _partition(item: dict[str, Any]) -> Partition:
    outputs = item["outputs"]
    return Partition(
        name=item["id"],
        regions=frozenset(item["regions"]),
        region_pattern=re.compile(_grouped(item["regionRegex"]), re.ASCII),
        dns_suffix=outputs["dnsSuffix"],
        dual_stack_suffix=outputs["dualStackDnsSuffix"],
        global_region=outputs["implicitGlobalRegion"],
    )


def _grouped(pattern: str) -> str:
    """The pattern without its anchors, and with groups that are not counted."""
    return pattern.removeprefix("^").removesuffix("$").replace("(", "(?:").replace("(?:?:", "(?:")


PARTITIONS: dict[str, Partition] = {each.name: each for each in map(_partition, _data("partitions.json"))}

_DEFAULT = "aws"


@cache
def partition(region: str) -> str:
    """The partition that a region belongs to; ``aws`` where no partition has such a region, as to botocore."""
    return next((each.name for each in PARTITIONS.values() if each.has(region)), _DEFAULT)


@cache
def region_of_global_events(name: str) -> str:
    """Where the events of what has no region are: IAM's, above all (CloudTrail, "About global service events").

    They are in the region that IAM's own endpoint signs for; ``implicitGlobalRegion`` is another one in China.
    """
    for item in _data("endpoints.json"):
        iam = item["services"].get("iam", {})
        endpoint = iam.get("endpoints", {}).get(iam.get("partitionEndpoint"), {})
        if item["partition"] == name and endpoint:
            return str(endpoint["credentialScope"]["region"])
    return PARTITIONS[name].global_region


def _any_of(texts: tuple[str, ...]) -> str:
    # The longest first: amazonaws.com.cn before amazonaws.com.
    return "|".join(re.escape(text) for text in sorted(texts, key=lambda text: (-len(text), text)))


# Parts of regular expressions: a region's name, and the domains that host names of AWS's end in.
REGION = f"(?:{'|'.join(each.region_pattern.pattern for each in PARTITIONS.values())})"
DOMAIN = f"(?:{_any_of(tuple({suffix for each in PARTITIONS.values() for suffix in each.suffixes}))})"
_OF_AWS = re.compile(rf"(?:.+\.)?{DOMAIN}\.?", re.ASCII | re.IGNORECASE)


def is_aws_host(host: str) -> bool:
    """Whether a host's name is one that AWS gave, in whatever partition."""
    return _OF_AWS.fullmatch(host) is not None


def endpoint_service(service_name: str, region: str) -> str | None:
    """The AWS service of a VPC endpoint, such as ``ecr.api``; None where it is not AWS's own or of another region."""
    for prefix in PARTITIONS[partition(region)].endpoint_prefixes:
        start = f"{prefix}.{region}."
        if service_name.startswith(start):
            return service_name.removeprefix(start)
    return None
