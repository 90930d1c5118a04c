"""A team's own controls, in a file of its repository, are judged, selected, waived and reported like ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support.running import stack_verify, stack_verify_here, verify

DOCUMENT = (Path(__file__).parents[2] / "docs/custom-controls.md").read_text(encoding="utf-8")
NAMED = DOCUMENT.partition("```python\n")[2].partition("```")[0]
DATABASE = "healthcare-database-prod"


@pytest.fixture
def repository(tmp_path, snapshot):
    """A team's repository, with a control that the compliant stack fails."""
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit/naming.py").write_text(NAMED)
    (tmp_path / "snapshot.json").write_bytes(snapshot.read_bytes())
    return tmp_path


@pytest.fixture
def run(prod, repository):
    """Runs the verifier by pytest on the saved snapshot."""

    def run(*arguments: str, named: bool = True, cwd: Path = repository):
        own = ("--controls", str(repository / "audit/naming.py")) if named else ()
        saved = ("--snapshot", str(repository / "snapshot.json"))
        return verify(prod.outputs, *saved, *own, *arguments, environment=prod.environment(), cwd=cwd)

    return run


def evaluate(repository, *arguments: str):
    return stack_verify_here("evaluate", "snapshot.json", "--reports", "reports", *arguments, cwd=repository)


def project(repository, text: str) -> None:
    (repository / "pyproject.toml").write_text(text)


def test_an_own_control_is_judged_beside_the_catalogue(run, verified):
    ran = run("--report", "json,junit")
    assert ran.status == 1
    assert ran.findings("failed") == {("own-rds-name", DATABASE)}
    assert len(ran.results["findings"]) == len(verified.results["findings"]) + 1
    assert "own-rds-name: Databases are named after the clinic" in ran.out
    assert "own-rds-name" in (ran.directory / "reports/junit.xml").read_text()


def test_it_has_marks_and_a_node_of_its_own(run, prod):
    for selection in (("-m", "naming"), ("-m", "low and naming and hipaa"), ("-k", "own-rds-name")):
        assert run(*selection).findings("failed") == {("own-rds-name", DATABASE)}
    listed = run("--collect-only", "-q", "-m", "naming")
    assert f"{prod.outputs.name}::own-rds-name::{DATABASE}" in listed.out


def test_every_worker_of_xdist_judges_it(run):
    ran = run("-n", "2")
    assert (ran.status, ran.findings("failed")) == (1, {("own-rds-name", DATABASE)})


def test_it_is_named_once_for_all_in_the_project_s_file_and_found_from_below(run, repository):
    project(repository, '[tool.stack-verify]\ncontrols = ["audit/naming.py"]\n')
    below = repository / "deploy/prod"
    below.mkdir(parents=True)
    for cwd in (repository, below):
        assert run("-m", "naming", named=False, cwd=cwd).findings("failed") == {("own-rds-name", DATABASE)}
    assert run("-n", "2", "-m", "naming", named=False).findings("failed") == {("own-rds-name", DATABASE)}
    # Named twice, it counts once.
    assert run("-m", "naming").findings("failed") == {("own-rds-name", DATABASE)}
    assert evaluate(repository).findings("failed") == {("own-rds-name", DATABASE)}


def test_the_half_without_aws_judges_it_too(repository):
    ran = evaluate(repository, "--controls", "audit/naming.py")
    assert (ran.status, ran.findings("failed")) == (1, {("own-rds-name", DATABASE)})


def test_several_files_may_be_named(repository):
    (repository / "second.py").write_text(NAMED.replace('"own-rds-name"', '"own-second"'))
    ran = evaluate(repository, "--controls", "audit/naming.py", "--controls", "second.py")
    assert ran.findings("failed") == {("own-rds-name", DATABASE), ("own-second", DATABASE)}


def test_the_policy_turns_it_off_or_weighs_it(repository):
    policy = 'name = "own"\nextends = "hipaa"\n'
    (repository / "off.toml").write_text(f'{policy}[off]\nown-rds-name = "until they are renamed"\n')
    (repository / "heavy.toml").write_text(f'{policy}[severity]\nown-rds-name = "critical"\n')
    own = ("--controls", "audit/naming.py")
    off = evaluate(repository, *own, "--policy", "off.toml")
    assert (off.status, off.findings("failed")) == (0, set())
    assert ("own-rds-name", "") in off.findings("not applicable")
    heavy = evaluate(repository, *own, "--policy", "heavy.toml").results["findings"]
    assert [each["severity"] for each in heavy if each["control"] == "own-rds-name"] == ["critical"]
    unknown = evaluate(repository, "--policy", "off.toml")
    assert unknown.status == 4
    assert "off.toml, line 4: [off] there is no control own-rds-name" in unknown.err


def test_its_failure_can_be_waived(repository):
    (repository / "waivers.toml").write_text(
        '[[waiver]]\ncontrol = "own-rds-name"\nresource = "*"\nowner = "Data team"\nreason = "renamed in March"\n'
        'approver = "Security officer"\nticket = "SEC-1"\nexpires = 2999-12-31\nalternative = "a tag"\n'
    )
    ran = evaluate(repository, "--controls", "audit/naming.py", "--waivers", "waivers.toml")
    assert (ran.status, ran.findings("waived")) == (0, {("own-rds-name", DATABASE)})


def test_it_is_listed_with_the_catalogue(repository):
    own = ("--controls", "audit/naming.py", "--format", "json")
    listed = stack_verify("controls", *own, environment={}, cwd=repository)
    rows = {row["id"]: row for row in json.loads(listed.out)}
    assert (rows["own-rds-name"]["concern"], rows["own-rds-name"]["citations"]) == ("naming", ["164.310(d)(2)(iii)"])
    covered = stack_verify("controls", "--by-specification", *own, environment={}, cwd=repository)
    verified = {row["specification"] for row in json.loads(covered.out) if "own-rds-name" in row["controls"]}
    assert verified == {"164.310(d)(2)(iii)"}


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise LookupError('oh')", "LookupError: oh"),
        ("assert False, 'no'", "AssertionError: no"),
        ("return undefined", "NameError: name 'undefined' is not defined"),
        ("import nosuch", "ModuleNotFoundError: No module named 'nosuch'"),
        ("return None", "TypeError: it returned NoneType and no Verdict"),
    ],
)
def test_one_that_is_at_fault_itself_is_an_error_and_the_others_are_judged(repository, verified, body, told):
    head = NAMED[: NAMED.index("    name = ")]
    (repository / "audit/naming.py").write_text(f"{head}    {body}\n")
    ran = evaluate(repository, "--controls", "audit/naming.py")
    assert (ran.status, ran.findings("error")) == (1, {("own-rds-name", DATABASE)})
    (finding,) = (each for each in ran.results["findings"] if each["status"] == "error")
    assert finding["observed"] == f"the control itself is at fault: {told}"
    assert ran.statuses["passed"] == verified.statuses["passed"]


def test_one_that_cannot_tell_which_resources_it_speaks_of_is_an_error(repository):
    where = '    remediation="x",\n    where=lambda db: db.nosuch,\n'
    (repository / "audit/naming.py").write_text(
        NAMED.replace('    remediation="Name the database after the clinic.",\n', where)
    )
    ran = evaluate(repository, "--controls", "audit/naming.py")
    assert (ran.status, ran.findings("error")) == (1, {("own-rds-name", DATABASE)})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, ": no such file of controls. Correct --controls, or the path in pyproject.toml."),
        ("", ": defines no control. Make one with @control"),
        ("from stack_verify.controls.rds.instances import rds_multi_az\n", ": defines no control."),
        (NAMED.replace("own-rds-name", "rds-multi-az"), ": there is a control rds-multi-az already, in the verifier"),
        (NAMED.replace("own-rds-name", "waivers-valid"), ": there is a control waivers-valid already, in the verifier"),
        (NAMED + NAMED.replace("def own_rds_name", "def again"), ": there is a control own-rds-name already, in "),
        ("\nimport nosuch\n", ", line 2: cannot be imported: ModuleNotFoundError: No module named 'nosuch'. Correct"),
        ("x = (\n", ", line 1: cannot be imported: SyntaxError"),
        ("class Own(Exception): ...\n\nraise Own('no')\n", ", line 3: cannot be imported: Own: no."),
        (NAMED.replace("310(d)", "310(z)"), ", line 10: cannot be imported: ValueError: the Security Rule has no spec"),
        (NAMED.replace("own-rds-name", "own rds"), "cannot be imported: TypeError: control own rds: write its id in"),
        (NAMED.replace("db: DBInstance", "db"), "cannot be imported: TypeError: control own-rds-name: annotate"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_nothing_is_verified(repository, text, told):
    file = repository / "audit/naming.py"
    file.unlink()
    if text is not None:
        file.write_text(text)
    ran = evaluate(repository, "--controls", "audit/naming.py")
    assert ran.status == 4
    assert f"{file}{told}" in ran.err or (told.startswith("cannot") and told in ran.err)
    assert not (repository / "reports").exists()


def test_pytest_says_of_a_file_that_cannot_be_used_what_the_command_line_says(run, repository):
    (repository / "audit/naming.py").write_text("x = (\n")
    ran = run()
    assert ran.status == 4
    assert f"{repository / 'audit/naming.py'}, line 1: cannot be imported: SyntaxError" in ran.err
    assert not (repository / "reports").exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[tool.stack-verify]\n\ncontrols = "audit/naming.py"\n', ", line 3: [tool.stack-verify] Expected `array`"),
        ('[tool.stack-verify]\ncontrol = ["x.py"]\n', ", line 2: [tool.stack-verify] contains unknown field `control`"),
        ("[tool.stack-verify]\ncontrols = [1]\n", ", line 2: [tool.stack-verify] Expected `str`"),
        ("[tool]\nstack-verify = 1\n", ": [tool.stack-verify] Expected `object`"),
        ("[tool\n", ": is not TOML"),
    ],
)
def test_a_project_s_file_that_cannot_be_used_is_told(repository, text, told):
    project(repository, text)
    ran = evaluate(repository)
    assert ran.status == 4
    assert f"{repository / 'pyproject.toml'}{told}" in ran.err


@pytest.mark.parametrize("text", ["", "[tool.other]\nx = 1\n", "[tool.stack-verify]\n", "tool = 1\n"])
def test_a_project_without_controls_of_its_own_is_as_none(repository, text):
    project(repository, text)
    assert evaluate(repository).status == 0


def test_a_missing_path_in_the_project_s_file_is_told(repository):
    project(repository, '[tool.stack-verify]\ncontrols = ["audit/gone.py"]\n')
    ran = evaluate(repository)
    assert ran.status == 4
    assert f"{os.fspath(repository / 'audit/gone.py')}: no such file of controls" in ran.err
