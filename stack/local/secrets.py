"""Pulumi's mark around a secret value, as it crosses the monitor and stands in a state file."""

from typing import Any, Final

import pulumi

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - Pulumi's public marker
SHOWN: Final = "[secret]"
"""What `pulumi stack output --json` prints for a secret."""

# Pulumi writes base64 of an encrypted value here. Nothing local ever decrypts it, so no value is kept at all.
_WITHHELD: Final = "v1:withheld"


def is_secret(value: Any) -> bool:  # noqa: ANN401 - a JSON value
    """Whether `value` is a marked secret."""
    return isinstance(value, dict) and value.get(SIGNATURE_KEY) == SECRET_SIGNATURE


def revealed(value: Any) -> Any:  # noqa: ANN401
    """The value without marks at any depth, as an API call needs it."""
    if is_secret(value):
        return revealed(value["value"])
    if isinstance(value, dict):
        return {name: revealed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [revealed(item) for item in value]
    return value


def concealed(value: Any) -> Any:  # noqa: ANN401
    """The value as a state file holds it: in place of each secret its mark and no value."""
    if is_secret(value):
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": _WITHHELD}
    if isinstance(value, dict):
        return {name: concealed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [concealed(item) for item in value]
    return value


def as_output(value: Any) -> Any:  # noqa: ANN401
    """The value as a resource's output: a secret stays one."""
    return pulumi.Output.secret(revealed(value)) if is_secret(value) else value
