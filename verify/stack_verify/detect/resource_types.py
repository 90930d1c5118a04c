"""What each type of resource can do to data, whichever tool names it, from a table made of the tools' own schemas.

The table is `resource_types.tsv`, which `docs/classify_types.py` writes. A type that it does not hold is unclassified.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class TypeClass(StrEnum):
    """What resources of a type can do: the first four make a run fail while they are not judged."""

    DATA = "data"
    ACCESS = "access"
    EXPOSURE = "exposure"
    UNCLASSIFIED = "unclassified"
    OTHER = "other"
    PART = "part"


# What can hold or carry data, grant access, or let somebody in; and what nobody has looked at yet.
AT_RISK = frozenset({TypeClass.DATA, TypeClass.ACCESS, TypeClass.EXPOSURE, TypeClass.UNCLASSIFIED})

# Providers beside AWS's whose resources hold nothing in AWS: Pulumi's names, and the first word of Terraform's types.
# A custom resource of CloudFormation's is a call of a function, which is itself a resource; its id may be anything.
_OTHER_PROVIDERS = frozenset(
    [
        "Custom",
        "archive",
        "cloudflare",
        "cloudinit",
        "command",
        "datadog",
        "docker",
        "docker-build",
        "external",
        "fastly",
        "github",
        "gitlab",
        "helm",
        "http",
        "kubernetes",
        "local",
        "mysql",
        "newrelic",
        "null",
        "opsgenie",
        "pagerduty",
        "postgresql",
        "pulumi",
        "pulumiservice",
        "random",
        "sentry",
        "std",
        "terraform",
        "time",
        "tls",
    ]
)


class Classified(NamedTuple):
    """The class of a type; ``part_of`` is the kind whose part it is, for a part."""

    name: TypeClass
    part_of: str | None = None


@cache
def table() -> Mapping[str, Classified]:
    """Every type that is classified: ``AWS::S3::Bucket``, ``aws:s3/bucket``, ``aws_s3_bucket``."""
    text = files("stack_verify.detect").joinpath("resource_types.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {name: Classified(TypeClass(kind), whole or None) for name, kind, whole in rows}


@cache
def cloudformation_types() -> Mapping[tuple[str, str], str]:
    """CloudFormation's types by service and noun in small letters."""
    parts = (name.split("::") for name in table() if name.startswith("AWS::"))
    return {(service.lower(), noun.lower()): f"AWS::{service}::{noun}" for _, service, noun in parts}


def classify(name: str) -> Classified:
    """The class of a type as CloudFormation, Pulumi (also ``aws-native:``) or Terraform names it."""
    if name.startswith("aws-native:"):
        name = cloudformation_types().get(_native(name), name)
    known = table().get(name) or table().get(name.rpartition(":")[0])
    if known is not None:
        return known
    provider = name.partition(":")[0] if ":" in name else name.partition("_")[0]
    return Classified(TypeClass.OTHER if provider in _OTHER_PROVIDERS else TypeClass.UNCLASSIFIED)


def _native(name: str) -> tuple[str, str]:
    _, service, noun = (*name.lower().split(":"), "", "")[:3]
    return service, noun


def is_of_aws(name: str) -> bool:
    """Whether a type is of AWS's, as one of the tools names it."""
    return name.startswith(("AWS::", "aws:", "aws-native:", "aws_"))
