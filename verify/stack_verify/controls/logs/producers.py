"""Amazon CloudWatch Logs: a group for everything that writes logs."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.logs import LogGroup
from stack_verify.snapshot import Snapshot


# The log groups of other producers are judged with them: of containers, databases, flow logs, trails and web ACLs.
@control(
    "log-groups-for-every-producer",
    "Each log that the cluster writes has its log group",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Create the log group, with a retention and a customer-managed key, before the cluster writes to it.",
    rationale="A log without a group is not kept.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    reads=(LogGroup,),
)
def log_groups_for_every_producer(cluster: Cluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    groups = cluster.log_groups
    if not groups:
        return not_applicable("the cluster itself writes no log")
    gone = [name for name in groups.values() if not snapshot.find(LogGroup.ask(name))]
    observed = "; ".join(f"{what} writes to {name}" for what, name in groups.items())
    return verdict(not gone, f"{observed}; not there: {', '.join(gone) or 'none'}", expected="none")
