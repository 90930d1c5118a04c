"""What drifts and what is undeclared, beyond what a fault can name before it is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from stack_verify.collect import cloudtrail, collect_again
from stack_verify.controls import CONTROLS
from stack_verify.core.evaluate import evaluate
from stack_verify.outputs import load_outputs
from stack_verify.pipeline.change_authors import to_look_up
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.stack import NO_STATE
from stack_verify.snapshot import load
from support.judging import Session, judge, loaded, policy_for

from stack.local.faults import find

DRIFT = "drift-live-vs-declared"
ORPHANS = "inventory-in-account-not-in-state"
REVISION = "ecs-running-revision-is-declared"


def test_an_extra_listener_is_no_part_of_the_state(deployed, compliant):
    listener, judged = deployed("prod").run(_with_an_extra_listener)
    assert news(compliant("prod"), judged) == {
        (ORPHANS, listener): "it is in {}, which it declares",
    }


def test_a_change_that_is_undone_is_no_drift(deployed, compliant):
    assert news(compliant("prod"), deployed("prod").run(_there_and_back)) == {}


@pytest.mark.parametrize("control", [ORPHANS, REVISION, DRIFT])
def test_without_a_state_there_is_nothing_to_compare_with(deployed, control):
    judged = deployed("prod").run(_without_a_state)
    said = {told for (each, _, _), told in judged.items() if each == control}
    assert {status for status, _ in said} == {"not applicable"}
    assert {text for _, text in said} == {NO_STATE}


def test_no_value_of_an_environment_variable_and_no_secret_is_kept_of_the_state(deployed):
    kept = deployed("prod").run(_declared_with_canaries)
    assert "canary" not in kept
    assert "DATABASE_HOST" in kept


def test_what_drifted_says_who_changed_it_last(deployed, saved):
    observed = deployed("prod").run(_who_changed_it, saved("prod"))
    assert observed.keys() == {DRIFT}
    text, _, who = observed[DRIFT].partition("; ")
    assert text == "AWS::Logs::LogGroup /healthcare/tasks-prod: retentionInDays: declared 2192, live 3653"
    latest = "the latest change that CloudTrail has of /healthcare/tasks-prod is PutRetentionPolicy by moto at "
    assert who.startswith(latest)


def test_of_a_stack_that_nobody_changed_cloudtrail_is_asked_nothing(saved, tmp_path):
    (tmp_path / "snapshot.json").write_bytes(saved("prod"))
    snapshot = load(tmp_path / "snapshot.json")
    assert to_look_up(snapshot, CONTROLS, policy_for("prod")) == ()


def news(before, after):
    """What fails after and did not before, of these controls: the text, with what stands for an ARN in it left out."""
    failed = {
        key: text for key, (status, text) in after.items() if status == "failed" and before.get(key, ("",))[0] != status
    }
    return {
        (control, name): _without_arns(text)
        for (control, name, _), text in failed.items()
        if control in (DRIFT, ORPHANS, REVISION)
    }


def _without_arns(text):
    why = text.partition("though ")[2].partition(";")[0]
    return " ".join("{}," if word.startswith("arn:") else word for word in why.split())


def _with_an_extra_listener(live):
    elbv2, outputs = live.aws.client("elbv2"), live.outputs
    actions = elbv2.describe_listeners(ListenerArns=[outputs["redirectListenerArn"]])["Listeners"][0]["DefaultActions"]
    made = elbv2.create_listener(LoadBalancerArn=outputs["albArn"], Port=8080, Protocol="HTTP", DefaultActions=actions)
    return made["Listeners"][0]["ListenerArn"], judge(live)


def _there_and_back(live):
    logs, group = live.aws.client("logs"), live.outputs["taskLogGroupName"]
    declared = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"]
    find(DRIFT).apply(live.aws, live.outputs)
    logs.put_retention_policy(logGroupName=group, retentionInDays=declared)
    return judge(live)


def _who_changed_it(live, saved):
    """What fails of a log group that is kept for longer than is declared, with what CloudTrail says of it."""
    cloudtrail.PAUSE = 0
    find(DRIFT).apply(live.aws, live.outputs)
    with TemporaryDirectory() as directory:
        path = Path(directory, "snapshot.json")
        path.write_bytes(saved)
        before = load(path)
    session, asked, policy = Session(live.region), [LogGroup.ask(live.outputs["taskLogGroupName"])], policy_for("prod")
    drifted = collect_again(session, loaded(live), before, forgetting=asked, max_in_flight=1)
    wanted = to_look_up(drifted, CONTROLS, policy)
    told = collect_again(session, loaded(live), drifted, besides=wanted, max_in_flight=1)
    return {each.control: each.observed for each in evaluate(told, CONTROLS, policy) if each.status == "failed"}


def _without_a_state(live):
    root = {**live.state["deployment"], "resources": live.state["deployment"]["resources"][:1]}
    return judge(replace(live, state={**live.state, "deployment": root}))


def _declared_with_canaries(live):
    """What is kept of the state, after canaries were planted in the environment and in a marked secret."""
    text = msgspec.json.encode(live.state).decode().replace("healthcare-database-prod.aaaaaaaaaa", "canary")
    state = msgspec.json.decode(text)
    mark = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"canary"'}
    for resource in state["deployment"]["resources"]:
        if resource["type"] == "aws:ec2/securityGroup:SecurityGroup":
            resource["inputs"]["description"] = mark
        if resource["type"] == "aws:rds/instance:Instance":
            resource["inputs"]["kmsKeyId"] = mark
    with TemporaryDirectory() as directory:
        path = Path(directory, "state.json")
        path.write_bytes(msgspec.json.encode(state))
        return repr([item.properties for item in load_outputs(path).declared])
