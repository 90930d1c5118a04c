"""The policy: the thresholds that controls judge by, per environment, from a TOML profile."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import msgspec

from verify.errors import PolicyError


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The thresholds in force for one environment. Days are calendar days; ports are TCP ports."""

    name: str
    environment: str
    min_backup_retention_days: int
    min_log_retention_days: int
    require_https: bool
    require_multi_az: bool
    require_deletion_protection: bool
    min_availability_zones: int
    public_ports: tuple[int, ...]
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
    allowed_regions: tuple[str, ...]


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
    source, text = _read(name)
    try:
        profile = msgspec.toml.decode(text, type=_Profile)
        environment = environment or ASSUMED_ENVIRONMENT
        values = profile.defaults | profile.environments.get(environment, {})
        return msgspec.convert({**values, "name": profile.name, "environment": environment}, Policy)
    except msgspec.DecodeError as error:
        raise PolicyError(f"{source}: {error}. See docs/policy.md for the parameters.") from error


def built_in() -> tuple[str, ...]:
    """The names of the profiles that come with the verifier."""
    found = (item.name for item in files("verify").joinpath("policies").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _read(name: str) -> tuple[str, bytes]:
    if name in built_in():
        return f"policy {name}", files("verify").joinpath("policies", f"{name}.toml").read_bytes()
    try:
        return name, Path(name).read_bytes()
    except OSError as error:
        known = ", ".join(built_in())
        raise PolicyError(f"no policy {name!r}: it is neither a file nor one of: {known}.") from error
