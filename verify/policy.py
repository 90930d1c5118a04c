"""The policy: the thresholds that controls judge by, per environment, from a TOML profile."""

from __future__ import annotations

import os
from importlib.resources import files
from pathlib import Path
from typing import Annotated, TypeAlias

import msgspec

from verify.errors import PolicyError
from verify.toml_file import line_of, parse_toml, read_toml, what_is_wrong
from verify.words import environment_name

Days: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Port: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The thresholds in force for one environment. Days are calendar days; ports are TCP ports."""

    name: str
    environment: str
    min_backup_retention_days: Days
    min_log_retention_days: Days
    require_https: bool
    require_multi_az: bool
    require_deletion_protection: bool
    min_availability_zones: Annotated[int, msgspec.Meta(ge=1)]
    public_ports: tuple[Port, ...]
    public_egress_ports: tuple[int, ...]
    high_risk_ports: tuple[int, ...]
    required_vpc_endpoints: tuple[str, ...]
    database_client_groups: tuple[str, ...]
    min_certificate_days: int
    key_administrators: tuple[str, ...]
    accepted_tls_policies: tuple[str, ...]
    required_tags: tuple[str, ...]
    current_platform_versions: tuple[str, ...]
    allowed_registries: tuple[str, ...]


class _Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    defaults: dict[str, object]
    environments: dict[str, dict[str, object]] = {}


# The strictest: what is judged when the outputs do not say which environment they are of.
ASSUMED_ENVIRONMENT = "prod"


def load_policy(name: str, environment: str | None) -> Policy:
    """The policy of a profile for one environment.

    Takes the name of a built-in profile (``hipaa``) or the path of a TOML file, and the environment that the stack's
    outputs name (None is judged as ``prod``).

    Raises:
        PolicyError: when there is no such profile, or it holds a value that cannot be used.
    """
    source, text, document = _read(name)
    profile = _profile(document, source, text)
    for each in profile.environments:
        if each != (usual := environment_name(each)):
            where = _line(line_of(text, f"environments.{each}"))
            raise PolicyError(f"{source}{where}: [environments.{each}] is never used. Name it {usual}.")
    chosen = environment or ASSUMED_ENVIRONMENT
    # All of them, lest a mistake in prod's table come to light only when prod is verified.
    policies = {
        each: _policy(profile, each, source, text) for each in (ASSUMED_ENVIRONMENT, *profile.environments, chosen)
    }
    return policies[chosen]


def built_in() -> tuple[str, ...]:
    """The names of the profiles that come with the verifier."""
    found = (item.name for item in files("verify").joinpath("policies").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _read(name: str) -> tuple[str, str, dict[str, object]]:
    if name in built_in():
        source = f"policy {name}"
        text = files("verify").joinpath("policies", f"{name}.toml").read_text(encoding="utf-8")
        return source, text, parse_toml(text, source, PolicyError)
    if not name or not os.path.exists(name):  # noqa: PTH110 - Path.exists raises for a name that is too long
        raise PolicyError(f"no policy {name!r}: it is neither a file nor one of: {', '.join(built_in())}.")
    return name, *read_toml(Path(name), PolicyError)


def _profile(document: dict[str, object], source: str, text: str) -> _Profile:
    try:
        return msgspec.convert(document, _Profile)
    except msgspec.ValidationError as error:
        problem, path, field = what_is_wrong(str(error))
        key = path[0] if path else field
        line = line_of(text, "", key) or (line_of(text, key) if key else None)
        subject = f"{path[0]}: " if path else ""
        raise PolicyError(
            f"{source}{_line(line)}: {subject}{problem}. "
            "A policy has a name, a table [defaults], and tables [environments.NAME]."
        ) from error


def _policy(profile: _Profile, environment: str, source: str, text: str) -> Policy:
    own = profile.environments.get(environment, {})
    values = profile.defaults | own
    for reserved in sorted({"name", "environment"} & values.keys()):
        raise PolicyError(f"{source}: {reserved} is no threshold. Remove it from the tables.")
    try:
        return msgspec.convert({**values, "name": profile.name, "environment": environment}, Policy)
    except msgspec.ValidationError as error:
        problem, path, field = what_is_wrong(str(error))
        key = path[0] if path else field
        table = f"environments.{environment}" if key in own else "defaults"
        subject = f"{key}: " if path else ""
        raise PolicyError(
            f"{source}{_line(line_of(text, table, key))}: [{table}] {subject}{problem}. "
            "See docs/policy.md for the parameters."
        ) from error


def _line(number: int | None) -> str:
    return f", line {number}" if number else ""
