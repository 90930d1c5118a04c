"""Everything a user can get wrong gives one clear message and the documented exit status, and loses nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from stack_verify.options import OPTIONS
from support.running import pytest as pytest_run
from support.running import stack_verify, verify

from stack.local.proxy import proxy_to


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "no such file"),
        ("", "empty"),
        ("{not json", "not JSON"),
        ("[1, 2]", "object"),
        ("{}", "no outputs"),
        ('{"certificateArn": "REPLACE_ME"}', "placeholder"),
        ('{"vpcId": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"}', "unknown"),
    ],
)
def test_outputs_that_cannot_be_used_are_refused(prod, tmp_path, content, told):
    outputs = tmp_path / "flat-outputs.json"
    if content is not None:
        outputs.write_text(content)
    stale = tmp_path / "reports/results.json"
    stale.parent.mkdir()
    stale.write_text("of an earlier run")
    for ran in (
        verify(Path("flat-outputs.json"), environment=prod.environment(), cwd=tmp_path),
        stack_verify("collect", "flat-outputs.json", environment=prod.environment(), cwd=tmp_path),
    ):
        assert ran.status == 4
        assert "flat-outputs.json" in ran.err
        assert told in ran.err
    assert not stale.exists()
    assert (tmp_path / "reports/previous/results.json").read_text() == "of an earlier run"


def test_outputs_of_another_account_are_refused(prod, tmp_path):
    outputs = tmp_path / "flat-outputs.json"
    outputs.write_text(prod.outputs.read_text().replace("123456789012", "210987654321"))
    ran = verify(outputs, environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "outputs of account 210987654321, but the credentials are of account 123456789012" in ran.err


def test_outputs_of_another_region_are_refused(prod, tmp_path):
    ran = verify(prod.outputs, environment={**prod.environment(), "AWS_DEFAULT_REGION": "eu-west-1"}, cwd=tmp_path)
    assert ran.status == 4
    assert "Set AWS_DEFAULT_REGION=sa-east-1" in ran.err


def test_a_run_without_credentials_says_what_to_set(prod, tmp_path):
    environment = {
        **{name: value for name, value in prod.environment().items() if "ACCESS_KEY" not in name},
        "AWS_EC2_METADATA_DISABLED": "true",
        "HOME": str(tmp_path),
    }
    ran = verify(prod.outputs, environment=environment, cwd=tmp_path)
    assert ran.status == 4
    assert "no AWS credentials were found. Set AWS_PROFILE" in ran.err


def test_an_unknown_profile_is_told(prod, tmp_path):
    ran = verify(prod.outputs, environment={**prod.environment(), "AWS_PROFILE": "nosuch"}, cwd=tmp_path)
    assert ran.status == 4
    assert "nosuch" in ran.err


@pytest.mark.parametrize("code", ["ExpiredToken", "InvalidClientTokenId"])
def test_credentials_that_aws_does_not_accept_stop_the_run(prod, tmp_path, code):
    with proxy_to(prod.endpoint, refuse=lambda _: code) as proxy:
        ran = verify(prod.outputs, environment=prod.environment(proxy.url), cwd=tmp_path)
    assert ran.status == 4
    assert f"AWS does not accept the credentials: An error occurred ({code})" in ran.err
    assert len(proxy.traffic.calls) == 1


def test_an_endpoint_that_does_not_answer_is_told(prod, tmp_path):
    ran = verify(prod.outputs, environment=prod.environment("http://127.0.0.1:9"), cwd=tmp_path)
    assert ran.status == 4
    assert "http://127.0.0.1:9" in ran.err


@pytest.mark.parametrize(
    ("operation", "action", "code", "erring"),
    [
        ("DescribeVpcs", "ec2:DescribeVpcs", "UnauthorizedOperation", "vpc-flow-logs"),
        ("GET encryption", "s3:GetEncryptionConfiguration", "AccessDenied", "s3-kms-encryption"),
        ("GetKeyRotationStatus", "kms:GetKeyRotationStatus", "AccessDeniedException", "kms-rotation"),
    ],
)
def test_a_denied_call_is_an_error_that_names_the_action_and_the_rest_is_verified(
    prod, tmp_path, operation, action, code, erring
):
    with proxy_to(prod.endpoint, refuse=lambda call: code if call.operation == operation else None) as proxy:
        ran = verify(prod.outputs, environment=prod.environment(proxy.url), cwd=tmp_path)
    assert ran.status == 1
    assert erring in {control for control, _ in ran.findings("error")}
    assert erring not in {control for control, _ in ran.findings("passed")}
    observed = {each["observed"] for each in ran.results["findings"] if each["control"] == erring}
    assert any(f"allow {action} to the caller" in text for text in observed), observed
    assert action in ran.out
    assert ran.statuses["passed"] > 50


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_ENDPOINT_URL", "localhost:9"), ("AWS_MAX_ATTEMPTS", "many"), ("AWS_RETRY_MODE", "hasty")]
)
def test_an_aws_setting_that_makes_no_sense_is_told(prod, tmp_path, name, value):
    ran = verify(prod.outputs, environment={**prod.environment(), name: value}, cwd=tmp_path)
    assert ran.status == 4
    assert value in ran.err


def test_a_saved_snapshot_is_judged_with_the_outputs_it_was_taken_with(dev, snapshot, tmp_path):
    ran = verify(dev.outputs, "--snapshot", str(snapshot), environment=dev.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "was taken with other outputs" in ran.err


def test_options_of_a_verification_without_outputs_are_refused(prod, tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    for option in OPTIONS:
        value = option.choices[0] if option.choices else "7"
        ran = pytest_run("test_other.py", option.name, value, environment=prod.environment(), cwd=tmp_path)
        assert ran.status == 4
        assert f"{option.name}: name the file of stack outputs too" in ran.err


def test_options_that_a_project_sets_for_all_its_runs_ask_for_nothing(prod, tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --policy hipaa --reports=elsewhere\n")
    assert pytest_run("test_other.py", environment=prod.environment(), cwd=tmp_path).status == 0
    ran = pytest_run("test_other.py", "--waivers", "x.toml", environment=prod.environment(), cwd=tmp_path)
    assert (ran.status, ran.err.split(":")[1].strip()) == (4, "--waivers")


def test_a_reader_that_has_seen_enough_gets_no_traceback(tmp_path):
    command = f"{sys.executable} -m stack_verify controls --format json | head -1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[\n", "")


def test_a_snapshot_that_cannot_be_replaced_keeps_the_one_before(prod, tmp_path):
    (tmp_path / "snapshot.json").mkdir()
    ran = stack_verify("collect", str(prod.outputs), environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "snapshot.json: cannot be written" in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["snapshot.json"]


def test_reports_that_cannot_be_written_do_not_cost_the_summary(snapshot, tmp_path):
    (tmp_path / "reports").write_text("a file stands in the way")
    ran = stack_verify("evaluate", str(snapshot), "--reports", "reports", environment={}, cwd=tmp_path)
    assert ran.status == 4
    assert "checks passed" in ran.err
    assert "Name another with --reports" in ran.err


def test_an_unknown_policy_is_told_with_the_known_ones(prod, tmp_path):
    ran = verify(prod.outputs, "--policy", "nosuch", environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "no policy 'nosuch'" in ran.err
    assert "hipaa" in ran.err


def test_two_files_of_outputs_are_refused(prod, dev, tmp_path):
    ran = verify(prod.outputs, str(dev.outputs), environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "verify one stack at a time" in ran.err


def test_a_snapshot_that_is_none_is_told(prod, tmp_path):
    (tmp_path / "no-snapshot.json").write_text(json.dumps({"format": "other"}))
    for ran in (
        verify(prod.outputs, "--snapshot", "no-snapshot.json", environment=prod.environment(), cwd=tmp_path),
        stack_verify("evaluate", "no-snapshot.json", environment=prod.environment(), cwd=tmp_path),
        stack_verify("evaluate", "missing.json", environment=prod.environment(), cwd=tmp_path),
    ):
        assert ran.status == 4
        assert "snapshot" in ran.err


def test_a_folder_of_reports_that_cannot_be_made_is_told(prod, tmp_path):
    (tmp_path / "reports").write_text("a file stands in the way")
    ran = verify(prod.outputs, environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "Name another with --reports" in ran.out
    assert (tmp_path / "reports").read_text() == "a file stands in the way"


@pytest.mark.parametrize("arguments", [(), ("nosuch",), ("controls", "--format", "yaml"), ("evaluate",)])
def test_a_command_line_that_makes_no_sense_exits_with_wrong_use(arguments, tmp_path):
    ran = stack_verify(*arguments, environment=os.environ, cwd=tmp_path)
    assert ran.status == 4
    assert "usage: stack-verify" in ran.err
