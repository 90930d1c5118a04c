"""Reads a stack's state as Terraform and OpenTofu write it: state files of version 4 and `terraform show -json`.

What is declared is what these tools manage. Data sources are read by them only, and deposed objects wait to be deleted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from stack_verify.drift import table_of
from stack_verify.drift.field import Properties, declared_properties
from stack_verify.drift.terraform import pulumi_properties, pulumi_type
from stack_verify.errors import OutputsError
from stack_verify.outputs.document import Json
from stack_verify.outputs.model import Declared

STATE_VERSION = "4"
WRITE_AGAIN = "Write it with `terraform show -json` or `terraform state pull` (OpenTofu: `tofu`)."
# The state holds what a companion made with the resource, too, as it was at the last refresh: who declares it is the
# companion, by the properties of the resource that it adds to, and the attribute that names the resource.
_COMPANIONS = {
    "aws_iam_role_policy": ("role", ("inline_policy",)),
    "aws_iam_role_policy_attachment": ("role", ("managed_policy_arns",)),
    "aws_route": ("route_table_id", ("route",)),
    "aws_vpc_security_group_ingress_rule": ("security_group_id", ("ingress",)),
    "aws_vpc_security_group_egress_rule": ("security_group_id", ("egress",)),
}


class State(NamedTuple):
    """The outputs and the managed resources of a state."""

    outputs: Mapping[str, Json]
    declared: tuple[Declared, ...]


class _Object(NamedTuple):
    address: str
    type: str
    attributes: Mapping[str, Any]
    sensitive: frozenset[str]


def is_terraform_state(document: Mapping[str, Json]) -> bool:
    """Whether Terraform or OpenTofu wrote this about a stack: a state, also an encrypted one, or a plan."""
    return (
        ({"version", "serial", "lineage"} <= document.keys() or "encrypted_data" in document)
        or ("version" in document and isinstance(document.get("modules"), list))
        or {"version", "terraform_version"} <= document.keys()
        or ("format_version" in document and bool({"values", "terraform_version"} & document.keys()))
        or document.keys() == {"format_version"}
    )


def read_terraform(document: Mapping[str, Json], path: Path) -> State:
    """What the state says of the stack.

    Raises:
        OutputsError: when it is a plan, encrypted, empty, or of a version or a form that is not known.
    """
    if "encrypted_data" in document:
        raise OutputsError(f"{path}: is an encrypted state of OpenTofu. Write it in clear with `tofu show -json`.")
    if "planned_values" in document or "resource_changes" in document:
        raise OutputsError(
            f"{path}: is a plan of Terraform, which says what would be. Apply it, then write the state with "
            "`terraform show -json`, without the name of the plan."
        )
    shown = "format_version" in document
    objects = tuple(_shown(document, path) if shown else _stored(document, path))
    values = document.get("values")
    holder = values if shown and isinstance(values, dict) else document
    if not objects:
        raise OutputsError(f"{path}: holds no managed resources. Apply first. {WRITE_AGAIN}")
    if not any(_of_aws(each.type) for each in objects):
        found = ", ".join(sorted({each.type for each in objects})[:3])
        raise OutputsError(f"{path}: holds no resources of AWS, only {found}. Name the state of the stack in AWS.")
    declaring = _companions(objects)
    return State(_outputs(holder.get("outputs")), tuple(_declared(each, declaring) for each in objects))


def _stored(document: Mapping[str, Json], path: Path) -> Iterator[_Object]:
    """The managed objects of a state file."""
    if document.get("version") != STATE_VERSION:
        raise OutputsError(
            f"{path}: is a state of Terraform of version {document.get('version')}; version {STATE_VERSION} is known, "
            f"which Terraform 0.12 and later write. Upgrade and apply. {WRITE_AGAIN}"
        )
    resources = document.get("resources")
    if not isinstance(resources, list):
        raise OutputsError(f"{path}: $.resources is missing: this is a part of a state. {WRITE_AGAIN}")
    for index, resource in enumerate(resources):
        place = f"$.resources[{index}]"
        mode, kind, name = (_text(resource, key, place, path) for key in ("mode", "type", "name"))
        instances = resource.get("instances") if isinstance(resource, dict) else None
        if not isinstance(instances, list):
            raise OutputsError(f"{path}: {place}.instances is missing: this is a part of a state. {WRITE_AGAIN}")
        module = resource.get("module") if isinstance(resource, dict) else None
        for number, instance in enumerate(instances if mode == "managed" else ()):
            if not isinstance(instance, dict) or not isinstance(attributes := instance.get("attributes"), dict):
                where = f"{place}.instances[{number}].attributes"
                raise OutputsError(f"{path}: {where} is missing: this is a part of a state. {WRITE_AGAIN}")
            if "deposed" in instance:
                continue
            address = f"{f'{module}.' if module else ''}{kind}.{name}{_index(instance)}"
            yield _Object(address, kind, attributes, _paths(instance.get("sensitive_attributes")))


def _index(instance: Mapping[str, Json]) -> str:
    key = instance.get("index_key")
    # A number is a text of its own type: JSON's own spelling tells them apart in an address.
    return "" if key is None else f"[{key if type(key) is not str else json.dumps(key)}]"


def _paths(paths: Json) -> frozenset[str]:
    """The attributes of a resource in which something is sensitive, from the paths that a state file lists."""
    first = [path[0] for path in paths or () if isinstance(path, list) and path] if isinstance(paths, list) else []
    return frozenset(str(step["value"]) for step in first if isinstance(step, dict) and "value" in step)


def _shown(document: Mapping[str, Json], path: Path) -> Iterator[_Object]:
    """The managed objects in what `terraform show -json` writes."""
    values = document.get("values")
    if values is None:
        raise OutputsError(f"{path}: is an empty state: nothing is deployed. Apply first. {WRITE_AGAIN}")
    root = values.get("root_module") if isinstance(values, dict) else None
    if not isinstance(root, dict):
        raise OutputsError(f"{path}: $.values.root_module is missing: nothing is deployed. Apply first. {WRITE_AGAIN}")
    waiting: list[tuple[str, Json]] = [("$.values.root_module", root)]
    while waiting:
        place, module = waiting.pop(0)
        if not isinstance(module, dict):
            raise OutputsError(f"{path}: {place} is not an object. {WRITE_AGAIN}")
        children, resources = module.get("child_modules") or [], module.get("resources") or []
        if not isinstance(children, list) or not isinstance(resources, list):
            raise OutputsError(f"{path}: {place} holds no lists of resources and modules. {WRITE_AGAIN}")
        waiting += [(f"{place}.child_modules[{index}]", child) for index, child in enumerate(children)]
        for index, resource in enumerate(resources):
            found = _shown_one(resource, f"{place}.resources[{index}]", path)
            if found is not None:
                yield found


def _shown_one(resource: Json, place: str, path: Path) -> _Object | None:
    mode, kind, address = (_text(resource, key, place, path) for key in ("mode", "type", "address"))
    if mode != "managed" or not isinstance(resource, dict) or "deposed_key" in resource:
        return None
    attributes, sensitive = resource.get("values"), resource.get("sensitive_values")
    if not isinstance(attributes, dict):
        raise OutputsError(f"{path}: {place}.values is missing: this is a part of a state. {WRITE_AGAIN}")
    marks = sensitive if isinstance(sensitive, dict) else {}
    return _Object(address, kind, attributes, frozenset(name for name, mark in marks.items() if _any(mark)))


def _any(mark: Json) -> bool:
    """Whether anything in it is marked as sensitive."""
    if isinstance(mark, dict):
        return any(_any(each) for each in mark.values())
    return any(_any(each) for each in mark) if isinstance(mark, list) else mark is True


def _text(resource: Json, key: str, place: str, path: Path) -> str:
    value = resource.get(key) if isinstance(resource, dict) else None
    if not isinstance(value, str) or not value:
        raise OutputsError(f"{path}: {place}.{key} is missing: this is a part of a state. {WRITE_AGAIN}")
    return value


def _of_aws(kind: str) -> bool:
    return kind.startswith(("aws_", "awscc_"))


def _outputs(outputs: Json) -> Mapping[str, Json]:
    """The outputs by name; one that is sensitive as the object that says so, and none without a value."""
    members = outputs if isinstance(outputs, dict) else {}
    return {
        name: dict(member) if member.get("sensitive") is True else member["value"]
        for name, member in members.items()
        if isinstance(member, dict) and member.get("value") not in (None, "")
    }


def _companions(objects: tuple[_Object, ...]) -> frozenset[tuple[str, str]]:
    """What is declared by companions: the id of a resource and the attribute of it, for each."""
    found = set()
    for each in objects:
        if each.type == "aws_security_group_rule":
            found.add((str(each.attributes.get("security_group_id")), str(each.attributes.get("type"))))
        key, attributes = _COMPANIONS.get(each.type, ("", ()))
        found |= {(str(each.attributes.get(key)), attribute) for attribute in attributes}
    return frozenset(found)


def _declared(found: _Object, declaring: frozenset[tuple[str, str]]) -> Declared:
    physical_id, arn, region = (found.attributes.get(name) for name in ("id", "arn", "region"))
    return Declared(
        urn=found.address,
        type=found.type,
        id=str(physical_id) if isinstance(physical_id, str) and _of_aws(found.type) else "",
        arn=arn if isinstance(arn, str) and arn.startswith("arn:") else None,
        region=region if isinstance(region, str) else None,
        properties=_properties(found, declaring, str(physical_id)),
    )


def _properties(found: _Object, declaring: frozenset[tuple[str, str]], physical_id: str) -> Properties:
    """What of the attributes is compared with the live state; nothing of a resource that no table is for."""
    table = table_of(found.type) if pulumi_type(found.type) else None
    if table is None:
        return Properties({})
    own = {name: value for name, value in found.attributes.items() if (physical_id, name) not in declaring}
    # A role without inline policies may hold one without a name: Terraform's word for "none but these".
    if isinstance(inline := own.get("inline_policy"), list):
        own["inline_policy"] = [each for each in inline if isinstance(each, dict) and each.get("name")]
    return declared_properties(table, pulumi_properties(found.type, own, found.sensitive))
