"""Controls that the policy turns off need nothing: what they alone look at is neither read nor to be allowed."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from textwrap import dedent

import pytest
from msgspec import structs
from stack_verify.collect import collect_again
from stack_verify.comparison.changes import audit_of, changes
from stack_verify.controls import CONTROLS
from stack_verify.core.control import Severity, Status, control, failed, hipaa, passed
from stack_verify.core.evaluate import evaluate
from stack_verify.core.requirements import looked_at, unread
from stack_verify.outputs import load_outputs
from stack_verify.policy import load_policy
from stack_verify.probe.observe import probe
from stack_verify.probe.settings import probe_settings
from stack_verify.resources import RESOURCES, kinds_of
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.elbv2 import Listener
from stack_verify.resources.guardduty import Detector
from stack_verify.resources.kms import Key, KeyRotation
from stack_verify.resources.probe import DatabasePort, Endpoint, ProbeRun
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.secretsmanager import Secret, SecretPolicy
from stack_verify.snapshot import NOT_READ, load
from support.hand_made import judged, own_vpc
from support.hand_made import snapshot as made
from support.running import stack_verify, stack_verify_here, verify

POLICY = load_policy("hipaa-strict", "prod")
# What names anything and everything has to be read for these.
OF_ALL_NAMED = ("drift-live-vs-declared", "inventory-in-state-not-in-account", "outputs-resolve-live")
# Whatever a stack has is to be recorded, and to be of a service that HIPAA's agreement covers.
OF_ALL_THERE_IS = ("account-config-recorder", "config-recorder", "hipaa-eligible-services")
GUARDDUTY = [*(each.id for each in CONTROLS if each.concern == "guardduty"), "account-guardduty"]
WITHOUT_GUARDDUTY = [
    *GUARDDUTY,
    *OF_ALL_NAMED,
    *OF_ALL_THERE_IS,
    "env-suffix-in-names",
    "inventory-in-account-not-in-state",
    "no-placeholder-values",
    "required-tags",
]


def off(*ids: str) -> dict[str, str]:
    return dict.fromkeys(ids, "somebody else looks after it")


def rows(findings) -> dict[tuple[str, str, str], tuple[Status, str]]:
    return {(each.control, each.resource.type, each.resource.id): (each.status, each.observed) for each in findings}


def test_a_policy_that_turns_nothing_off_has_all_of_the_stack_read():
    assert unread(CONTROLS, POLICY) == frozenset()


def test_each_control_alone_says_of_the_little_that_it_needs_what_it_says_of_the_whole_stack(prod, snapshot):
    whole, outputs = load(snapshot), load_outputs(prod.outputs, prod.state)
    full = rows(evaluate(whole, CONTROLS, POLICY))
    narrow = {}
    for only in CONTROLS:
        policy = structs.replace(POLICY, off=off(*(each.id for each in CONTROLS if each is not only)))
        left_out = unread(CONTROLS, policy)
        if left_out not in narrow:
            # Everything is remembered, so that nothing is asked: what is left out is dropped, and what it led to.
            narrow[left_out] = collect_again(None, outputs, structs.replace(whole, unread=tuple(sorted(left_out))))
        found = rows(each for each in evaluate(narrow[left_out], [only], policy) if each.control == only.id)
        assert found == {place: row for place, row in full.items() if place[0] == only.id}
    assert len(narrow) > len(CONTROLS) / 4


def test_a_control_looks_at_what_it_judges_and_at_few_things_else():
    assert all(kinds_of(each.subject) <= looked_at(each) for each in CONTROLS)
    assert {each.id for each in CONTROLS if Detector.kind() in looked_at(each)} == set(WITHOUT_GUARDDUTY)


def test_what_outputs_and_state_name_is_read_for_the_controls_that_look_each_of_it_up():
    for each in CONTROLS:
        if each.id in OF_ALL_NAMED:
            assert {Detector.kind(), DBInstance.kind(), Bucket.kind()} <= looked_at(each)


def test_a_teams_own_control_says_what_it_reads_or_reads_everything():
    @control(
        "own",
        "Own",
        severity=Severity.LOW,
        citations=hipaa("164.312(b)"),
        remediation="Fix it.",
        reads=(Key, KeyRotation, SecretPolicy),
    )
    def own(instance: DBInstance, snapshot, _policy):
        keys = [snapshot.require(each, instance.kms_key_id) for each in (Key, KeyRotation)]
        return passed("yes") if _narrow(keys, snapshot) else failed("no", expected="yes")

    assert looked_at(own) == {DBInstance.kind(), Key.kind(), KeyRotation.kind(), SecretPolicy.kind()}
    assert looked_at(dataclasses.replace(own, reads=None)) == {kind.kind() for kind in RESOURCES}
    assert Bucket.kind() not in looked_at(own)
    left_out = unread((own,), structs.replace(POLICY, off=off("another")))
    # A bucket's encryption is one of the ways by which a key comes to be known.
    assert Detector.kind() in left_out
    assert Bucket.kind() not in left_out


def _narrow(keys, snapshot) -> bool:
    return bool(keys) and not any(each for each in snapshot.of(SecretPolicy))


def test_what_was_not_read_is_never_judged_by_what_there_is_of_it():
    """However the snapshot came to lack a kind: a control that looks at it after all has no verdict."""
    held = structs.replace(made(own_vpc()), unread=(Secret.kind(),))

    @control("finds", "Finds", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.")
    def finds(_vpc: VPC, snapshot, _policy):
        return passed(str(snapshot.find(Secret.ask("web"))))

    @control("lists", "Lists", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.")
    def lists(_vpc: VPC, snapshot, _policy):
        return passed(str(snapshot.of(Secret)))

    @control("follows", "Follows", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.")
    def follows(_vpc: VPC, snapshot, _policy):
        return passed(str(snapshot.subjects(SecretPolicy)))

    @control("judges", "Judges", severity=Severity.LOW, citations=hipaa("164.312(b)"), remediation="Mend it.")
    def judges(_policy_of_secret: SecretPolicy, _snapshot, _policy):
        return passed("it")

    for each in (finds, lists, follows):
        assert judged(each, held) == {"vpc-1": Status.ERROR}
    (found,) = evaluate(held, [judges], POLICY)
    assert (found.status, found.observed) == (Status.ERROR, f"{Secret.kind()}: {NOT_READ}")
    assert judged(replace(judges, id="own"), structs.replace(held, unread=(Bucket.kind(),))) == {
        "": Status.NOT_APPLICABLE
    }


@pytest.fixture
def without_guardduty(tmp_path):
    lines = "\n".join(f'{name} = "somebody else looks after it"' for name in WITHOUT_GUARDDUTY)
    (tmp_path / "policy.toml").write_text(f'name = "ours"\nextends = "hipaa"\n\n[environments.prod.off]\n{lines}\n')
    return tmp_path / "policy.toml"


def test_permissions_for_a_policy_are_those_of_the_controls_that_it_leaves_on(without_guardduty, tmp_path):
    def allowed(*arguments: str) -> set[str]:
        ran = stack_verify("permissions", *arguments, environment={}, cwd=tmp_path)
        assert (ran.status, ran.err) == (0, "")
        printed = json.loads(ran.out)
        documents = printed if isinstance(printed, list) else [printed]
        return {action for document in documents for each in document["Statement"] for action in each["Action"]}

    every, few = allowed(), allowed("--policy", str(without_guardduty))
    assert {each.partition(":")[0] for each in every - few} >= {"guardduty"}
    assert not any(each.startswith("guardduty:") for each in few)
    assert few < every
    # The policy turns them off in prod alone.
    assert allowed("--policy", str(without_guardduty), "--environment", "dev") == every


def test_permissions_of_a_policy_that_cannot_be_used_say_where_it_is_wrong(tmp_path):
    (tmp_path / "policy.toml").write_text(
        dedent("""\
            name = "ours"
            extends = "hipaa"

            [off]
            guardduty-enable = "another team's"
            """)
    )
    ran = stack_verify("permissions", "--policy", "policy.toml", environment={}, cwd=tmp_path)
    assert (ran.status, ran.out) == (4, "")
    assert "policy.toml, line 5: [off] there is no control guardduty-enable; did you mean guardduty-enabled?" in ran.err


def test_a_policy_that_leaves_nothing_on_has_no_permissions(tmp_path):
    lines = "\n".join(f'{each.id} = "not ours"' for each in CONTROLS if each.id != "outputs-complete")
    (tmp_path / "policy.toml").write_text(f'name = "none"\nextends = "hipaa"\n[off]\n{lines}\n')
    ran = stack_verify_here("permissions", "--policy", "policy.toml", cwd=tmp_path)
    assert (ran.status, ran.out) == (4, "")
    assert "none leaves no control on that reads AWS" in ran.err


def test_a_run_reads_what_its_policy_needs_and_says_what_it_left_out(prod, without_guardduty, tmp_path):
    ran = verify(
        prod.outputs,
        *("--stack-state", str(prod.state), "--policy", str(without_guardduty)),
        environment=prod.environment(),
        cwd=tmp_path,
        report="json,snapshot,html",
    )
    assert ran.status == 0, ran.out
    left_out = ran.results["run"]["unread"]
    assert {"AWS::GuardDuty::Detector", "AWS::GuardDuty::Finding"} <= set(left_out)
    assert not any(each.kind() in left_out for each in load(tmp_path / "reports/snapshot.json").resources)
    apis = {item["api"] for each in ran.results["findings"] for item in each["evidence"]}
    assert not any(api.startswith("guardduty:") for api in apis)
    assert "not read  AWS::" in ran.out
    assert "AWS::GuardDuty::Detector" in (tmp_path / "reports/report.html").read_text()

    # Another policy's question about it is one that this evidence cannot answer.
    again = stack_verify("evaluate", "reports/snapshot.json", "--reports", "again", environment={}, cwd=tmp_path)
    assert again.status == 1
    found = json.loads((tmp_path / "again/results.json").read_text())["findings"]
    erring = {each["control"] for each in found if each["status"] == "error"}
    assert {*GUARDDUTY, "outputs-resolve-live"} <= erring <= set(WITHOUT_GUARDDUTY)
    assert {each["status"] for each in found if each["control"] in GUARDDUTY} == {"error"}


def test_what_one_of_two_audits_left_out_has_neither_appeared_nor_gone(prod, snapshot):
    whole, outputs = load(snapshot), load_outputs(prod.outputs, prod.state)
    policy = structs.replace(POLICY, off=off(*WITHOUT_GUARDDUTY))
    narrow = collect_again(None, outputs, structs.replace(whole, unread=tuple(sorted(unread(CONTROLS, policy)))))
    assert len(narrow.resources) < len(whole.resources)
    for before, after in ((whole, narrow), (narrow, whole)):
        found = changes(*(audit_of(each, evaluate(each, CONTROLS, policy)) for each in (before, after)))
        assert (found.appeared, found.gone, found.properties, found.new, found.fixed) == ((), (), (), (), ())


def test_probes_that_no_control_needs_are_not_made():
    kinds = (Listener, Endpoint, DBInstance, DatabasePort)
    held = structs.replace(made(), unread=tuple(sorted(kind.kind() for kind in kinds)))
    seen = probe(held, probe_settings("auto"), lambda _: None)
    assert [each.kind() for each in seen.resources] == [ProbeRun.kind()]
    assert seen.gaps == ()
