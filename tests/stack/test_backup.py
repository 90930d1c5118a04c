"""Backups: daily and monthly, of the database and the data, in a vault that keeps them whatever anybody wants."""

import json

from support.stack_deployment import DEV, Deployment, deploy

COPY = "arn:aws:backup:us-east-1:333322221111:backup-vault:elsewhere"


def rules(stack: Deployment) -> dict[str, dict[str, object]]:
    return {rule["ruleName"]: rule for rule in stack.one("Plan").inputs["rules"]}


def test_the_vault_is_encrypted_with_a_key_of_its_own(any_stack: Deployment):
    assert any_stack.one("Vault").inputs["kmsKeyArn"] == "arn:aws:Key/healthcare-backup-blue7"


def test_the_vault_is_locked_for_the_shortest_retention_and_can_be_unlocked(any_stack: Deployment):
    assert any_stack.one("VaultLockConfiguration").inputs == {
        "backupVaultName": "healthcare-backup-blue7",
        "minRetentionDays": 35,
    }


def test_in_compliance_mode_the_lock_is_final_after_three_days():
    lock = deploy({**DEV, "backupLockMode": "COMPLIANCE"}).one("VaultLockConfiguration").inputs
    assert lock["changeableForDays"] == 3


def test_each_day_and_each_month_is_backed_up_into_the_vault(any_stack: Deployment):
    planned = {name: (rule["schedule"], rule["lifecycle"]) for name, rule in rules(any_stack).items()}
    assert planned == {
        "daily": ("cron(0 5 ? * * *)", {"deleteAfter": 35}),
        "monthly": ("cron(0 5 1 * ? *)", {"deleteAfter": 365}),
    }
    assert {rule["targetVaultName"] for rule in rules(any_stack).values()} == {"healthcare-backup-blue7"}
    assert {(rule["startWindow"], rule["completionWindow"]) for rule in rules(any_stack).values()} == {(60, 480)}


def test_recovery_points_carry_the_default_tags(any_stack: Deployment):
    tags = any_stack.one("Plan").inputs["tags"]
    assert [rule["recoveryPointTags"] for rule in rules(any_stack).values()] == [tags, tags]


def test_how_long_is_a_setting_and_the_lock_follows():
    stack = deploy({**DEV, "backupDailyRetentionDays": "60", "backupMonthlyRetentionDays": "2192"})
    assert {name: rule["lifecycle"] for name, rule in rules(stack).items()} == {
        "daily": {"deleteAfter": 60},
        "monthly": {"deleteAfter": 2192},
    }
    assert stack.one("VaultLockConfiguration").inputs["minRetentionDays"] == 60


def test_nothing_is_copied_unless_a_vault_is_named(any_stack: Deployment):
    assert [name for name, rule in rules(any_stack).items() if "copyActions" in rule] == []


def test_copies_are_kept_as_long_in_the_vault_of_the_settings():
    stack = deploy({**DEV, "backupCopyVaultArn": COPY})
    assert {name: rule["copyActions"] for name, rule in rules(stack).items()} == {
        "daily": [{"destinationVaultArn": COPY, "lifecycle": {"deleteAfter": 35}}],
        "monthly": [{"destinationVaultArn": COPY, "lifecycle": {"deleteAfter": 365}}],
    }


def test_database_and_data_are_selected_by_name(any_stack: Deployment):
    selection = any_stack.one("Selection").inputs
    assert selection["planId"] == any_stack.one("Plan").id
    assert selection["resources"] == [
        "arn:aws:Instance/healthcare-database-blue7",
        "arn:aws:Bucket/healthcare-data-blue7",
    ]


def test_the_role_backs_up_and_does_not_restore(any_stack: Deployment):
    role = any_stack.one("Role", "backup")
    (trust,) = json.loads(role.inputs["assumeRolePolicy"])["Statement"]
    assert trust == {
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    attached = {each.inputs["policyArn"] for each in any_stack.of("RolePolicyAttachment") if "backup" in each.name}
    assert attached == {
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
    }
    assert any_stack.one("Selection").inputs["iamRoleArn"] == role.arn
