"""The catalogue's frame; what each fault does is proven beside the controls."""

import pytest

from stack.local.faults import FAULTS, find
from stack.local.faults.fault import fault, resolved

OUTPUTS = {"vpcId": "vpc-1", "isolatedSubnetIds": ["subnet-1", "subnet-2"]}


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("vpcId", "vpc-1"),
        ("isolatedSubnetIds[1]", "subnet-2"),
        ("isolatedSubnetIds", "subnet-1,subnet-2"),
        ("arn:aws:s3:::not-an-output", "arn:aws:s3:::not-an-output"),
    ],
)
def test_a_resource_is_named_by_its_output_or_is_itself(reference, value):
    assert resolved(reference, OUTPUTS) == value


def test_a_fault_takes_its_name_and_title_from_its_function():
    @fault(("vpc-flow-logs", "vpcId"), stack="dev")
    def vpc_flow_logs(aws, outputs):
        """The flow logs are gone.

        For good.
        """

    assert (vpc_flow_logs.name, vpc_flow_logs.control, vpc_flow_logs.stack) == ("vpc-flow-logs", "vpc-flow-logs", "dev")
    assert vpc_flow_logs.title == "The flow logs are gone."
    assert vpc_flow_logs.findings(OUTPUTS) == {("vpc-flow-logs", "vpc-1")}


def test_a_variant_is_another_fault_of_the_same_control():
    @fault(variant="rejected-only")
    def vpc_flow_logs_rejected_only(aws, outputs):
        """Only rejected traffic is logged."""

    assert vpc_flow_logs_rejected_only.name == "vpc-flow-logs.rejected-only"
    assert vpc_flow_logs_rejected_only.control == "vpc-flow-logs"


def test_the_catalogue_is_sorted_and_each_fault_is_found_by_its_name():
    assert list(FAULTS) == sorted(FAULTS)
    assert [find(name) for name in FAULTS] == list(FAULTS.values())
