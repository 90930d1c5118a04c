"""Faults of RDS clusters that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, before, on_snapshot, resource

from stack.local.faults.fault import Outputs

CLUSTER = "recordsClusterArn"
FIXED = "RDS cannot change this of a cluster, and the emulator does not make one anew in its place"


def _cluster(snapshot: Document) -> Document:
    return resource(snapshot, "AWS::RDS::DBCluster")


@on_snapshot(("rds-cluster-encrypted", CLUSTER), because=FIXED, stack="aurora")
def rds_cluster_encrypted(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster's storage is in clear."""
    _cluster(snapshot)["StorageEncrypted"] = False


@on_snapshot(("rds-cluster-own-key", CLUSTER), because=FIXED, stack="aurora")
def rds_cluster_own_key(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster's storage is encrypted with AWS's own key."""
    _cluster(snapshot)["KmsKeyId"] = None


@on_snapshot(("rds-cluster-no-default-admin", CLUSTER), because=FIXED, stack="aurora")
def rds_cluster_no_default_admin(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster's master user has the name that RDS proposes."""
    _cluster(snapshot)["MasterUsername"] = "postgres"


@on_snapshot(
    ("rds-cluster-restorable", CLUSTER), because="to the emulator every cluster can be restored to now", stack="aurora"
)
def rds_cluster_restorable(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster's log was last saved an hour and a minute ago."""
    _cluster(snapshot)["LatestRestorableTime"] = before(snapshot, minutes=61)


@on_snapshot(
    ("rds-cluster-multi-az", CLUSTER),
    because="the emulator keeps the zones of removed instances",
    stack="aurora",
)
def rds_cluster_multi_az(snapshot: Document, _outputs: Outputs) -> None:
    """All instances of the cluster are in one zone."""
    _cluster(snapshot)["MultiAZ"] = False


@on_snapshot(
    ("rds-cluster-master-password-managed", CLUSTER),
    because="the emulator deletes the secret too, which fails more",
    stack="aurora",
)
def rds_cluster_master_password_managed(snapshot: Document, _outputs: Outputs) -> None:
    """Nobody rotates the master password of the cluster."""
    _cluster(snapshot)["MasterUserSecret"] = None


@on_snapshot(("rds-cluster-log-exports", CLUSTER), because="the emulator takes no change of exports", stack="aurora")
def rds_cluster_log_exports(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster publishes no log."""
    _cluster(snapshot)["EnabledCloudwatchLogsExports"] = []


@on_snapshot(
    ("rds-cluster-snapshot-encrypted", CLUSTER),
    because="the emulator encrypts each snapshot as its cluster",
    stack="aurora",
)
def rds_cluster_snapshot_encrypted(snapshot: Document, _outputs: Outputs) -> None:
    """A snapshot of the cluster is in clear."""
    resource(snapshot, "AWS::RDS::DBClusterSnapshot")["StorageEncrypted"] = False


@on_snapshot(("rds-cluster-iam-authentication", CLUSTER), because="the emulator ignores this change", stack="aurora")
def rds_cluster_iam_authentication(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster accepts passwords only."""
    _cluster(snapshot)["IAMDatabaseAuthenticationEnabled"] = False


PROXY = "recordsProxyName"
NO_CHANGE = "the emulator has no ModifyDBProxy"


def _proxy(snapshot: Document) -> Document:
    return resource(snapshot, "AWS::RDS::DBProxy")


@on_snapshot(("rds-proxy-tls", PROXY), because=NO_CHANGE, stack="aurora")
def rds_proxy_tls(snapshot: Document, _outputs: Outputs) -> None:
    """The proxy accepts connections without TLS."""
    _proxy(snapshot)["RequireTLS"] = False


@on_snapshot(("rds-proxy-no-debug-logging", PROXY), because=NO_CHANGE, stack="aurora")
def rds_proxy_no_debug_logging(snapshot: Document, _outputs: Outputs) -> None:
    """The proxy logs every statement."""
    _proxy(snapshot)["DebugLogging"] = True


@on_snapshot(("rds-proxy-iam-authentication", PROXY), because=NO_CHANGE, stack="aurora")
def rds_proxy_iam_authentication(snapshot: Document, _outputs: Outputs) -> None:
    """Clients sign in to the proxy with the database's password."""
    _proxy(snapshot)["Auth"][0]["IAMAuth"] = "DISABLED"
