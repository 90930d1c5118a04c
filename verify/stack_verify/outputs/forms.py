"""Tells by its content which tool wrote a file of outputs; a file's name says nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from stack_verify.detect.secrets import named_secret
from stack_verify.drift.field import SIGNATURE
from stack_verify.errors import OutputsError
from stack_verify.outputs.document import ACCEPTED, Json
from stack_verify.outputs.export import is_export, read_export
from stack_verify.outputs.model import Declared, Output
from stack_verify.outputs.terraform import is_terraform_state, read_terraform
from stack_verify.outputs.values import values

# Names of stacks and of outputs in CloudFormation (CreateStack, "StackName"; template reference, "Outputs").
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*", re.ASCII)
_OUTPUT_NAME = re.compile(r"[A-Za-z0-9]+", re.ASCII)
# Where an object holds one of these it is a resource that was exported whole, or marked by Pulumi, and no stack.
_OF_A_RESOURCE = frozenset({"arn", "id", "urn", SIGNATURE})

# Other files that people have at hand, by the members that give them away.
_OTHER_FILES = (
    ({"manifest", "resources"}, "the inside of a stack export", "Write the whole with `pulumi stack export`."),
    ({"steps", "changeSummary"}, "a preview", "Deploy with `pulumi up`, then write `pulumi stack output --json`."),
    ({"format", "taken_at"}, "a snapshot of stack-verify", "Name it with --snapshot."),
    ({"schema", "findings"}, "a report of stack-verify", "Name the outputs that it was made from."),
    ({"Stacks"}, "an answer of CloudFormation", "Write an object of the OutputKeys and OutputValues."),
    ({"Resources"}, "a CloudFormation template", "Deploy it, then write its outputs."),
)


class Reading(NamedTuple):
    """What was read of one file. ``declared`` is empty where the file holds no state.

    ``cloudformation`` are the stacks that a file of CDK's outputs names.
    """

    outputs: tuple[Output, ...]
    declared: tuple[Declared, ...] = ()
    name: str | None = None
    project: str | None = None
    cloudformation: tuple[str, ...] = ()


def read_form(document: Mapping[str, Json], path: Path) -> Reading:
    """The outputs in a document of any accepted form.

    Raises:
        OutputsError: when it is of none, holds no outputs, or an output that cannot be used.
    """
    if is_export(document) or is_terraform_state(document):
        return read_state(document, path)
    _refuse_others(document, path)
    reading = _read(document, path)
    if not reading.outputs:
        raise OutputsError(f"{path}: holds no outputs. Export what is to be verified from the stack. {ACCEPTED}")
    return reading


def read_state(document: Mapping[str, Json], path: Path) -> Reading:
    """The outputs and the declared resources in a stack's state: an export of Pulumi's, or a state of Terraform's.

    Raises:
        OutputsError: when it is neither, or holds neither outputs nor resources.
    """
    if is_terraform_state(document):
        state = read_terraform(document, path)
        return Reading(tuple(values(state.outputs, path)), state.declared)
    if not is_export(document):
        raise OutputsError(
            f"{path}: is not the state of a stack. Give what `pulumi stack export` or `terraform show -json` writes as "
            "--stack-state."
        )
    export = read_export(document, path)
    outputs = tuple(values(export.outputs, path))
    if not outputs and not export.declared:
        raise OutputsError(f"{path}: holds no outputs and no resources of AWS. Deploy the stack, then export it.")
    return Reading(outputs, export.declared, export.name, export.project)


def _read(document: Mapping[str, Json], path: Path) -> Reading:
    if _is_terraform(document):
        return Reading(tuple(values(_terraform(document), path)))
    if _is_stacks(document) and len(document) == 1:
        ((name, outputs),) = document.items()
        assert isinstance(outputs, dict)  # noqa: S101 - as _is_stacks has seen
        return Reading(tuple(values(outputs, path)), name=name, cloudformation=(name,))
    if _is_stacks(document):
        found = tuple(output for outputs in _stacks(document) for output in values(outputs, path))
        return Reading(found, cloudformation=tuple(document))
    return Reading(tuple(values(document, path)))


def _refuse_others(document: Mapping[str, Json], path: Path) -> None:
    for members, what, advice in _OTHER_FILES:
        if members <= document.keys():
            raise OutputsError(f"{path}: is {what}, not a stack's outputs. {advice}")


def _is_terraform(document: Mapping[str, Json]) -> bool:
    """Whether every member has a value and says whether it is sensitive, as `terraform output -json` writes."""
    return bool(document) and all(
        isinstance(member, dict) and "value" in member and isinstance(member.get("sensitive"), bool)
        for member in document.values()
    )


def _terraform(document: Mapping[str, Json]) -> dict[str, Json]:
    """The values by name. A null is how Terraform says that a module has no such thing, so it is left out."""
    members = {name: member for name, member in document.items() if isinstance(member, dict)}
    return {
        name: dict(member) if member["sensitive"] else member["value"]
        for name, member in members.items()
        if member["value"] not in (None, "")
    }


def _is_stacks(document: Mapping[str, Json]) -> bool:
    """Whether every member is a stack's outputs, as `cdk deploy --outputs-file` writes: one level, texts only."""
    return bool(document) and all(
        isinstance(member, dict) and _STACK_NAME.fullmatch(name) and _is_stack(member) and not named_secret(name)
        for name, member in document.items()
    )


def _is_stack(member: Mapping[str, Json]) -> bool:
    if not member or not _OF_A_RESOURCE.isdisjoint(member):
        return False
    return all(type(value) is str and _OUTPUT_NAME.fullmatch(key) for key, value in member.items())


def _stacks(document: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Each stack's outputs as ``Stack.Key``, so that two stacks may have outputs of the same name."""
    return [
        {f"{stack}.{key}": value for key, value in outputs.items()}
        for stack, outputs in document.items()
        if isinstance(outputs, dict)
    ]
