"""What the models of AWS's APIs say of values and botocore does not check: patterns, choices, lengths, largest numbers.

AWS refuses such a value; moto takes most of them.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, Shape

_HELD: ContextVar[bool] = ContextVar("_held", default=False)


@contextmanager
def held_to_models() -> Iterator[None]:
    """Inside the block what AWS's models do not allow is refused: in what a program declares."""
    token = _HELD.set(True)
    try:
        yield
    finally:
        _HELD.reset(token)


def refuse_what_aws_would(params: Mapping[str, Any], model: OperationModel, **_: object) -> None:
    """A handler of botocore's event `before-parameter-build`.

    Raises:
        ParamValidationError: AWS's own model of the operation allows no such value.

    """
    if _HELD.get() and model.input_shape is not None and (found := list(_against(model.input_shape, params, ""))):
        raise ParamValidationError(report="\n".join(found))


def _against(shape: Shape, value: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any parameter
    match value:
        case Mapping() if shape.type_name == "structure":
            for name in value.keys() & shape.members.keys():
                yield from _against(shape.members[name], value[name], f"{path}.{name}".lstrip("."))
        case Mapping() if shape.type_name == "map":
            for name, item in value.items():
                yield from _against(shape.key, name, f"{path} (key: {name})")
                yield from _against(shape.value, item, f"{path}.{name}")
        case list() | tuple() if shape.type_name == "list":
            for number, item in enumerate(value):
                yield from _against(shape.member, item, f"{path}[{number}]")
        case str() if shape.type_name == "string":
            yield from _text(shape, value, path)
        case int() | float() if (most := shape.metadata.get("max")) is not None and value > most:
            yield f"{path}: {value} is more than {most}"


def _text(shape: Shape, value: str, path: str) -> Iterator[str]:
    limits = shape.metadata
    if (choices := limits.get("enum")) and value not in choices:
        yield f"{path}: {value!r} is none of {', '.join(choices)}"
    if (most := limits.get("max")) is not None and len(value) > most:
        yield f"{path}: {len(value)} characters are more than {most}"
    pattern = _compiled(limits.get("pattern", ""))
    if pattern is not None and pattern.fullmatch(value) is None:
        yield f"{path}: {value!r} does not match {limits['pattern']}"


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern; None where there is none, or where it is not one of Python's (AWS writes them for Java)."""
    try:
        return re.compile(pattern) if pattern else None
    except re.error:
        return None
