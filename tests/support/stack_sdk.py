"""What the installed pulumi-aws SDK declares, read from its own types: the judge of every input the program gives."""

import importlib
import keyword
import sys
import warnings
from collections.abc import Iterator, Mapping
from typing import get_args

from pulumi import _types

# The modules of the SDK that the program uses; one that does not exist, as `logs`, broke the predecessor.
MODULES = (
    *("accessanalyzer", "acm", "backup", "cfg", "cloudtrail", "cloudwatch", "ebs", "ec2", "ecr", "ecs"),
    *(
        "guardduty",
        "iam",
        "inspector2",
        "kms",
        "lambda_",
        "lb",
        "rds",
        "route53",
        "s3",
        "secretsmanager",
        "sns",
        "vpc",
        "wafv2",
    ),
)


def import_modules() -> None:
    """Import the SDK's modules, which warn of deprecated classes of their own while they are imported."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"\S+ has been deprecated in favor of", DeprecationWarning)
        for name in MODULES:
            # The SDK loads a module at the first look inside.
            hasattr(importlib.import_module(f"pulumi_aws.{name}"), "outputs")


class UnknownInputError(AssertionError):
    """The program gave an input that the SDK does not declare."""


def resource_class(token: str) -> type:
    """Return the SDK's class for a type token such as aws:ec2/vpc:Vpc."""
    _, path, name = token.split(":")
    service = path.partition("/")[0]
    return getattr(importlib.import_module(f"pulumi_aws.{service}{'_' * keyword.iskeyword(service)}"), name)


def declared_inputs(token: str) -> Mapping[str, object]:
    """Return the inputs that the SDK declares for a resource, by the names the provider receives."""
    module = sys.modules[resource_class(token).__module__]
    # The class is called …Args, or …InitArgs where a nested type has taken that name; a module has one of them.
    (declared,) = [c for n, c in vars(module).items() if n.endswith("Args") and c.__module__ == module.__name__]
    return _types.input_type_types(declared)


def refuse_unknown(token: str, inputs: Mapping[str, object]) -> None:
    """Raise UnknownInputError if an input of the resource, at any depth, is not one that the SDK declares."""
    unknown = sorted(_unknown(inputs, declared_inputs(token), ""))
    if unknown:
        raise UnknownInputError(f"{token} has no input {', '.join(unknown)}")


def _unknown(inputs: Mapping[str, object], declared: Mapping[str, object], path: str) -> Iterator[str]:
    for name, value in inputs.items():
        if name not in declared:
            yield f"{path}{name}"
            continue
        nested = _input_class(declared[name])
        if nested is not None:
            # A policy may be given as a document or as its JSON: text has no inputs to judge.
            elements = [
                element for element in (value if isinstance(value, list) else [value]) if element != str(element)
            ]
            for element in elements:
                yield from _unknown(element, _types.input_type_types(nested), f"{path}{name}.")


def _input_class(declared: object) -> type | None:
    if isinstance(declared, type) and _types.is_input_type(declared):
        return declared
    return next((found for argument in get_args(declared) if (found := _input_class(argument))), None)
