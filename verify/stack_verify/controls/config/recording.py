"""Whether a recorder of AWS Config records what the stack has, however its recording group says what it records."""

from __future__ import annotations

from typing import NamedTuple

from stack_verify.errors import Unanswered
from stack_verify.resources.config import RecordingGroup
from stack_verify.resources.resource import Question
from stack_verify.snapshot import Snapshot

# The types that AWS Config records among those that are read here, by the kind that reads them (Config developer guide,
# "Supported Resource Types"). IAM's are left out: they may be recorded in one other region.
RECORDED = {
    **{
        name: name
        for name in (
            "AWS::Backup::BackupPlan",
            "AWS::Backup::BackupVault",
            "AWS::CloudTrail::Trail",
            "AWS::CloudWatch::Alarm",
            "AWS::EC2::EIP",
            "AWS::EC2::FlowLog",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::NatGateway",
            "AWS::EC2::NetworkAcl",
            "AWS::EC2::NetworkInterface",
            "AWS::EC2::RouteTable",
            "AWS::EC2::SecurityGroup",
            "AWS::EC2::Subnet",
            "AWS::EC2::VPC",
            "AWS::EC2::VPCEndpoint",
            "AWS::ECR::Repository",
            "AWS::ECS::Cluster",
            "AWS::ECS::Service",
            "AWS::ECS::TaskDefinition",
            "AWS::ElasticLoadBalancingV2::Listener",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "AWS::KMS::Key",
            "AWS::RDS::DBInstance",
            "AWS::RDS::DBSnapshot",
            "AWS::S3::Bucket",
            "AWS::SecretsManager::Secret",
            "AWS::SNS::Topic",
            "AWS::WAFv2::WebACL",
        )
    },
    "AWS::CertificateManager::Certificate": "AWS::ACM::Certificate",
}
STARTED = ("SUCCESS", "PENDING")  # a recorder that has just been started is pending


class Recording(NamedTuple):
    """Whether a recorder records what the stack has in a region, and what was seen."""

    well: bool
    observed: str


def recording(
    group: RecordingGroup,
    *,
    is_on: bool,
    last_status: str | None,
    error: str | None,
    region: str,
    snapshot: Snapshot,
) -> Recording:
    """How a recorder with this group does in ``region``.

    Raises:
        Unanswered: when it is not known whether the stack has what is not recorded, or how the recorder last did.
    """
    if not is_on:
        return Recording(well=False, observed=f"recording is false, {_last(last_status, error)}")
    if last_status is None:
        raise Unanswered("AWS answers that the recorder is recording, without a last status")
    if group.records_all_but is None and not group.resource_types:
        return Recording(well=False, observed="recording is true, and the recording group names no type to record")
    missing = _missing(group, region, snapshot)
    left_out = f"types that the stack has and it does not record: {', '.join(missing) or 'none'}"
    well = last_status.upper() in STARTED and not missing
    return Recording(well, f"recording is true, {_last(last_status, error)}, {left_out}")


def _missing(group: RecordingGroup, region: str, snapshot: Snapshot) -> list[str]:
    left_out = group.records_all_but
    kinds = {
        kind
        for kind, name in RECORDED.items()
        if (name not in group.resource_types if left_out is None else name in left_out)
    }
    found = sorted(RECORDED[kind] for kind, where in snapshot.kinds_in_stack if kind in kinds and where == region)
    for kind in sorted(kinds):
        if not found and (why := _hidden(kind, snapshot)):
            raise Unanswered(
                f"the recorder leaves out {RECORDED[kind]}, and whether the stack has one is not known: {why}"
            )
    return found


def _hidden(kind: str, snapshot: Snapshot) -> str | None:
    """Why there may be resources of ``kind`` that were not read; None where there are none."""
    if kind in snapshot.unread:
        return snapshot.unknown(Question(kind, ""))
    return next((gap.text() for gap in snapshot.gaps if gap.question.kind == kind), None)


def _last(status: str | None, error: str | None) -> str:
    return f"lastStatus is {status or 'not set: it was never started'}{f' ({error})' if error else ''}"
