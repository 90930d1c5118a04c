"""A stack's settings, from Pulumi.yaml and Pulumi.<stack>.yaml, as the program reads them through pulumi.Config."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from stack.local.errors import ConfigurationError

PROGRAM_DIRECTORY: Final = Path(__file__).resolve().parents[1]
STACKS: Final = ("dev", "prod")


def project_name() -> str:
    """The project's name, the namespace of its settings."""
    return str(_read(PROGRAM_DIRECTORY / "Pulumi.yaml")["name"])


def stack_config(stack: str, overrides: Mapping[str, str]) -> dict[str, str]:
    """The settings of `stack` by full key (`project:key`), with `overrides` over them.

    A key of `overrides` without a namespace is one of the project's own.

    Raises:
        ConfigurationError: The stack has no settings file, or holds a value that only its passphrase opens.

    """
    if stack not in STACKS:
        raise ConfigurationError(f"there is no stack {stack!r}; the stacks are {', '.join(STACKS)}")
    written = _read(PROGRAM_DIRECTORY / f"Pulumi.{stack}.yaml").get("config", {})
    chosen = {_full(key): value for settings in (written, overrides) for key, value in settings.items()}
    return {key: _text(key, value) for key, value in chosen.items()}


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path.name} cannot be read: {error.strerror}") from error
    return dict(content or {})


def _full(key: str) -> str:
    return key if ":" in key else f"{project_name()}:{key}"


def _text(key: str, value: Any) -> str:  # noqa: ANN401 - a YAML value
    """The value as Pulumi hands it to a program: a string, objects as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and "secure" in value:
        raise ConfigurationError(f"setting {key} is encrypted, which a local run cannot open: pass --config {key}=...")
    return json.dumps(value)
