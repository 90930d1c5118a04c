"""Amazon RDS: that clients do get to the database, as far as CloudWatch counted them."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.resources.cloudwatch import DatabaseConnections
from stack_verify.resources.ecs import Service
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot

# Hours without any client after which the tasks would have connected if they could.
QUIET_HOURS = 6


@control(
    "rds-clients-connected",
    "CloudWatch counted database clients while tasks ran",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)"),
    remediation="See why the tasks do not connect: their logs, the database's user, and what reach-tasks-to-rds says.",
    rationale="A database that no task reaches is an unnoticed outage.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html",
    reads=(DatabaseConnections, Service),
)
def rds_clients_connected(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not any(service.desired_count for service in every(Service, snapshot)):
        return not_applicable("the stack has no ECS service that is to run tasks")
    maxima = snapshot.require(DatabaseConnections, db.db_instance_identifier).maxima
    observed = f"at most {max(maxima, default=0):g} clients at once in {len(maxima)} hours of the last 24"
    if any(maxima):
        return passed(observed)
    # No datapoints are no proof of anything: a database is new, or CloudWatch late.
    if len(maxima) < QUIET_HOURS:
        return not_applicable(f"{observed}: that is too little to tell; see reach-tasks-to-rds for the way there")
    return failed(observed, expected=f"a client in one of {QUIET_HOURS} hours or more")
