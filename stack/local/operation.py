"""What people and AWS do in an account and no program does: before a deployment, and in the night after it."""

import json
from typing import Any, Final

from stack.local.endpoint import Clients

ROOT: Final = "<root_account>"
"""The root user, as the emulator's IAM and AWS's credential report call it."""
HARDWARE_DEVICE: Final = "GAHT12345678"
"""The serial number of the root user's MFA device; that of a virtual one would be an ARN."""

_MANIFEST: Final = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": f"sha256:{'1' * 64}"},
    "layers": [],
}
_CODES: Final = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}


def secure_the_root_user(clients: Clients, device: str = HARDWARE_DEVICE) -> None:
    """Gives the root user an MFA device, as whoever opens an account does."""
    clients.client("iam").enable_mfa_device(UserName=ROOT, SerialNumber=device, **_CODES)


def name_a_security_contact(clients: Clients) -> None:
    """Tells AWS whom to turn to, as whoever is responsible for an account does."""
    who = {"Name": "Security", "Title": "Security", "EmailAddress": "security@healthcare.example", "PhoneNumber": "0"}
    clients.client("account").put_alternate_contact(AlternateContactType="SECURITY", **who)


def subscribe_to_security_hub(clients: Clients) -> None:
    """Enables Security Hub, as whoever runs an account or an organisation does for all of it."""
    clients.client("securityhub").enable_security_hub()


def push_image(clients: Clients, uri: str, repository_url: str) -> None:
    """Pushes an image as `uri` says, and has it scanned, if it is one of the stack's own repository."""
    url, _, tag = uri.rpartition(":")
    if url != repository_url:
        return
    ecr, repository = clients.client("ecr"), url.partition("/")[2]
    ecr.put_image(repositoryName=repository, imageManifest=json.dumps(_MANIFEST), imageTag=tag)
    ecr.start_image_scan(repositoryName=repository, imageId={"imageTag": tag})


def back_up(clients: Clients, plan_id: str, **settings: Any) -> None:  # noqa: ANN401 - as boto3's own
    """Runs a plan once, as AWS Backup does every night: all resources that its selections name, by its first rule.

    `settings` are further arguments of the backup jobs, over what the rule says.
    """
    backup = clients.client("backup")
    rule = backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"][0]
    listed = backup.list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    for selection_id in (each["SelectionId"] for each in listed):
        selection = backup.get_backup_selection(BackupPlanId=plan_id, SelectionId=selection_id)["BackupSelection"]
        for arn in selection["Resources"]:
            job = {"BackupVaultName": rule["TargetBackupVaultName"], "Lifecycle": rule["Lifecycle"]}
            job |= {"ResourceArn": arn, "IamRoleArn": selection["IamRoleArn"]}
            backup.start_backup_job(**{**job, **settings})


def restore_databases(clients: Clients, vault: str, **settings: Any) -> None:  # noqa: ANN401 - as boto3's own
    """Tries whether the databases in the vault can be restored, as whoever answers for them does now and then."""
    backup = clients.client("backup")
    for point in backup.list_recovery_points_by_backup_vault(BackupVaultName=vault)["RecoveryPoints"]:
        if ":rds:" in point["ResourceArn"]:
            job = {"RecoveryPointArn": point["RecoveryPointArn"], "IamRoleArn": point["IamRoleArn"], "Metadata": {}}
            backup.start_restore_job(**{**job, "ResourceType": "RDS", **settings})
