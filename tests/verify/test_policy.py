"""The thresholds come from a profile; a mistake in it is told with its place and never judged by."""

from __future__ import annotations

from importlib.resources import files

import pytest

from verify.errors import PolicyError
from verify.policy import built_in, load_policy

HIPAA = files("verify").joinpath("policies/hipaa.toml").read_text(encoding="utf-8")


def line(text: str, sought: str) -> int:
    return next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith(sought))


def test_the_hipaa_profile_comes_with_the_verifier():
    assert "hipaa" in built_in()


@pytest.mark.parametrize(("environment", "https"), [("prod", True), ("dev", False), ("staging", True), (None, True)])
def test_an_environment_is_judged_by_its_own_table_and_else_by_the_defaults(environment, https):
    policy = load_policy("hipaa", environment)
    assert (policy.require_https, policy.environment) == (https, environment or "prod")


@pytest.mark.parametrize("environment", ["prod", "dev", None])
def test_every_environment_keeps_backups_for_thirty_days(environment):
    assert load_policy("hipaa", environment).min_backup_retention_days == 30


def test_a_profile_of_ones_own_is_a_file(tmp_path):
    path = tmp_path / "strict.toml"
    path.write_text(HIPAA.replace('"hipaa"', '"strict"').replace("retention_days = 30", "retention_days = 35"))
    policy = load_policy(str(path), "dev")
    assert (policy.name, policy.min_backup_retention_days) == ("strict", 35)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("require_https = true", 'require_https = "yes"', r"\[defaults\] require_https: Expected `bool`, got `str`"),
        (
            "require_https = false",
            'require_https = "no"',
            r"\[environments.dev\] require_https: Expected `bool`, got `str`",
        ),
        ("min_availability_zones = 2", "min_availability_zones = 0", r"\[defaults\] min_availability_zones: Expected"),
        ("min_backup_retention_days = 30", "min_backup_retention_days = -1", r"min_backup_retention_days: Expected"),
        (
            "public_ports = [80, 443]",
            "public_ports = [80, 70000]",
            r"\[defaults\] public_ports: Expected `int` <= 65535",
        ),
        ("min_availability_zones = 2", "min_zones = 2", r"\[defaults\] contains unknown field `min_zones`"),
    ],
)
def test_a_value_that_cannot_be_used_is_told_by_its_line_in_every_environment(tmp_path, old, new, told):
    path = tmp_path / "own.toml"
    text = HIPAA.replace(old, new, 1)
    assert text != HIPAA
    path.write_text(text)
    for environment in ("prod", "dev", "staging"):
        with pytest.raises(PolicyError, match=f"own.toml, line {line(text, new)}: .*{told}"):
            load_policy(str(path), environment)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HIPAA.replace("[defaults]", "[default]"), "contains unknown field `default`. A policy has a name"),
        (HIPAA.replace('name = "hipaa"', ""), "missing required field `name`"),
        (HIPAA.replace('name = "hipaa"', "name = 3"), "name: Expected `str`, got `int`"),
        (HIPAA.replace("require_multi_az = true\n", ""), r"\[defaults\] missing required field `require_multi_az`"),
        (HIPAA + 'environment = "prod"\n', "environment is no threshold"),
        (HIPAA + "[environments.production]\n", r", line \d+: \[environments.production\] is never used"),
        (HIPAA + "[environments.Staging]\n", r"\[environments.Staging\] is never used. Name it staging."),
        ("name = ", r"is not TOML: Invalid value"),
        (b"\xff", "is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(tmp_path, text, told):
    path = tmp_path / "own.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(PolicyError, match=f"own.toml.*{told}"):
        load_policy(str(path), "prod")


@pytest.mark.parametrize("name", ["hippa", "a\0b", "a" * 300, ""])
def test_an_unknown_policy_is_told_with_the_known_ones(name):
    with pytest.raises(PolicyError, match=r"no policy '.*': it is neither a file nor one of: .*hipaa"):
        load_policy(name, "prod")


def test_a_directory_is_no_policy(tmp_path):
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(str(tmp_path), "prod")
