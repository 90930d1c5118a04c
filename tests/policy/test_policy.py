"""The thresholds come from a profile; a mistake in it is told with its place and never judged by."""

from __future__ import annotations

import json
from importlib.resources import files

import msgspec
import pytest
from stack_verify.__main__ import main
from stack_verify.controls import CONTROLS
from stack_verify.errors import PolicyError
from stack_verify.policy import built_in, load_policy
from stack_verify.vocabulary import Severity

KNOWN = {control.id for control in CONTROLS}
HIPAA = files("stack_verify.policy").joinpath("profiles/hipaa.toml").read_text(encoding="utf-8")


def line(text: str, sought: str) -> int:
    return next(number for number, each in enumerate(text.splitlines(), 1) if each.startswith(sought))


def written(tmp_path, text: str) -> str:
    path = tmp_path / "own.toml"
    path.write_text(f'name = "own"\n{text}')
    return str(path)


def test_the_profiles_that_come_with_the_verifier_speak_of_controls_that_exist():
    assert built_in() == ("hipaa", "hipaa-nprm", "hipaa-strict")
    for name in built_in():
        load_policy(name, "prod", KNOWN)


def test_only_the_profile_of_the_proposed_rule_is_marked_as_proposed():
    assert load_policy("hipaa", "prod").title == "hipaa"
    proposed = load_policy("hipaa-nprm", "prod")
    assert proposed.title == "hipaa-nprm (proposed and not in force: 90 FR 898 of 2025-01-06)"
    assert (proposed.require_https, load_policy("hipaa-nprm", "dev").require_https) == (True, True)


def test_only_the_strict_profile_judges_hardening_and_those_that_extend_it(tmp_path):
    assert [name for name in built_in() if load_policy(name, "dev").hardening] == ["hipaa-strict"]
    assert load_policy(written(tmp_path, 'extends = "hipaa-strict"\n'), "prod", KNOWN).hardening
    assert not load_policy(written(tmp_path, 'extends = "hipaa-strict"\nhardening = false\n'), "prod", KNOWN).hardening
    with pytest.raises(PolicyError, match=r"\[defaults\] hardening is no threshold"):
        load_policy(written(tmp_path, 'extends = "hipaa"\n[defaults]\nhardening = true\n'), "prod", KNOWN)


def test_no_built_in_profile_asks_for_tags_of_one_program():
    assert all(load_policy(name, "prod").required_tags == () for name in built_in())


def test_a_profile_that_extends_another_says_only_what_differs(tmp_path):
    path = written(
        tmp_path,
        'extends = "hipaa"\n[defaults]\nmin_backup_retention_days = 35\n'
        '[off]\nrds-multi-az = "one zone"\n[severity]\nkms-rotation = "low"\n'
        '[environments.dev]\nrequire_https = true\n[environments.dev.off]\nrds-in-vpc = "shared"\n'
        '[environments.dev.severity]\nkms-rotation = "high"\n',
    )
    hipaa, prod, dev = load_policy("hipaa", "prod"), load_policy(path, "prod", KNOWN), load_policy(path, "dev", KNOWN)
    off = {"rds-multi-az": "one zone"}
    assert prod == msgspec.structs.replace(
        hipaa, name="own", min_backup_retention_days=35, off=off, severity={"kms-rotation": Severity.LOW}
    )
    # What the extended profile says of an environment still holds there: dev keeps its logs for 30 days.
    assert (dev.min_backup_retention_days, dev.min_log_retention_days, dev.require_https) == (35, 30, True)
    assert (dev.off, dev.severity) == (off | {"rds-in-vpc": "shared"}, {"kms-rotation": Severity.HIGH})


def test_a_profile_that_extends_a_proposed_one_is_proposed_too(tmp_path):
    path = written(tmp_path, 'extends = "hipaa-nprm"\n[severity]\nrds-force-tls = "low"\n')
    policy = load_policy(path, "dev", KNOWN)
    assert (policy.proposed, policy.require_https) == ("90 FR 898 of 2025-01-06", True)
    assert (policy.severity["rds-force-tls"], policy.severity["s3-tls-only"]) == (Severity.LOW, Severity.CRITICAL)


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ('extends = "hippa"', 2, "extends 'hippa', which is none of: hipaa, hipaa-nprm"),
        ('extends = "hipaa"\n[defaults]\nrequire_https = 1', 4, r"\[defaults\] require_https: Expected `bool`"),
        ('extends = "hipaa"\n[environments.x]\nmin_zones = 1', 4, r"\[environments.x\] contains unknown field"),
        ('extends = "hipaa"\n[off]\n\nrds-multi-az = " "', 5, r"\[off\] rds-multi-az: say in a text why"),
        ('extends = "hipaa"\n[off]\nrds-multi-az = true', 4, r"\[off\] rds-multi-az: say in a text why"),
        ('extends = "hipaa"\n[off]\nrds-multi-zone = "x"', 4, "no control rds-multi-zone; did you mean rds-multi-az"),
        ('extends = "hipaa"\n[off]\nevidence-complete = "x"', 4, "there is no control evidence-complete"),
        ('extends = "hipaa"\n[severity]\nkms-rotation = "mild"', 4, "'mild' is no severity; write one of: critical,"),
        ('extends = "hipaa"\n[severity]\nzzz = "low"', 4, r"\[severity\] there is no control zzz. `stack-verify"),
        (
            'extends = "hipaa"\n[environments.dev.off]\nkms-rotation = 1',
            4,
            r"\[environments.dev.off\] kms-rotation: say",
        ),
        ('extends = "hipaa"\n[environments.dev]\noff = "all"', 4, r"\[environments.dev\] off is a table"),
        ('extends = "hipaa"\n[defaults]\nproposed = "x"', 4, r"\[defaults\] proposed is no threshold"),
        ('extends = "hipaa"\n[offf]\nx = "y"', 3, "contains unknown field `offf`"),
        ('extends = "hipaa"\noff = "x"', 3, "off: Expected `object`, got `str`"),
    ],
)
def test_what_is_wrong_in_a_profile_that_extends_another_is_told_by_its_line(tmp_path, text, line, told):
    path = written(tmp_path, text + "\n")
    for environment in ("prod", "dev"):
        with pytest.raises(PolicyError, match=f"own.toml, line {line}: .*{told}"):
            load_policy(path, environment, KNOWN)


@pytest.mark.parametrize("environment", ["prod", "dev"])
@pytest.mark.parametrize("name", ["hipaa", "hipaa-nprm", "hipaa-strict"])
def test_the_policy_in_force_is_printed_as_a_profile_that_gives_it_again(tmp_path, capsys, name, environment):
    assert main(["policy", name, "--environment", environment]) == 0
    path = tmp_path / "printed.toml"
    path.write_text(capsys.readouterr().out)
    assert load_policy(str(path), environment, KNOWN) == load_policy(name, environment)


def test_a_printed_policy_holds_reasons_as_they_were_written(tmp_path, capsys):
    path = written(tmp_path, 'extends = "hipaa"\n[off]\nkms-rotation = """a "b"\n\\u007f \\\\ \U0001f511"""\n')
    assert main(["policy", path]) == 0
    (tmp_path / "printed.toml").write_text(capsys.readouterr().out)
    reprinted = load_policy(str(tmp_path / "printed.toml"), "prod").off
    assert reprinted == load_policy(path, "prod").off == {"kms-rotation": 'a "b"\n\x7f \\ \U0001f511'}


def test_the_policy_in_force_is_printed_as_the_json_of_the_reports(capsys):
    assert main(["policy", "--environment", "dev", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(msgspec.json.encode(load_policy("hipaa", "dev")))


def test_a_policy_that_cannot_be_used_is_not_printed(tmp_path, capsys):
    assert main(["policy", written(tmp_path, '[off]\nnosuch = "x"\n')]) == 4
    assert "there is no control nosuch" in capsys.readouterr().err


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
