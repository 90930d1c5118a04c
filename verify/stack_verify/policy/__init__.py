"""The policy: the thresholds that controls judge by, which are on and how much they weigh, from a TOML profile."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from stack_verify.detect.identifiers import environment_name
from stack_verify.errors import PolicyError
from stack_verify.util.suggestion import did_you_mean
from stack_verify.util.toml_file import line_of, parse_toml, read_toml, what_is_wrong
from stack_verify.vocabulary import Severity

Days: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Port: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=65535)]

AccountId: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^\d{12}$")]

OF_THE_PROFILE = frozenset({"name", "environment", "proposed", "hardening", "off", "severity", "accounts"})
# The profile that judges what goes beyond the Security Rule and AWS's own checks too.
STRICT = "hipaa-strict"


class Policy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is judged by in one environment. Days are calendar days; ports are TCP ports.

    ``proposed`` names the rule that the profile stands for where it is only proposed, and None where it is in force.
    ``hardening`` tells whether controls are judged that go beyond the Security Rule and AWS's own checks.
    ``off`` are the controls that are not judged, each with the reason; ``severity`` are those that weigh more or less
    than the catalogue says. ``accounts`` are the other accounts that the stack may depend on, by their role
    (``log_archive``, ``security``, ``backup``, ``network``, ...). ``organization_id`` is the organisation's id, or
    empty; ``trusted_principals`` are ARNs of principals of other accounts that may have access. ``accept_unjudged``
    names resources or types that may go unjudged, as globs.
    """

    name: str
    environment: str
    proposed: str | None = None
    hardening: bool = False
    off: dict[str, str] = {}
    severity: dict[str, Severity] = {}
    accounts: dict[str, tuple[AccountId, ...]] = {}
    organization_id: str
    trusted_principals: tuple[str, ...]
    accept_unjudged: tuple[str, ...]
    min_backup_retention_days: Days
    min_recovery_point_retention_days: Days
    max_backup_age_hours: Annotated[int, msgspec.Meta(ge=1)]
    require_restore_test: bool
    max_restore_test_age_days: Annotated[int, msgspec.Meta(ge=1)]
    restore_test_tag: str
    max_restore_gap_minutes: Annotated[int, msgspec.Meta(ge=5)]
    min_log_retention_days: Days
    require_log_expiry: bool
    max_trail_delivery_hours: Annotated[int, msgspec.Meta(ge=1)]
    require_https: bool
    require_tls_to_targets: bool
    accept_unmodelled: tuple[str, ...]
    task_client_groups: tuple[str, ...]
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
    required_outputs: tuple[str, ...]
    required_tags: tuple[str, ...]
    current_platform_versions: tuple[str, ...]
    allowed_registries: tuple[str, ...]
    refused_vulnerabilities: tuple[Literal["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"], ...]
    allowed_accounts: tuple[str, ...]
    buckets_to_replicate: tuple[str, ...]
    min_tls_version: Annotated[str, msgspec.Meta(pattern=r"^\d\.\d$")]
    min_audit_retention_days: Days
    object_lock_modes: tuple[Literal["COMPLIANCE", "GOVERNANCE"], ...]
    max_monitoring_interval_seconds: Annotated[int, msgspec.Meta(ge=1)]
    require_secret_rotation: bool
    max_secret_age_days: Annotated[int, msgspec.Meta(ge=1)]
    max_access_key_age_days: Annotated[int, msgspec.Meta(ge=1)]
    max_unused_days: Annotated[int, msgspec.Meta(ge=1)]
    max_stopped_days: Annotated[int, msgspec.Meta(ge=1)]
    required_managed_rule_groups: tuple[str, ...]
    waf_rules_that_may_count: tuple[str, ...]
    max_waf_rate_limit: Annotated[int, msgspec.Meta(ge=10)]
    redacted_headers: tuple[str, ...]
    web_acl_default_action: Literal["Allow", "Block"]
    require_account_safeguards: bool
    min_finding_severity: Annotated[float, msgspec.Meta(ge=0, le=10)]
    min_password_length: Annotated[int, msgspec.Meta(ge=6, le=128)]
    max_password_age_days: Annotated[int, msgspec.Meta(ge=1, le=1095)]
    min_passwords_remembered: Annotated[int, msgspec.Meta(ge=0, le=24)]
    allow_ecs_exec: bool
    accepted_http_statuses: tuple[Annotated[str, msgspec.Meta(pattern=r"^[1-5]\d\d(-[1-5]\d\d)?$")], ...]
    min_hsts_seconds: Annotated[int, msgspec.Meta(ge=0)]

    def role_of_account(self, account: str) -> str | None:
        """The role that the policy gives another account, such as ``log_archive``; None where it names it nowhere."""
        roles = (role for role, accounts in self.accounts.items() if account in accounts)
        return next(roles, "allowed_accounts" if account in self.allowed_accounts else None)

    def unjudged(self, control: str, *, hardening: bool) -> str | None:
        """Why the control is not judged at all; None where it is."""
        if control in self.off:
            return f"the policy {self.name} turns it off: {self.off[control]}"
        return f"hardening: judged by the profile {STRICT}" if hardening and not self.hardening else None

    @property
    def thresholds(self) -> dict[str, object]:
        """The parameters of the controls by name, as TOML and JSON hold them."""
        every: dict[str, object] = msgspec.to_builtins(self)
        return {name: value for name, value in every.items() if name not in OF_THE_PROFILE}

    @property
    def title(self) -> str:
        """The policy's name, with what must be said wherever it is named: that its rule is not in force."""
        return self.name if self.proposed is None else f"{self.name} (proposed and not in force: {self.proposed})"


_Document: TypeAlias = dict[str, object]


class _Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    extends: str | None = None
    proposed: str | None = None
    hardening: bool = False
    defaults: _Document = {}
    off: _Document = {}
    severity: _Document = {}
    accounts: _Document = {}
    environments: dict[str, _Document] = {}

    def values(self, environment: str) -> _Document:
        """What the tables say for one environment, whose own table goes before the others."""
        common = {**self.defaults, "off": self.off, "severity": self.severity, "accounts": self.accounts}
        return _merged(common, self.environments.get(environment, {}))


class _Source(msgspec.Struct, frozen=True):
    """The text of a profile, for telling people where in it something is wrong."""

    name: str
    text: str
    own: _Profile

    def error(self, message: str, table: str = "", key: str | None = None) -> PolicyError:
        line = line_of(self.text, table, key) or (line_of(self.text, key) if key and not table else None)
        where = f", line {line}" if line else ""
        inside = f"[{table}] " if table else ""
        return PolicyError(f"{self.name}{where}: {inside}{message}")

    def table_of(self, key: str, environment: str) -> str:
        """The table that says what ``key`` is in ``environment``."""
        return f"environments.{environment}" if key in self.own.environments.get(environment, {}) else "defaults"


# The strictest: what is judged when the outputs do not say which environment they are of.
ASSUMED_ENVIRONMENT = "prod"


def load_policy(name: str, environment: str | None, known: Collection[str] | None = None) -> Policy:
    """The policy of a profile for one environment.

    Takes the name of a built-in profile (``hipaa``) or the path of a TOML file, the environment that the stack's
    outputs name (None is judged as ``prod``), and the ids of the controls that there are (None where any may be).

    Raises:
        PolicyError: when there is no such profile, or it holds a value that cannot be used.
    """
    profile, source = _load(name)
    for table, key, problem in (*_unused(source.own), *_misplaced(source.own), *_unknown(source.own, known)):
        raise source.error(problem, table, key)
    chosen = environment or ASSUMED_ENVIRONMENT
    # All of them, lest a mistake in prod's table come to light only when prod is verified.
    policies = {each: _policy(profile, each, source) for each in (ASSUMED_ENVIRONMENT, *profile.environments, chosen)}
    return policies[chosen]


def built_in() -> tuple[str, ...]:
    """The names of the profiles that come with the verifier."""
    found = (item.name for item in files("stack_verify.policy").joinpath("profiles").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def _load(name: str) -> tuple[_Profile, _Source]:
    """A profile with what it takes from those that it extends, and its own text."""
    document, source = _read(name)
    extended = source.own.extends
    if extended is None:
        return source.own, source
    if extended not in built_in():
        raise source.error(f"extends {extended!r}, which is none of: {', '.join(built_in())}.", key="extends")
    if extended == name:
        raise source.error("extends itself.", key="extends")
    base: _Document = msgspec.to_builtins(_load(extended)[0])
    return msgspec.convert(_merged(base, document), _Profile), source


def _read(name: str) -> tuple[_Document, _Source]:
    if name in built_in():
        source = f"policy {name}"
        text = files("stack_verify.policy").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")
        document = parse_toml(text, source, PolicyError)
    elif not name or not os.path.exists(name):  # noqa: PTH110 - Path.exists raises for a name that is too long
        meant = did_you_mean(name, built_in())
        raise PolicyError(f"no policy {name!r}: it is neither a file nor one of: {', '.join(built_in())}.{meant}")
    else:
        source = name
        text, document = read_toml(Path(name), PolicyError)
    return document, _Source(source, text, _profile(document, source, text))


def _merged(base: _Document, over: _Document) -> _Document:
    """Both documents, table by table and key by key; where both have a key, ``over`` holds."""
    both = {
        key: _merged(base[key], value)  # type: ignore[arg-type] # tables, as the condition says
        for key, value in over.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    return {**base, **over, **both}


def _profile(document: _Document, source: str, text: str) -> _Profile:
    try:
        return msgspec.convert(document, _Profile)
    except msgspec.ValidationError as error:
        problem, path, field = what_is_wrong(str(error))
        key = path[0] if path else field
        subject = f"{path[0]}: " if path else ""
        empty = _Source(source, text, _Profile(source))
        raise empty.error(
            f"{subject}{problem}. A policy has a name, may say which profile it extends and whether hardening is "
            "judged, and has tables [defaults], [off], [severity], [accounts], and [environments.NAME].",
            key=key,
        ) from error


def _policy(profile: _Profile, environment: str, source: _Source) -> Policy:
    values = profile.values(environment)
    facts = {
        "name": profile.name,
        "environment": environment,
        "proposed": profile.proposed,
        "hardening": profile.hardening,
    }
    try:
        return msgspec.convert(values | facts, Policy)
    except msgspec.ValidationError as error:
        problem, path, field = what_is_wrong(str(error))
        key = path[0] if path else field or ""
        subject = f"{key}: " if path else ""
        raise source.error(
            f"{subject}{problem}. See docs/policy.md for the parameters; "
            'with extends = "hipaa" those that are not given are taken from there.',
            source.table_of(key, environment),
            key,
        ) from error


def _unused(profile: _Profile) -> Iterator[tuple[str, None, str]]:
    """The tables of environments under names that no outputs are judged by."""
    for name in profile.environments:
        if name != (usual := environment_name(name)):
            yield f"environments.{name}", None, f"is never used. Name it {usual}."


def _misplaced(profile: _Profile) -> Iterator[tuple[str, str, str]]:
    """What is wrong in the tables besides thresholds: the table, the key, and the problem."""
    yield from (
        ("defaults", key, f"{key} is no threshold.") for key in sorted(OF_THE_PROFILE & profile.defaults.keys())
    )
    for table, values in _environments(profile).items():
        for key in sorted(OF_THE_PROFILE & values.keys()):
            if key not in ("off", "severity", "accounts"):
                yield table, key, f"{key} is no threshold."
            elif not isinstance(values[key], dict):
                yield table, key, f"{key} is a table: [{table}.{key}], with a line for each control."
    for table, control, reason in _of_controls(profile, "off"):
        if not isinstance(reason, str) or not reason.strip():
            yield table, control, f"{control}: say in a text why the control is off."
    levels = tuple(Severity)
    for table, control, level in _of_controls(profile, "severity"):
        if level not in levels:
            yield table, control, f"{control}: {level!r} is no severity; write one of: {', '.join(levels)}."


def _unknown(profile: _Profile, known: Collection[str] | None) -> Iterator[tuple[str, str, str]]:
    """The controls that the tables speak of and that there are none of."""
    for kind in ("off", "severity"):
        for table, control, _ in _of_controls(profile, kind):
            if known is not None and control not in known:
                alike = get_close_matches(control, known, n=1)
                hint = f"; did you mean {alike[0]}?" if alike else ". `stack-verify controls` lists them."
                yield table, control, f"there is no control {control}{hint}"


def _of_controls(profile: _Profile, kind: str) -> Iterator[tuple[str, str, object]]:
    """The entries of every table of this kind (off or severity): the table, the control, and the value."""
    common = profile.off if kind == "off" else profile.severity
    tables = {kind: common, **{f"{name}.{kind}": table.get(kind) for name, table in _environments(profile).items()}}
    for table, entries in tables.items():
        if isinstance(entries, dict):
            yield from ((table, control, value) for control, value in entries.items())


def _environments(profile: _Profile) -> dict[str, _Document]:
    return {f"environments.{name}": table for name, table in profile.environments.items()}
