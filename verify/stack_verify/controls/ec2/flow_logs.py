"""Amazon VPC: flow logs, and whether their destinations take them."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.controls.delivery import Broken, default_encryption, into_bucket, together, with_key
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, verdict
from stack_verify.ownership.keepers import is_named, keeper
from stack_verify.policy import Policy
from stack_verify.principals.services import Call
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.ec2 import VPC, FlowLog
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.kms import Key, KeyPolicy
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.partitions import partition
from stack_verify.resources.s3 import Bucket, BucketEncryption, BucketPolicy
from stack_verify.snapshot import Snapshot

LOG_DELIVERY = "delivery.logs.amazonaws.com"
FIREHOSE = "kinesis-data-firehose"
EXPECTED = "a log group, bucket or stream that takes the log, and DeliverLogsStatus SUCCESS"


@control(
    "vpc-flow-logs",
    "Flow logs record all traffic of the VPC",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="vpc-flow-logs-enabled",
    security_hub="EC2.6",
    remediation="Create a flow log of the VPC with traffic type ALL, and check that it can deliver.",
    rationale="Flow logs show which connections were made and refused, which no other log does.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    reads=(FlowLog,),
)
def vpc_flow_logs(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logs = snapshot.within(FlowLog, vpc.vpc_id)
    recording = any(_records(log) for log in logs)
    return verdict(recording, _told(logs), expected="an ACTIVE flow log of ALL traffic whose delivery is a SUCCESS")


@control(
    "vpc-flow-log-destination-live",
    "The flow log is delivered to a destination that takes it",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Create the flow log again, to a destination that exists and whose policy and key let it deliver. Name "
    "the account of a central log bucket in [accounts].",
    rationale="A flow log whose destination is gone or refuses it records nothing, and looks active.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-permissions.html",
    reads=(Bucket, BucketEncryption, BucketPolicy, Key, KeyPolicy, LogGroup),
)
def vpc_flow_log_destination_live(log: FlowLog, snapshot: Snapshot, policy: Policy) -> Verdict:
    destination, status = log.destination, log.deliver_logs_status
    said = f"DeliverLogsStatus is {status}{f' ({log.deliver_logs_error_message})' if _failing(log) else ''}"
    if destination is None:
        return _unread_destination(log, said, policy)
    kept = snapshot.elsewhere(destination)
    if kept is not None:
        return _kept_elsewhere(log, kept, said, policy)
    found = snapshot.find(destination)
    if not found:
        return failed(f"{destination.key} does not exist, {said}", expected=EXPECTED)
    chain = _into(found[0], log, snapshot) if isinstance(found[0], Bucket) else Broken(())
    if chain.links:
        return failed(f"{destination.key}: {'; '.join(chain.links)}; {said}", expected=EXPECTED)
    # What hangs on a condition that is not known here is told by the deliveries themselves.
    return verdict(status == "SUCCESS", f"{destination.key} exists, {said}", expected=EXPECTED)


def _unread_destination(log: FlowLog, said: str, policy: Policy) -> Verdict:
    """A Firehose stream is not read: AWS's own word on the delivery is what is known of it here."""
    arn, own = parse_arn(log.log_destination), log.observed_by.account
    if log.log_destination_type != FIREHOSE or arn is None:
        return failed(f"LogDestinationType is {log.log_destination_type}, without a destination", expected=EXPECTED)
    named = arn.account == own or is_named(arn.account, policy)
    whose = "" if arn.account == own else f", which belongs to {keeper(arn.account, policy)}"
    holds = named and log.deliver_logs_status == "SUCCESS"
    return verdict(holds, f"{log.log_destination}{whose}, {said}", expected=EXPECTED)


def _kept_elsewhere(log: FlowLog, kept: Elsewhere, said: str, policy: Policy) -> Verdict:
    observed = f"{kept.key}, which belongs to {keeper(kept.account, policy)}; {said}"
    if not is_named(kept.account, policy):
        return failed(observed, expected="a destination of this account, or of one that [accounts] names")
    return verdict(log.deliver_logs_status == "SUCCESS", observed, expected=EXPECTED)


def _into(bucket: Bucket, log: FlowLog, snapshot: Snapshot) -> Broken:
    call = log.observed_by
    arn = parse_arn(log.log_destination)
    folder = "" if arn is None else arn.resource.partition("/")[2]
    path = f"{folder.rstrip('/')}/AWSLogs/{call.account}/vpcflowlogs/{call.region}/2026/01/31/x.log.gz".lstrip("/")
    context = {
        "aws:sourceaccount": call.account,
        "aws:sourcearn": f"arn:{partition(call.region)}:logs:{call.region}:{call.account}:*",
        "s3:x-amz-acl": "bucket-owner-full-control",
        "aws:resourceaccount": call.account,
    }
    put = Call((LOG_DELIVERY,), "s3:PutObject", f"{bucket.bucket_arn}/{path}", context)
    keys = [key for algorithm, key in default_encryption(bucket, snapshot) if key and algorithm != "AES256"]
    use = Call((LOG_DELIVERY,), "kms:GenerateDataKey", "*", context)
    return together(into_bucket(bucket, (put,), snapshot), *(with_key(key, (use,), bucket, snapshot) for key in keys))


def _failing(log: FlowLog) -> bool:
    return log.deliver_logs_status != "SUCCESS" and log.deliver_logs_error_message is not None


def _records(log: FlowLog) -> bool:
    active, everything = log.flow_log_status == "ACTIVE", log.traffic_type == "ALL"
    return active and everything and log.deliver_logs_status == "SUCCESS"


def _told(logs: Iterable[FlowLog]) -> str:
    told = (
        f"{log.flow_log_id}: FlowLogStatus {log.flow_log_status}, TrafficType {log.traffic_type}, "
        f"DeliverLogsStatus {log.deliver_logs_status}"
        for log in logs
    )
    return "; ".join(told) or "no flow log"
