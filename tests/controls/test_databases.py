"""What is concluded of databases, by their engine."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from botocore.stub import Stubber
from stack_verify.collect.rds import db_engine_versions
from stack_verify.controls.rds.backup_plans import rds_in_backup_plan
from stack_verify.controls.rds.instances import (
    rds_backup_retention,
    rds_copy_tags_to_snapshot,
    rds_deletion_protection,
    rds_force_tls,
    rds_iam_authentication,
    rds_log_exports,
    rds_master_password_managed,
    rds_multi_az,
)
from stack_verify.controls.rds.records import (
    rds_audit_parameters,
    rds_enhanced_monitoring,
    rds_latest_restorable_time_fresh,
    rds_performance_insights_encrypted,
    rds_postgres_log_export,
    rds_snapshot_encrypted,
    rds_snapshot_not_public,
)
from stack_verify.controls.rds.upkeep import rds_ca_certificate_valid, rds_engine_supported
from stack_verify.core.control import Status
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.rds import (
    DBCluster,
    DBEngineVersion,
    DBInstance,
    DBParameter,
    DBSnapshot,
    DBSnapshotAttributes,
)
from support.hand_made import ACCOUNT, AT, POLICY, OneClient, answer, answered, denied, of_answers, read, said_of

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
    return answer("db", answered(DBInstance, **{**fields, **more}))


def cluster(engine: str = "aurora-postgresql", **more: object) -> DBCluster:
    fields = {
        "DBClusterIdentifier": "data",
        "DBClusterArn": f"arn:aws:rds:sa-east-1:{ACCOUNT}:cluster:data",
        "Engine": engine,
        "DBClusterParameterGroup": "shared",
    }
    return answered(DBCluster, **{**fields, **more})


def with_parameter(engine: str, name: str, value: str, status: str = "in-sync") -> Status:
    parameter = answered(DBParameter, Path=f"group/{name}", ParameterName=name, ParameterValue=value)
    return said_of(rds_force_tls, of_answers(database(engine, status=status), answer("group", parameter)), "db")[0]


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
    _, observed = said_of(rds_force_tls, of_answers(database(engine)), "db")
    assert observed == f"this version cannot tell of the engine {engine} how it enforces TLS"


@pytest.mark.parametrize(
    ("engine", "exports", "status"),
    [
        ("sqlserver-se", [], Status.FAILED),
        ("oracle-ee", ["alert", "audit"], Status.FAILED),
        ("db2-se", ["diag.log"], Status.ERROR),
    ],
)
def test_no_engine_is_let_off_its_logs(engine, exports, status):
    seen = of_answers(database(engine, EnabledCloudwatchLogsExports=exports))
    assert said_of(rds_log_exports, seen, "db")[0] is status


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
    rds_postgres_log_export,
    rds_snapshot_encrypted,
    rds_snapshot_not_public,
]


def test_a_log_that_is_exported_has_a_log_group():
    seen = [database("postgres", EnabledCloudwatchLogsExports=["postgresql", "upgrade"])]
    names = [f"/aws/rds/instance/db/{log}" for log in ("postgresql", "upgrade")]
    for name in names:
        assert said_of(rds_log_exports, of_answers(*seen), "db")[0] is Status.ERROR
        group = answered(LogGroup, logGroupName=name, logGroupArn=f"arn:aws:logs:sa-east-1:{ACCOUNT}:log-group:{name}")
        seen.append(answer(name, group))
    assert said_of(rds_log_exports, of_answers(*seen), "db")[0] is Status.PASSED
    late = of_answers(*seen[:2], answer(names[1], kind=LogGroup))
    assert said_of(rds_log_exports, late, "db")[0] is Status.PASSED  # T38: RDS makes it at the first upgrade
    gone = of_answers(seen[0], answer(names[0], kind=LogGroup), seen[2])
    assert said_of(rds_log_exports, gone, "db") == (Status.FAILED, f"there is no log group {names[0]}")


AUDITED = {
    "log_connections": "1",
    "log_disconnections": "on",
    "pgaudit.log": "ddl",
    "shared_preload_libraries": "pg_stat_statements, pgaudit",
}


def audited(status: str = "in-sync", **changed: str | None) -> Status:
    values = {**AUDITED, **{name.replace("__", "."): value for name, value in changed.items()}}
    parameters = [
        answered(DBParameter, Path=f"group/{name}", ParameterName=name, ParameterValue=value)
        for name, value in values.items()
        if value is not None
    ]
    held = of_answers(database("postgres", status=status), answer("group", *parameters, kind=DBParameter))
    return said_of(rds_audit_parameters, held, "db")[0]


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "pending-reboot"},
        {"shared_preload_libraries": None},
        {"shared_preload_libraries": "pgaudited"},
        {"pgaudit__log": None},
        {"pgaudit__log": "NONE"},
        {"pgaudit__log": ""},
        {"log_connections": "0"},
        {"log_disconnections": None},
    ],
    ids=lambda changed: " ".join(f"{name} {value}" for name, value in changed.items()),
)
def test_postgresql_audits_and_logs_who_comes_and_goes(changed):
    assert audited() is Status.PASSED
    assert audited(**changed) is Status.FAILED


@pytest.mark.parametrize(
    ("seconds", "status"), [(0, Status.FAILED), (1, Status.PASSED), (60, Status.PASSED), (61, Status.FAILED)]
)
def test_enhanced_monitoring_is_on_where_it_has_an_interval(seconds, status):
    seen = of_answers(database("postgres", MonitoringInterval=seconds))
    assert said_of(rds_enhanced_monitoring, seen, "db")[0] is status


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
    """T43: the cluster is judged once; where it could not be read its members are errors."""
    held = [
        database(engine, **IN_ORDER, DBClusterIdentifier="data"),
        answer("db", kind=DBSnapshot),
        answer("group", kind=DBParameter),
    ]
    assert said_of(control, of_answers(*held, gaps=(denied(DBCluster, "data"),)), "db")[0] is Status.ERROR
    with_cluster = of_answers(*held, answer("data", cluster()))
    assert said_of(control, with_cluster, "db") == (
        Status.NOT_APPLICABLE,
        "a setting of its cluster data, which is judged",
    )


def replica(**more: object):
    """A read replica of PostgreSQL, as RDS answers it."""
    return database("postgres", ReadReplicaSourceDBInstanceIdentifier="main", BackupRetentionPeriod=0, **more)


ON_THE_SOURCE = [
    rds_backup_retention,
    rds_latest_restorable_time_fresh,
    rds_in_backup_plan,
    rds_master_password_managed,
]


@pytest.mark.parametrize("control", ON_THE_SOURCE, ids=lambda control: control.id)
def test_what_a_read_replica_cannot_have_is_judged_on_its_source(control):
    """T03: a read replica of PostgreSQL has no backups, and RDS does not manage its password."""
    status, observed = said_of(control, of_answers(replica()), "db")
    assert (status, observed) == (Status.NOT_APPLICABLE, "a read replica: it is judged on its source main")
    own = {"BackupRetentionPeriod": 0, "InstanceCreateTime": AT - timedelta(days=9), "Tags": {}}
    alone = of_answers(database("postgres", **own))
    assert said_of(control, alone, "db")[0] is Status.FAILED


def test_the_source_of_a_replica_and_the_cluster_of_a_member_are_read():
    (_, (found,)) = replica(DBClusterIdentifier="data")
    assert {DBInstance.ask("main"), DBCluster.ask("data")} <= set(found.refers_to())


@pytest.mark.parametrize(("hours", "status"), [(23, Status.NOT_APPLICABLE), (24, Status.FAILED)])
def test_the_first_backup_of_a_new_database_is_pending_for_a_day(hours, status):
    """T39: on day 0 there is no automated backup yet."""
    made = database("postgres", InstanceCreateTime=AT - timedelta(hours=hours), BackupRetentionPeriod=35)
    assert said_of(rds_latest_restorable_time_fresh, of_answers(made), "db")[0] is status


def test_a_new_database_without_backups_has_none_pending():
    made = database("postgres", InstanceCreateTime=AT, BackupRetentionPeriod=0)
    assert said_of(rds_latest_restorable_time_fresh, of_answers(made), "db")[0] is Status.FAILED


@pytest.mark.parametrize("control", [rds_audit_parameters, rds_postgres_log_export], ids=lambda control: control.id)
@pytest.mark.parametrize("engine", ["aurora-mysql", "mysql"])
def test_what_is_asked_of_postgresql_is_asked_of_no_other_engine(control, engine):
    assert said_of(control, of_answers(database(engine)), "db")[0] is Status.NOT_APPLICABLE


def test_a_database_that_cannot_be_restored_at_all_fails():
    assert said_of(rds_latest_restorable_time_fresh, of_answers(database("postgres")), "db")[0] is Status.FAILED


@pytest.mark.parametrize(("minutes", "status"), [(60, Status.PASSED), (60.1, Status.FAILED), (-1, Status.PASSED)])
def test_a_database_can_be_restored_to_an_hour_ago_at_most(minutes, status):
    latest = AT - timedelta(minutes=minutes)
    seen = of_answers(database("postgres", LatestRestorableTime=latest))
    assert said_of(rds_latest_restorable_time_fresh, seen, "db")[0] is status


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
    seen = of_answers(database("postgres", **told))
    assert said_of(rds_performance_insights_encrypted, seen, "db")[0] is status


@pytest.mark.parametrize(
    "empty",
    [{"VpcSecurityGroups": []}, {"DBParameterGroups": []}, {"DBSubnetGroup": {**SUBNETS, "Subnets": []}}],
    ids=["security groups", "parameter groups", "subnets"],
)
def test_a_database_without_what_every_database_has_is_no_answer(empty):
    with pytest.raises(msgspec.ValidationError, match="length >= 1"):
        database("postgres", **empty)


@pytest.mark.parametrize(("less", "status"), [(timedelta(0), Status.PASSED), (timedelta(seconds=1), Status.FAILED)])
def test_the_certificate_of_a_database_is_good_for_thirty_days_more(less, status):
    ends = AT + timedelta(days=POLICY.min_certificate_days) - less
    details = {"CAIdentifier": "rds-ca-rsa2048-g1", "ValidTill": ends}
    assert said_of(rds_ca_certificate_valid, of_answers(database("postgres", CertificateDetails=details)), "db") == (
        status,
        f"CAIdentifier is rds-ca-rsa2048-g1, ValidTill is {ends:%Y-%m-%d}",
    )


@pytest.mark.parametrize(
    "unsaid", [{}, {"CertificateDetails": {}}, {"CertificateDetails": {"CAIdentifier": "rds-ca-rsa2048-g1"}}]
)
def test_a_database_of_whose_certificate_nothing_is_said_is_an_error(unsaid):
    assert said_of(rds_ca_certificate_valid, of_answers(database("postgres", **unsaid)), "db")[0] is Status.ERROR


VERSION = "postgres/17.4"


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ([{"Status": "available"}], (Status.PASSED, "postgres/17.4 is available")),
        ([{"Status": "deprecated"}], (Status.FAILED, "postgres/17.4 is deprecated")),
        ([], (Status.FAILED, "RDS knows no postgres/17.4")),
    ],
)
def test_rds_must_still_offer_the_version_of_the_engine(known, verdict):
    versions = [answered(DBEngineVersion, Path=VERSION, **each) for each in known]
    seen = of_answers(database("postgres", EngineVersion="17.4"), answer(VERSION, *versions, kind=DBEngineVersion))
    assert said_of(rds_engine_supported, seen, "db") == verdict


@pytest.mark.parametrize(("version", "known"), [({}, {"Status": "available"}), ({"EngineVersion": "17.4"}, {})])
def test_a_version_of_which_something_is_not_said_is_an_error(version, known):
    found = answer(VERSION, answered(DBEngineVersion, Path=VERSION, **known))
    assert said_of(rds_engine_supported, of_answers(database("postgres", **version), found), "db")[0] is Status.ERROR


def test_of_the_versions_that_rds_lists_the_very_one_is_taken():
    session = OneClient("rds")
    listed = [{"EngineVersion": version, "Status": "available"} for version in ("17.4", "17.4-R1")]
    with Stubber(session.only) as stub:
        asked = {"Engine": "postgres", "EngineVersion": "17.4", "IncludeAll": True}
        stub.add_response("describe_db_engine_versions", {"DBEngineVersions": listed}, asked)
        (found,) = read(db_engine_versions, session, VERSION)
    assert found.id == VERSION


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ([{"AttributeName": "restore", "AttributeValues": []}], Status.PASSED),
        ([{"AttributeName": "restore", "AttributeValues": ["all"]}], Status.FAILED),
        ([{"AttributeName": "restore"}], Status.ERROR),
        ([{"AttributeName": "another", "AttributeValues": []}], Status.ERROR),
        ([], Status.ERROR),
    ],
)
def test_that_nobody_may_restore_a_snapshot_must_be_said(attributes, status):
    arn = f"arn:aws:rds:sa-east-1:{ACCOUNT}:snapshot:copy"
    copy = {"DBSnapshotIdentifier": "copy", "DBSnapshotArn": arn, "SnapshotType": "manual", "Encrypted": True}
    shared = answered(DBSnapshotAttributes, DBSnapshotIdentifier="copy", DBSnapshotAttributes=attributes)
    seen = of_answers(database("postgres"), answer("db", answered(DBSnapshot, **copy)), answer("copy", shared))
    assert said_of(rds_snapshot_not_public, seen, "db")[0] is status
