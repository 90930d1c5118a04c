"""A whole verification of the deployed stacks, as a pipeline runs it."""

from __future__ import annotations

from pathlib import Path

from junitparser.xunit2 import JUnitXml
from stack_verify.collect import COLLECTORS, MAX_IN_FLIGHT
from stack_verify.controls import CONTROLS
from support.running import pytest as pytest_run
from support.running import stack_verify, verify

from stack.local.proxy import proxy_to

# Services whose requests tell what is asked for by method and path, and not by an operation.
REST = ("access-analyzer", "account", "backup", "guardduty", "inspector2", "route53", "s3", "securityhub")
# Reads that are asked for by POST: ListFindingsV2, GetAlternateContact, ListFindings, GetFindings and the status of
# Inspector, BatchGetAccountStatus.
READ_BY_POST = {
    ("access-analyzer", "findingv2"),
    ("account", "getAlternateContact"),
    ("guardduty", "findings"),
    ("guardduty", "get"),
    ("inspector2", "get"),
}


def test_the_compliant_prod_stack_passes_every_control(verified):
    assert verified.status == 0, verified.out
    assert verified.findings("failed") == set()
    assert verified.findings("error") == set()
    assert {each["control"] for each in verified.results["findings"]} == {
        *(control.id for control in CONTROLS),
        "resources-judged",
    }


def test_the_compliant_dev_stack_passes_under_its_own_policy(dev, tmp_path):
    ran = verify(dev.outputs, "--stack-state", str(dev.state), environment=dev.environment(), cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert ran.findings("failed") == set()
    assert ran.findings("error") == set()
    assert ran.results["run"]["environment"] == "dev"


def test_a_live_run_makes_only_declared_reads_and_none_twice(prod, tmp_path):
    with proxy_to(prod.endpoint) as proxy:
        ran = verify(
            prod.outputs,
            *("--stack-state", str(prod.state)),
            environment=prod.environment(proxy.url),
            cwd=tmp_path,
        )
    assert ran.status == 0, ran.out
    assert proxy.traffic.repeated == 0
    assert proxy.traffic.most_in_flight <= MAX_IN_FLIGHT
    declared = {api.partition(":")[2] for collector in COLLECTORS.values() for api in collector.apis}
    rest = [call for call in proxy.traffic.calls if call.service in REST]
    made = {call.operation for call in proxy.traffic.calls if call not in rest}
    assert made - declared == {"GetCallerIdentity"}
    posted = [call for call in rest if call.head[0].startswith("POST ")]
    assert {call.operation.split(" ")[0] for call in rest if call not in posted} <= {"GET", "HEAD"}
    assert {(call.service, call.head[0].split(" ")[1].rpartition("/")[2]) for call in posted} <= READ_BY_POST


def test_xdist_collects_once_and_finds_the_same(prod, tmp_path):
    with proxy_to(prod.endpoint) as proxy:
        environment = prod.environment(proxy.url)
        ran = verify(prod.outputs, "-n", "2", "--settle", "60", environment=environment, cwd=tmp_path)
        calls = len(proxy.traffic.calls)
        verify(prod.outputs, environment=environment, cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert len(proxy.traffic.calls) == 2 * calls  # a compliant stack is not waited for
    assert "settled   at once: no open finding rests on what AWS answers late" in ran.out


def test_a_snapshot_gives_the_same_bytes_however_many_workers_judge_it(prod, snapshot, tmp_path):
    reports = []
    for workers in ("0", "2"):
        cwd = tmp_path / workers
        cwd.mkdir()
        environment = {**prod.environment(), "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
        verify(prod.outputs, "--snapshot", str(snapshot), "-n", workers, environment=environment, cwd=cwd, report="")
        reports.append({path.name: path.read_bytes() for path in sorted((cwd / "reports").iterdir())})
    assert set(reports[0]) == {"results.json", "junit.xml", "snapshot.json", "report.html", "manifest.json"}
    assert reports[0] == reports[1]


def test_the_two_halves_alone_give_what_a_run_gives(prod, snapshot, tmp_path):
    collected = stack_verify(
        "collect", str(prod.outputs), "--settle", "60", environment=prod.environment(), cwd=tmp_path
    )
    assert (collected.status, collected.out) == (0, "snapshot.json\n"), collected.err
    judged = stack_verify(
        *("evaluate", str(snapshot), "--reports", "reports", "--format", "json"), environment={}, cwd=tmp_path
    )
    assert judged.status == 0, judged.err
    assert judged.out.encode() == (tmp_path / "reports/results.json").read_bytes()
    assert judged.out.encode() == (snapshot.parent / "results.json").read_bytes()


def test_pytests_own_junit_file_carries_every_finding_with_its_properties(verified):
    cases = [case for suite in JUnitXml.fromfile(str(verified.directory / "pytest.xml")) for case in suite]
    findings = verified.results["findings"]
    assert len(cases) == len(findings)
    told = {
        (properties["control"], properties["resource"], properties["status"])
        for properties in ({item.name: item.value for item in case.properties()} for case in cases)
    }
    assert told == {
        (each["control"], each["resource"]["arn"] or each["resource"]["id"], each["status"]) for each in findings
    }


def test_items_are_selected_as_any_test_is(prod, snapshot, tmp_path):
    saved = ("--snapshot", str(snapshot))
    environment = prod.environment()
    by_word = verify(prod.outputs, *saved, "-k", "rds-storage-encrypted", environment=environment, cwd=tmp_path)
    assert by_word.statuses == {"passed": 1}
    by_mark = verify(prod.outputs, *saved, "-m", "critical and rds", environment=environment, cwd=tmp_path)
    assert {each["severity"] for each in by_mark.results["findings"]} == {"critical"}
    node = f"{prod.outputs}::rds-storage-encrypted::healthcare-database-prod"
    by_node = verify(Path(node), *saved, environment=environment, cwd=tmp_path)
    assert by_node.findings("passed") == {("rds-storage-encrypted", "healthcare-database-prod")}
    listed = verify(prod.outputs, *saved, "--collect-only", "-q", environment=environment, cwd=tmp_path)
    assert "::rds-storage-encrypted::healthcare-database-prod" in listed.out


def test_a_run_that_selects_nothing_or_verifies_nothing_is_no_success(prod, snapshot, tmp_path):
    saved = ("--snapshot", str(snapshot))
    assert verify(prod.outputs, *saved, "-k", "nosuch", environment=prod.environment(), cwd=tmp_path).status == 5


def test_a_team_writes_tests_of_its_own_beside_the_catalogue(prod, snapshot, tmp_path):
    (tmp_path / "test_own.py").write_text(
        "from stack_verify.resources.rds import DBInstance\n"
        "def test_there_is_one_database(snapshot):\n"
        "    assert [db.id for db in snapshot.subjects(DBInstance)] == ['healthcare-database-prod']\n"
    )
    ran = verify(
        prod.outputs,
        *("test_own.py", "--snapshot", str(snapshot), "-k", "one_database or rds-multi-az"),
        environment=prod.environment(),
        cwd=tmp_path,
    )
    assert ran.status == 0, ran.out
    assert "2 passed" in ran.out


def test_pytest_without_a_file_of_outputs_never_touches_aws(prod, tmp_path):
    (tmp_path / "test_other.py").write_text("def test_other(): pass\n")
    (tmp_path / "flat-outputs.json").write_bytes(prod.outputs.read_bytes())
    with proxy_to(prod.endpoint) as proxy:
        ran = pytest_run("test_other.py", environment=prod.environment(proxy.url), cwd=tmp_path)
        bare = pytest_run(environment=prod.environment(proxy.url), cwd=tmp_path)
    assert (ran.status, bare.status) == (0, 0)
    assert proxy.traffic.calls == []
    assert not (tmp_path / "reports").exists()


def test_a_waived_failure_is_skipped_with_its_reason(prod, snapshot, tmp_path):
    broken = snapshot.read_text().replace('"StorageEncrypted": true', '"StorageEncrypted": false')
    (tmp_path / "broken.json").write_text(broken)
    (tmp_path / "waivers.toml").write_text(
        '[[waiver]]\ncontrol = "rds-storage-encrypted"\nresource = "healthcare-database-*"\nowner = "Data team"\n'
        'reason = "migration under way"\napprover = "Security officer"\nticket = "SEC-1"\nexpires = 2999-12-31\n'
        'alternative = "fields are encrypted"\n'
    )
    arguments = ("--snapshot", "broken.json", "-k", "rds-storage-encrypted or waivers-valid", "-rs")
    failed = verify(prod.outputs, *arguments, environment=prod.environment(), cwd=tmp_path)
    assert failed.status == 1
    assert failed.findings("failed") == {("rds-storage-encrypted", "healthcare-database-prod")}
    waived = verify(prod.outputs, *arguments, "--waivers", "waivers.toml", environment=prod.environment(), cwd=tmp_path)
    assert waived.findings("waived") == {("rds-storage-encrypted", "healthcare-database-prod")}
    assert "migration under way" in waived.out


def test_every_report_under_a_proposed_rule_says_that_it_is_not_in_force(snapshot, tmp_path):
    ran = stack_verify(
        *("evaluate", str(snapshot), "--policy", "hipaa-nprm", "--reports", "reports"), environment={}, cwd=tmp_path
    )
    assert ran.status == 0, ran.err
    said = "hipaa-nprm (proposed and not in force: 90 FR 898 of 2025-01-06)"
    assert said in " ".join(ran.err.split())
    assert said in (tmp_path / "reports/junit.xml").read_text()
    assert ran.results["run"]["effective_policy"]["proposed"] == "90 FR 898 of 2025-01-06"
    weights = {each["control"]: each["severity"] for each in ran.results["findings"]}
    assert (weights["rds-force-tls"], weights["rds-multi-az"]) == ("critical", "medium")
