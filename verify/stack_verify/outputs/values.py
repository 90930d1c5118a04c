"""Turns outputs of any nesting into single values, each with its path; what is secret is dropped here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from stack_verify.detect.placeholders import placeholder_in, unknown_in
from stack_verify.detect.secrets import named_secret, reference, secret_text
from stack_verify.drift.field import SIGNATURE
from stack_verify.errors import OutputsError
from stack_verify.outputs.document import Json
from stack_verify.outputs.model import Output

# What the mark says of a resource (sdk/go/common/resource/sig).
RESOURCE_SIGNATURE = "5cf8f73096256a8f31e491e813e4eb8e"
CONCEALED = "[secret]"

_ID = re.compile(r"arn:[^\s,]+|[a-z]+-(?:[0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)


def values(outputs: Mapping[str, Json], path: Path) -> Iterator[Output]:
    """The single values of the outputs, in order.

    A secret is kept as a name without a value: what the tool marks as one (Pulumi's secrets and ``[secret]``,
    Terraform's ``sensitive``), and also a clear value that is one by its name (``dbPassword``) or by its content (a
    private key, a URL with a password). An ARN or an id is kept whatever its name.

    Raises:
        OutputsError: for an output without a value, an unknown value, or a placeholder.
    """
    for name, value in outputs.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            raise OutputsError(
                f"{path}: output {name} has no value. Deploy again; export it only where the stack has one."
            )
        for output in _leaves(name, value, secret=named_secret(name)):
            _refuse_placeholder(output, path)
            yield output


def refuse_unknown(text: str, where: str, path: Path) -> None:
    """Refuses a value that Pulumi did not know when it wrote the file.

    Raises:
        OutputsError: when ``text`` holds Pulumi's mark for it.
    """
    if mark := unknown_in(text):
        raise OutputsError(
            f"{path}: {where} is unknown: it holds {mark}, Pulumi's mark for a value it does not know yet. "
            "Finish the deployment with `pulumi up` and write the outputs again; a preview has none."
        )


def _leaves(name: str, value: Json, *, secret: bool) -> Iterator[Output]:
    if isinstance(value, dict):
        yield from _members(name, value, secret=secret)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(f"{name}[{index}]", item, secret=secret)
    elif isinstance(value, str):
        yield from _texts(name, value, secret=secret)
    elif value is not None:
        yield Output(name=name, value="true" if value else "false")


def _members(name: str, value: Mapping[str, Json], *, secret: bool) -> Iterator[Output]:
    signature = value.get(SIGNATURE)
    if signature == RESOURCE_SIGNATURE:
        yield from _leaves(f"{name}.id", value.get("id"), secret=False)
    elif signature is not None or value.get("sensitive") is True:
        yield Output(name=name, value=None)
    else:
        for key, member in value.items():
            yield from _leaves(f"{name}.{key}", member, secret=secret or named_secret(key))


def _texts(name: str, text: str, *, secret: bool) -> Iterator[Output]:
    """The text, or the ids in it: flat files can only hold a list of ids as one text."""
    ids = _listed(text)
    if ids:
        for index, item in enumerate(ids):
            yield Output(name=f"{name}[{index}]", value=item)
    elif text == CONCEALED or secret_text(text) or (secret and not reference(text)):
        yield Output(name=name, value=None)
    else:
        yield Output(name=name, value=str(text))


def _listed(text: str) -> list[str]:
    """The ids in a text such as ``subnet-1,subnet-2`` or ``["subnet-1", "subnet-2"]``; none in any other text."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            return []
    else:
        items = [item.strip() for item in text.split(",")] if "," in text else []
    if not all(isinstance(item, str) and _ID.fullmatch(item) for item in items):
        return []
    return list(items)


def _refuse_placeholder(output: Output, path: Path) -> None:
    if output.value is None:
        return
    refuse_unknown(output.value, f"output {output.name}", path)
    if found := placeholder_in(output.value):
        raise OutputsError(
            f"{path}: output {output.name} holds the placeholder {found!r}. Set the real value in the stack's "
            "configuration, deploy, and write the outputs again."
        )
