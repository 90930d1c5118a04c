"""Reads a stack's state as `pulumi stack export` and Pulumi's file backend write it, versions 3 and 4.

Only what is needed is looked at: real exports vary, and Pulumi's own schema is stricter than Pulumi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from stack_verify.drift import table_of
from stack_verify.drift.field import Properties, declared_properties
from stack_verify.errors import OutputsError
from stack_verify.outputs.document import Json
from stack_verify.outputs.model import Declared
from stack_verify.outputs.values import refuse_unknown

ROOT_TYPE = "pulumi:pulumi:Stack"
VERSIONS = ("3", "4")
EXPORT_AGAIN = "Write it again with `pulumi stack export`."


class Export(NamedTuple):
    """A stack's name and project, the outputs of its root resource, and its other custom resources."""

    name: str
    project: str
    outputs: Mapping[str, Json]
    declared: tuple[Declared, ...]


def is_export(document: Mapping[str, Json]) -> bool:
    """Whether this is a stack's state and not its outputs."""
    inner = [document[key] for key in ("deployment", "checkpoint") if key in document]
    return "version" in document and bool(inner) and not isinstance(inner[0], str)


def read_export(document: Mapping[str, Json], path: Path) -> Export:
    """What the state says of the stack.

    Raises:
        OutputsError: when it is of a version that is not known, holds no resources, or one without its URN.
    """
    place, deployment = _deployment(document, path)
    resources = deployment.get("resources")
    if not isinstance(resources, list) or not resources:
        raise OutputsError(f"{path}: {place} holds no resources. Deploy the stack first, then export it.")
    found = [_resource(item, f"{place}.resources[{index}]", path) for index, item in enumerate(resources)]
    name, project = _name(found[0], path)
    root = next((item for item in found if item["type"] == ROOT_TYPE), {})
    outputs = root.get("outputs")
    return Export(name, project, outputs if isinstance(outputs, dict) else {}, tuple(_declared(found, path)))


def _deployment(document: Mapping[str, Json], path: Path) -> tuple[str, Mapping[str, Json]]:
    version = document["version"]
    if version not in VERSIONS:
        known = " and ".join(VERSIONS)
        raise OutputsError(
            f"{path}: $.version is none that is known ({known}) for an export of a stack. "
            "Upgrade Pulumi, then write it again with `pulumi stack export`."
        )
    place, deployment = "$.deployment", document.get("deployment")
    if "checkpoint" in document:
        place, checkpoint = "$.checkpoint.latest", document["checkpoint"]
        deployment = checkpoint.get("latest") if isinstance(checkpoint, dict) else None
    if not isinstance(deployment, dict):
        raise OutputsError(f"{path}: {place} is missing: the stack was never deployed. Deploy it, then export it.")
    return place, deployment


def _resource(item: Json, place: str, path: Path) -> Mapping[str, Json]:
    if not isinstance(item, dict):
        raise OutputsError(f"{path}: {place} is not an object. {EXPORT_AGAIN}")
    for key in ("urn", "type"):
        if not isinstance(item.get(key), str):
            raise OutputsError(f"{path}: {place}.{key} is missing or no text. {EXPORT_AGAIN}")
    return item


def _name(resource: Mapping[str, Json], path: Path) -> tuple[str, str]:
    """Stack and project, from ``urn:pulumi:STACK::PROJECT::TYPE::NAME``."""
    prefix, _, rest = str(resource["urn"]).partition("::")
    project, _, rest = rest.partition("::")
    stack = prefix.removeprefix("urn:pulumi:")
    if not (stack and project and rest) or stack == prefix:
        raise OutputsError(f"{path}: the URN of the first resource does not begin urn:pulumi:STACK::. {EXPORT_AGAIN}")
    return stack, project


def _declared(resources: list[Mapping[str, Json]], path: Path) -> Iterator[Declared]:
    for item in resources:
        kind = str(item["type"])
        ours = item.get("custom") is True and item.get("external") is not True and item.get("delete") is not True
        # Providers and references to other stacks are Pulumi's own, not AWS's.
        if ours and not kind.startswith("pulumi:"):
            yield _one(item, kind, path)


def _one(item: Mapping[str, Json], kind: str, path: Path) -> Declared:
    outputs, physical_id = item.get("outputs"), item.get("id")
    arn, region = (outputs.get("arn"), outputs.get("region")) if isinstance(outputs, dict) else (None, None)
    declared = Declared(
        urn=str(item["urn"]),
        type=kind,
        id=physical_id if isinstance(physical_id, str) and kind.startswith("aws") else "",
        arn=arn if isinstance(arn, str) and arn.startswith("arn:") else None,
        region=region if isinstance(region, str) else None,
        properties=_properties(kind, item.get("inputs")),
    )
    refuse_unknown(f"{declared.id} {declared.arn}", f"resource {declared.urn}", path)
    return declared


def _properties(kind: str, inputs: Json) -> Properties:
    """What of the program's own inputs is compared with the live state; nothing of a resource that no table is for."""
    table = table_of(kind)
    return Properties({}) if table is None or not isinstance(inputs, dict) else declared_properties(table, inputs)
