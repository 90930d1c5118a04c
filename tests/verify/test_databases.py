"""What is concluded of databases, by their engine."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from handmade import ACCOUNT, AT, answer, decoded, judged, snapshot

from verify.control import Status
from verify.controls.rds import (
    rds_copy_tags_to_snapshot,
    rds_deletion_protection,
    rds_force_tls,
    rds_iam_authentication,
    rds_log_exports,
    rds_master_password_managed,
    rds_multi_az,
)
from verify.controls.rds_records import (
    rds_audit_parameters,
    rds_latest_restorable_time_fresh,
    rds_parameter_group_in_sync,
    rds_performance_insights_encrypted,
    rds_postgres_log_export,
    rds_snapshot_encrypted,
    rds_snapshot_not_public,
)
from verify.resources.rds import DBInstance, DBParameter, DBSnapshot

SUBNETS = {"DBSubnetGroupName": "data", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}


def database(engine: str, *, status: str = "in-sync", **more: object):
    fields = {
        "DBInstanceIdentifier": "db",
        "DBInstanceArn": f"arn:aws:rds:sa-east-1:{ACCOUNT}:db:db",
        "Engine": engine,
        "DBSubnetGroup": SUBNETS,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
        "DBParameterGroups": [{"DBParameterGroupName": "group", "ParameterApplyStatus": status}],
    }
    return answer("db", decoded(DBInstance, **{**fields, **more}))


def with_parameter(engine: str, name: str, value: str, status: str = "in-sync") -> Status:
    parameter = decoded(DBParameter, Path=f"group/{name}", ParameterName=name, ParameterValue=value)
    return judged(rds_force_tls, snapshot(database(engine, status=status), answer("group", parameter)), "db")[0]


ENFORCED = [
    ("postgres", "rds.force_ssl", "1", "0"),
    ("sqlserver-ee", "rds.force_ssl", "1", "0"),
    ("mysql", "require_secure_transport", "ON", "OFF"),
    ("mysql", "require_secure_transport", "1", "0"),
    ("mariadb", "require_secure_transport", "1", "0"),
]


@pytest.mark.parametrize(("engine", "name", "on", "off"), ENFORCED)
def test_each_engine_enforces_tls_by_a_parameter_of_its_own(engine, name, on, off):
    assert with_parameter(engine, name, on) is Status.PASSED
    assert with_parameter(engine, name, on, "pending-reboot") is Status.FAILED
    assert with_parameter(engine, name, off) is Status.FAILED
    assert with_parameter(engine, "another", on) is Status.FAILED


@pytest.mark.parametrize("engine", ["oracle-ee", "db2-se", "docdb", "unheard-of"])
def test_how_an_engine_enforces_tls_that_nobody_knows_of_is_an_error(engine):
    assert with_parameter(engine, "rds.force_ssl", "1") is Status.ERROR


@pytest.mark.parametrize(
    ("engine", "exports", "status"),
    [
        ("sqlserver-se", [], Status.FAILED),
        ("oracle-ee", ["alert", "audit"], Status.FAILED),
        ("db2-se", ["diag.log"], Status.ERROR),
    ],
)
def test_no_engine_is_let_off_its_logs(engine, exports, status):
    seen = snapshot(database(engine, EnabledCloudwatchLogsExports=exports))
    assert judged(rds_log_exports, seen, "db")[0] is status


ON_THE_CLUSTER = [
    rds_audit_parameters,
    rds_copy_tags_to_snapshot,
    rds_deletion_protection,
    rds_force_tls,
    rds_iam_authentication,
    rds_latest_restorable_time_fresh,
    rds_log_exports,
    rds_master_password_managed,
    rds_multi_az,
    rds_parameter_group_in_sync,
    rds_postgres_log_export,
    rds_snapshot_encrypted,
    rds_snapshot_not_public,
]
# What AWS answers of an instance that would pass, were it none of a cluster.
IN_ORDER = {
    "CopyTagsToSnapshot": True,
    "DeletionProtection": True,
    "EnabledCloudwatchLogsExports": ["postgresql", "upgrade"],
    "IAMDatabaseAuthenticationEnabled": True,
    "LatestRestorableTime": AT,
    "MasterUserSecret": {"SecretArn": f"arn:aws:secretsmanager:sa-east-1:{ACCOUNT}:secret:db-123456"},
    "MultiAZ": True,
}


@pytest.mark.parametrize("control", ON_THE_CLUSTER, ids=lambda control: control.id)
@pytest.mark.parametrize("engine", ["aurora-postgresql", "postgres"])
def test_what_is_set_on_a_cluster_is_not_judged_by_its_instances(control, engine):
    held = snapshot(
        database(engine, **IN_ORDER, DBClusterIdentifier="data"),
        answer("db", kind=DBSnapshot),
        answer("group", kind=DBParameter),
    )
    status, observed = judged(control, held, "db")
    assert status is Status.ERROR
    assert observed.endswith("a matter of its cluster data, which this version cannot read")


@pytest.mark.parametrize("control", [rds_audit_parameters, rds_postgres_log_export], ids=lambda control: control.id)
@pytest.mark.parametrize("engine", ["aurora-mysql", "mysql"])
def test_what_is_asked_of_postgresql_is_asked_of_no_other_engine(control, engine):
    assert judged(control, snapshot(database(engine)), "db")[0] is Status.NOT_APPLICABLE


@pytest.mark.parametrize(("minutes", "status"), [(60, Status.PASSED), (60.1, Status.FAILED), (-1, Status.PASSED)])
def test_a_database_can_be_restored_to_an_hour_ago_at_most(minutes, status):
    latest = AT - timedelta(minutes=minutes)
    seen = snapshot(database("postgres", LatestRestorableTime=latest))
    assert judged(rds_latest_restorable_time_fresh, seen, "db")[0] is status


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.NOT_APPLICABLE),
        ({"PerformanceInsightsEnabled": False}, Status.NOT_APPLICABLE),
        ({"PerformanceInsightsEnabled": True}, Status.FAILED),
        ({"PerformanceInsightsEnabled": True, "PerformanceInsightsKMSKeyId": "unread"}, Status.ERROR),
    ],
)
def test_the_key_of_performance_insights_matters_where_they_are_on(told, status):
    seen = snapshot(database("postgres", **told))
    assert judged(rds_performance_insights_encrypted, seen, "db")[0] is status


@pytest.mark.parametrize(
    "empty",
    [{"VpcSecurityGroups": []}, {"DBParameterGroups": []}, {"DBSubnetGroup": {**SUBNETS, "Subnets": []}}],
    ids=["security groups", "parameter groups", "subnets"],
)
def test_a_database_without_what_every_database_has_is_no_answer(empty):
    with pytest.raises(msgspec.ValidationError, match="length >= 1"):
        database("postgres", **empty)
