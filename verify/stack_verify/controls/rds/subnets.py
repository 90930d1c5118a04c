"""Amazon RDS: the subnets of databases."""

from __future__ import annotations

from stack_verify.controls.ec2.vpcs import _listed
from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.network.endpoints import database_subnets
from stack_verify.network.routes import internet_routes, route_table
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot


@control(
    "rds-subnets-private",
    "The database's subnets have no route to an internet gateway",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Use subnets in the DB subnet group whose route table has no internet gateway.",
    rationale="A route to the internet is half of a public database.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    reads=(RouteTable, Subnet),
)
def rds_subnets_private(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    routes = {
        subnet: internet_routes(route_table(snapshot.require(Subnet, subnet), snapshot))
        for subnet in sorted(database_subnets(db))
    }
    observed = "; ".join(f"{subnet}: {_listed(found)}" for subnet, found in routes.items())
    return verdict(not any(routes.values()), f"routes to an internet gateway of {observed}", expected="none")
