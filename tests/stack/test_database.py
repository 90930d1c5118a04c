"""The database: encrypted, isolated, backed up, and never spoken to in clear."""

import json

import pytest
from support.stack_deployment import DEV, Deployment, deploy


def test_storage_secret_and_insights_are_encrypted_with_the_stacks_keys(any_stack: Deployment):
    database = any_stack.one("Instance").inputs
    assert database["storageEncrypted"] is True
    assert database["kmsKeyId"] == "arn:aws:Key/healthcare-database-blue7"
    assert database["performanceInsightsKmsKeyId"] == "arn:aws:Key/healthcare-database-blue7"
    assert database["masterUserSecretKmsKeyId"] == "arn:aws:Key/healthcare-secrets-blue7"


def test_the_master_password_is_managed_and_never_given(any_stack: Deployment):
    database = any_stack.one("Instance").inputs
    assert database["manageMasterUserPassword"] is True
    assert {"password", "passwordWo"} & set(database) == set()
    assert database["username"] == "healthcare_admin"
    assert any_stack.outputs["databaseSecretArn"] == "arn:aws:secret/master"


def test_it_stands_in_the_isolated_subnets_and_is_not_public(any_stack: Deployment):
    database = any_stack.one("Instance").inputs
    assert database["publiclyAccessible"] is False
    assert database["vpcSecurityGroupIds"] == ["SecurityGroup/healthcare-database-blue7"]
    assert database["dbSubnetGroupName"] == any_stack.one("SubnetGroup").inputs["name"]
    assert any_stack.one("SubnetGroup").inputs["subnetIds"] == [
        "Subnet/healthcare-isolated-1-blue7",
        "Subnet/healthcare-isolated-2-blue7",
    ]


def test_tls_is_forced_and_connections_and_statements_are_logged(any_stack: Deployment):
    group = any_stack.one("ParameterGroup").inputs
    assert {each["name"]: (each["value"], each["applyMethod"]) for each in group["parameters"]} == {
        "rds.force_ssl": ("1", "pending-reboot"),
        "log_connections": ("1", "immediate"),
        "log_disconnections": ("1", "immediate"),
        "pgaudit.log": ("ddl,read,role,write", "immediate"),
        "shared_preload_libraries": ("pg_stat_statements,pgaudit", "pending-reboot"),
    }
    assert any_stack.one("Instance").inputs["parameterGroupName"] == group["name"]
    assert any_stack.one("Instance").inputs["caCertIdentifier"] == "rds-ca-rsa2048-g1"


@pytest.mark.parametrize(("version", "family"), [("17", "postgres17"), ("16.9", "postgres16"), ("13", "postgres13")])
def test_the_parameter_family_follows_the_engine_version(version, family):
    stack = deploy({**DEV, "databaseEngineVersion": version})
    assert stack.one("ParameterGroup").inputs["family"] == family
    assert stack.one("Instance").inputs["engineVersion"] == version


def test_logs_are_exported_to_groups_that_exist_before(any_stack: Deployment):
    database = any_stack.one("Instance")
    groups = {any_stack.one("LogGroup", f"database-{export}").urn for export in ("postgresql", "upgrade")}
    assert database.inputs["enabledCloudwatchLogsExports"] == ["postgresql", "upgrade"]
    assert groups <= set(database.dependencies)


def test_production_survives_a_zone_and_a_mistaken_deletion(prod: Deployment):
    database = prod.one("Instance").inputs
    keys = ("multiAz", "deletionProtection", "skipFinalSnapshot", "deleteAutomatedBackups")
    assert [database[key] for key in keys] == [True, True, False, False]


def test_development_can_be_taken_down(dev: Deployment):
    database = dev.one("Instance").inputs
    keys = ("multiAz", "deletionProtection", "skipFinalSnapshot", "deleteAutomatedBackups")
    assert [database[key] for key in keys] == [False, False, True, True]
    assert "finalSnapshotIdentifier" not in database


@pytest.mark.parametrize("days", ["30", "35"])
def test_backups_are_kept_as_long_as_set(days):
    stack = deploy({**DEV, "backupRetentionDays": days})
    assert stack.one("Instance").inputs["backupRetentionPeriod"] == int(days)


def test_backups_are_kept_thirty_days_by_default_and_tagged(any_stack: Deployment):
    database = any_stack.one("Instance").inputs
    assert (database["backupRetentionPeriod"], database["copyTagsToSnapshot"]) == (30, True)


def test_clients_log_in_by_iam(any_stack: Deployment):
    assert any_stack.one("Instance").inputs["iamDatabaseAuthenticationEnabled"] is True


def test_the_settings_reach_the_instance():
    settings = {"databaseName": "clinic", "databaseInstanceClass": "db.r6g.large", "allocatedStorage": "50"}
    database = deploy({**DEV, **settings}).one("Instance").inputs
    assert (database["dbName"], database["instanceClass"], database["allocatedStorage"]) == (
        "clinic",
        "db.r6g.large",
        50,
    )


def test_monitoring_writes_the_metrics_of_this_instance_alone(any_stack: Deployment):
    role = any_stack.one("Role", "database-monitoring")
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "monitoring.rds.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {
        "aws:SourceAccount": "210987654321",
        "aws:SourceArn": "arn:aws:rds:sa-east-1:210987654321:db:healthcare-database-blue7",
    }
    group = "arn:aws:logs:sa-east-1:210987654321:log-group:RDSOSMetrics"
    policy = any_stack.policy("RolePolicy", "database-monitoring")
    assert {sid: statement["Resource"] for sid, statement in policy.items()} == {
        "CreateGroup": [group, f"{group}:*"],
        "WriteMetrics": f"{group}:log-stream:*",
    }
    assert any_stack.one("Instance").inputs["monitoringRoleArn"] == role.arn
    assert any_stack.one("Instance").inputs["monitoringInterval"] == 60
