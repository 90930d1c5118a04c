"""What Systems Manager knows of EC2 instances: whether it manages and patches them."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from controls.test_instances import ID, instance
from stack_verify.collect.collector import Collector
from stack_verify.collect.reader import Aws, Reader
from stack_verify.collect.ssm import managed_nodes, patch_states
from stack_verify.controls.ssm.instances import ssm_instance_associations, ssm_instance_managed, ssm_instance_patched
from stack_verify.core.control import Status
from stack_verify.resources.ssm import ManagedNode, PatchState
from support.hand_made import ACCOUNT, REGION, OneClient, answered, denied, judged, snapshot

OTHER = "i-0a1b2c3d4e5f60719"
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE
COUNTS = {"CriticalNonCompliantCount": 0, "SecurityNonCompliantCount": 0, "OtherNonCompliantCount": 0}


def node(*, managed: bool = True, **fields: object) -> ManagedNode:
    return answered(ManagedNode, InstanceId=ID, IsManaged=managed, **fields)


@pytest.mark.parametrize("managed", [True, False])
def test_an_instance_is_managed(managed):
    held = snapshot(instance(), node(managed=managed))
    assert judged(ssm_instance_managed, held) == {ID: PASSED if managed else FAILED}


def test_what_systems_manager_did_not_answer_is_not_unmanaged():
    held = snapshot(instance(), gaps=(denied(ManagedNode, ID),))
    assert judged(ssm_instance_managed, held) == {ID: ERROR}


@pytest.mark.parametrize(
    ("of_node", "counts", "status"),
    [
        (node(), COUNTS, PASSED),
        (node(), COUNTS | {"CriticalNonCompliantCount": 2}, FAILED),
        (node(), COUNTS | {"OtherNonCompliantCount": 1}, FAILED),
        (node(), {"CriticalNonCompliantCount": 0}, ERROR),
        (node(), None, NOT_APPLICABLE),
        (node(managed=False), COUNTS, NOT_APPLICABLE),
    ],
)
def test_an_instance_that_was_scanned_lacks_no_patch(of_node, counts, status):
    state = () if counts is None else (answered(PatchState, InstanceId=ID, **counts),)
    held = snapshot(instance(), of_node, *state, lists=[(PatchState, ID)])
    assert judged(ssm_instance_patched, held) == {ID: status}


@pytest.mark.parametrize(
    ("of_node", "status"),
    [
        (node(AssociationStatus="Success"), PASSED),
        (node(AssociationStatus="Failed"), FAILED),
        (node(AssociationStatus="Pending"), NOT_APPLICABLE),
        (node(AssociationStatus="Odd"), ERROR),
        (node(), NOT_APPLICABLE),
        (node(managed=False), NOT_APPLICABLE),
    ],
)
def test_associations_succeed(of_node, status):
    assert judged(ssm_instance_associations, snapshot(instance(), of_node)) == {ID: status}


def asked(collector: Collector, session: OneClient, *keys: str):
    reader = Reader(Aws(session, account=ACCOUNT, region=REGION, max_in_flight=1), collector.apis)
    return dict(collector.ask(reader, keys))


def test_an_instance_that_is_left_out_of_the_answer_is_not_managed():
    session = OneClient("ssm")
    filters = {"Filters": [{"Key": "InstanceIds", "Values": [ID, OTHER]}]}
    with Stubber(session.only) as stub:
        found = {"InstanceInformationList": [{"InstanceId": OTHER, "PingStatus": "Online"}]}
        stub.add_response("describe_instance_information", found, filters)
        nodes = asked(managed_nodes, session, ID, OTHER)
    assert {name: each.is_managed for name, each in nodes.items()} == {ID: False, OTHER: True}


def test_an_instance_that_was_never_scanned_has_no_patch_state():
    session = OneClient("ssm")
    with Stubber(session.only) as stub:
        stub.add_response("describe_instance_patch_states", {"InstancePatchStates": []}, {"InstanceIds": [ID]})
        assert asked(patch_states, session, ID) == {}
