"""Rows: from a resource's inputs to one API call, by the input shapes that botocore publishes.

Pulumi's names differ from the API's in case and in plurals, tags are a map there and a list here, a block is a list of
one. All of that follows from the shape; what does not is a rename.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jmespath
from botocore.model import ListShape, MapShape, Shape, StructureShape

from stack.local.declared import Created, Declared, Properties
from stack.local.endpoint import Clients
from stack.local.errors import UnmappedInputError


@dataclass(frozen=True)
class Row:
    """A type that one API call creates: its inputs go where the shape says, `renames` aside.

    `id` and the values of `outputs` are JMESPath expressions over the response. `ec2_type` is what TagSpecifications
    calls the resource, `ec2_arn` what its ARN calls it.
    """

    service: str
    operation: str
    id: str
    outputs: Mapping[str, str] = field(default_factory=dict)
    renames: Mapping[str, str] = field(default_factory=dict)
    ec2_type: str = ""

    def __call__(self, declared: Declared, clients: Clients) -> Created:
        """Creates the resource."""
        tags = self._tag_specifications(declared) if self.ec2_type else {}
        response = call_with_rest(declared, clients, self.service, self.operation, self.renames, **tags)
        return Created(
            id=str(jmespath.search(self.id, response)),
            outputs={name: jmespath.search(path, response) for name, path in self.outputs.items()},
        )

    def _tag_specifications(self, declared: Declared) -> dict[str, Any]:
        return tag_specifications(self.ec2_type, declared.take_tags())


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in the form most APIs take."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())]


def tag_specifications(ec2_type: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """Tags as an argument of an EC2 call that creates an `ec2_type`; no tags, no argument."""
    return {"TagSpecifications": [{"ResourceType": ec2_type, "Tags": tag_list(tags)}]} if tags else {}


def call_with_rest(
    declared: Declared,
    clients: Clients,
    service: str,
    operation: str,
    renames: Mapping[str, str] | None = None,
    **arguments: Any,  # noqa: ANN401 - as boto3's own
) -> dict[str, Any]:
    """Calls `operation` with all inputs not yet used, and with `arguments` as they are; returns the response."""
    rest = declared_arguments(declared, clients, service, operation, renames)
    response: dict[str, Any] = getattr(clients.client(service), operation)(**rest, **arguments)
    return response


def declared_arguments(
    declared: Declared,
    clients: Clients,
    service: str,
    operation: str,
    renames: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """All inputs not yet used, as arguments of `operation`."""
    model = clients.client(service).meta
    shape: StructureShape = model.service_model.operation_model(model.method_to_api_mapping[operation]).input_shape
    return _structure(declared.take_rest(), shape, renames or {}, declared.type)


@dataclass(frozen=True)
class NotHeld:
    """A type that moto has no API for: its inputs are checked against the call that AWS would get, and none is made.

    The resource does not exist afterwards; all its properties stand in the list of gaps.
    """

    service: str
    operation: str
    renames: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, declared: Declared, clients: Clients) -> Created:
        """Creates nothing; the ARN is made up from the name."""
        declared_arguments(declared, clients, self.service, self.operation, self.renames)
        return Created(declared.name, {"arn": clients.arn(self.service, f"not-held/{declared.name}")})


def as_shape(value: Any, shape: Shape, where: str, renames: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401
    """A JSON value of Pulumi's in the form the API's `shape` wants.

    Raises:
        UnmappedInputError: A name inside has no member in the shape; `where` is the path to the value.

    """
    match shape:
        case StructureShape():
            return _structure(_block(value), shape, renames or {}, where)
        case ListShape():
            return _list(value, shape, where, renames or {})
        case MapShape():
            return {key: as_shape(item, shape.value, f"{where}.{key}") for key, item in value.items()}
    return value


def _block(value: Any) -> Properties:  # noqa: ANN401
    """A structure: itself, or the only element of a list."""
    if isinstance(value, list):
        (value,) = value
    block: Properties = value
    return block


def _list(value: Any, shape: ListShape, where: str, renames: Mapping[str, str]) -> list[Any]:  # noqa: ANN401
    member = shape.member
    if isinstance(value, Mapping) and (names := _key_and_value(member)):
        return [dict(zip(names, pair, strict=True)) for pair in sorted(value.items())]
    values = value if isinstance(value, list) else [value]
    return [as_shape(each, member, f"{where}[{index}]", renames) for index, each in enumerate(values)]


def _key_and_value(member: Shape) -> tuple[str, str] | None:
    """What a tag's key and value are called, where `member` is a tag."""
    for names in (("Key", "Value"), ("key", "value"), ("TagKey", "TagValue")):
        if isinstance(member, StructureShape) and set(names) == set(member.members):
            return names
    return None


def _structure(inputs: Properties, shape: StructureShape, renames: Mapping[str, str], where: str) -> dict[str, Any]:
    members = {name.lower(): name for name in shape.members}
    arguments: dict[str, Any] = {}
    for name, value in inputs.items():
        member = members.get(renames.get(name, name).lower()) or _by_number(name.lower(), members)
        if member is None:
            raise UnmappedInputError(
                f"{where}: input {name!r} has no member in the API's {shape.name}; rename it, or send it in the "
                "creator in stack/local/resources"
            )
        arguments[member] = as_shape(value, shape.members[member], f"{where}.{name}", renames)
    return arguments


def _by_number(name: str, members: Mapping[str, str]) -> str | None:
    """The member whose name is `name` in the plural or the singular."""
    return members.get(f"{name}s") or members.get(name.removesuffix("s"))
