"""Amazon RDS: what of an instance is a matter of its cluster, or of the database that it is a replica of."""

from __future__ import annotations

from stack_verify.core.control import Verdict, not_applicable
from stack_verify.resources.rds import DBCluster, DBInstance
from stack_verify.snapshot import Snapshot


def of_its_cluster(db: DBInstance, snapshot: Snapshot) -> Verdict | None:
    """That a setting is the cluster's, and judged there; None where the instance is not a member of one.

    Raises:
        Unanswered: when the cluster could not be read.
    """
    if db.db_cluster_identifier is None:
        return None
    cluster = snapshot.require(DBCluster, db.db_cluster_identifier)
    if not cluster.is_relational:
        return not_applicable(f"a setting of its cluster {cluster.id}, of the engine {cluster.engine}")
    return not_applicable(f"a setting of its cluster {cluster.id}, which is judged")


def of_its_source(db: DBInstance) -> Verdict | None:
    """That a setting is of the database that this one is a replica of; None where it is not a replica."""
    source = db.read_replica_source_db_instance_identifier
    if source is None:
        return None
    return not_applicable(f"a read replica: it is judged on its source {source}")
