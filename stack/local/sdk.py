"""What the installed pulumi-aws SDK says about a resource type."""

import importlib
import keyword
from collections.abc import Iterator
from functools import cache
from typing import Any

import pulumi


@cache
def required_texts(type_: str) -> frozenset[str]:
    """The output properties of `type_` that always hold a string, by Pulumi's names."""
    return frozenset(name for name, annotation in _outputs(type_) if annotation == pulumi.Output[str])


def _outputs(type_: str) -> Iterator[tuple[str, Any]]:
    for each in vars(_resource_class(type_)).values():
        getter = each.fget if isinstance(each, property) else None
        if name := getattr(getter, "_pulumi_name", ""):
            yield name, getter.__annotations__["return"]


def _resource_class(type_: str) -> type:
    """The class for a token such as `aws:ec2/vpc:Vpc`; the program that sent the token has imported it."""
    _, module, name = type_.split(":")
    service = module.split("/")[0]
    if keyword.iskeyword(service):
        service += "_"  # AWS Lambda's, for one
    found: type = getattr(importlib.import_module(f"pulumi_aws.{service}"), name)
    return found
