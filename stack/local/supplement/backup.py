"""AWS Backup: selections, access policies, backup jobs, recovery points, restore jobs, and the change of a plan.

A job is done at once. As with AWS it fails where its role is not there, and a recovery point of a database is encrypted
where the database is.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.models import Plan
from moto.backup.responses import BackupResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import unix_time
from moto.iam.models import iam_backends
from moto.moto_api._internal import mock_random
from moto.rds.models import rds_backends
from moto.utilities.utils import get_partition

from stack.local.supplement.serving import answer_with, arguments, held

Answer = dict[str, Any]
"""A structure of the API, as boto3 gives it."""

_PATHS = (
    "{0}/backup-jobs/?$",
    "{0}/backup-vaults/(?P<name>[^/]+)/access-policy/?$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$",
    "{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/(?P<point>[^/]+)$",
    "{0}/restore-jobs/?$",
    "{0}/backup/plans/(?P<plan>[^/]+)/selections/$",
    "{0}/backup/plans/(?P<plan>[^/]+)/selections/(?P<selection>[^/]+)$",
)


@dataclass
class Backups:
    """The selections by plan and id, the policies by vault, and the rest in the order of its making."""

    selections: dict[tuple[str, str], Answer] = field(default_factory=dict)
    jobs: list[Answer] = field(default_factory=list)
    recovery_points: list[Answer] = field(default_factory=list)
    restores: list[Answer] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)


class SupplementedBackup(BackupResponse):
    """moto's AWS Backup with the operations that it lacks."""

    def create_backup_selection(self) -> ActionResult:
        """Assigns resources to a plan."""
        asked, selection = arguments(self), str(mock_random.uuid4())
        plan = self._plan(asked["BackupPlanId"]).backup_plan_id
        found = {"BackupPlanId": plan, "SelectionId": selection, "CreationDate": unix_time()}
        self._held.selections[plan, selection] = {**found, "BackupSelection": asked["BackupSelection"]}
        return ActionResult(found)

    def get_backup_selection(self) -> ActionResult:
        """What a selection says."""
        return ActionResult(self._held.selections[self._selection()])

    def list_backup_selections(self) -> ActionResult:
        """The selections of a plan."""
        plan = self._plan(arguments(self)["BackupPlanId"]).backup_plan_id
        found = [each for each in self._held.selections.values() if each["BackupPlanId"] == plan]
        members = [{**each, **each["BackupSelection"]} for each in found]
        return ActionResult({"BackupSelectionsList": members})

    def delete_backup_selection(self) -> EmptyResult:
        """Takes resources out of a plan."""
        del self._held.selections[self._selection()]
        return EmptyResult()

    def update_backup_plan(self) -> ActionResult:
        """Makes a plan anew under the same id, with a version of its own."""
        asked = arguments(self)
        former = self._plan(asked["BackupPlanId"])
        plan = Plan(asked["BackupPlan"], former.creator_request_id, self.backup_backend)
        plan.backup_plan_id, plan.backup_plan_arn = former.backup_plan_id, former.backup_plan_arn
        self.backup_backend.plans[plan.backup_plan_id] = plan
        return ActionResult(plan.to_dict())

    def delete_backup_plan(self) -> Any:  # noqa: ANN401 - as moto's own
        """Deletes a plan for good: moto keeps it, and refuses another with the same rules."""
        answer = super().delete_backup_plan()
        self.backup_backend.plans.pop(arguments(self)["BackupPlanId"], None)
        return answer

    def start_backup_job(self) -> ActionResult:
        """Backs a resource up."""
        asked, now = arguments(self), unix_time()
        vault = self.backup_backend.describe_backup_vault(asked["BackupVaultName"])
        common = {
            "BackupVaultName": vault.backup_vault_name,
            "BackupVaultArn": vault.backup_vault_arn,
            "ResourceArn": asked["ResourceArn"],
            "ResourceType": "RDS" if ":rds:" in asked["ResourceArn"] else "S3",
            "IamRoleArn": asked["IamRoleArn"],
            "CreationDate": now,
            "CompletionDate": now,
        }
        job = {**common, "BackupJobId": str(mock_random.uuid4()), "State": "FAILED"}
        if self._role_is_there(asked["IamRoleArn"]):
            point = {**common, "RecoveryPointArn": self._arn(f"recovery-point:{mock_random.uuid4()}")}
            lifecycle = {"Lifecycle": asked["Lifecycle"]} if "Lifecycle" in asked else {}
            encrypted = {"IsEncrypted": self._is_encrypted(asked["ResourceArn"])}
            self._held.recovery_points.append({**point, **lifecycle, **encrypted, "Status": "COMPLETED"})
            job |= {"State": "COMPLETED", "RecoveryPointArn": point["RecoveryPointArn"]}
        self._held.jobs.append(job)
        return ActionResult(job)

    def list_backup_jobs(self) -> ActionResult:
        """The jobs, of one vault or of all."""
        vault = arguments(self).get("ByBackupVaultName")
        return ActionResult({"BackupJobs": [job for job in self._held.jobs if vault in (None, job["BackupVaultName"])]})

    def list_recovery_points_by_backup_vault(self) -> ActionResult:
        """What a vault keeps."""
        vault = self.backup_backend.describe_backup_vault(arguments(self)["BackupVaultName"]).backup_vault_name
        points = [point for point in self._held.recovery_points if point["BackupVaultName"] == vault]
        return ActionResult({"RecoveryPoints": points})

    def delete_recovery_point(self) -> EmptyResult:
        """Takes a recovery point out of its vault."""
        gone = unquote(arguments(self)["RecoveryPointArn"])
        self._held.recovery_points[:] = [
            each for each in self._held.recovery_points if each["RecoveryPointArn"] != gone
        ]
        return EmptyResult()

    def put_backup_vault_access_policy(self) -> EmptyResult:
        """Says who may do what with a vault."""
        asked = arguments(self)
        vault = self.backup_backend.describe_backup_vault(asked["BackupVaultName"]).backup_vault_name
        self._held.policies[vault] = asked["Policy"]
        return EmptyResult()

    def get_backup_vault_access_policy(self) -> ActionResult:
        """Who may do what with a vault, where that was said."""
        vault = self.backup_backend.describe_backup_vault(arguments(self)["BackupVaultName"])
        name, arn = vault.backup_vault_name, vault.backup_vault_arn
        if name not in self._held.policies:
            raise ResourceNotFoundException(msg="Cannot find an access policy.")
        return ActionResult({"BackupVaultName": name, "BackupVaultArn": arn, "Policy": self._held.policies[name]})

    def start_restore_job(self) -> ActionResult:
        """Restores a recovery point: that it can be done is all that comes of it."""
        asked, now = arguments(self), unix_time()
        points = [each for each in self._held.recovery_points if each["RecoveryPointArn"] == asked["RecoveryPointArn"]]
        if not points:
            raise ResourceNotFoundException(msg="Cannot find recovery point.")
        job = {
            "AccountId": self.current_account,
            "RestoreJobId": str(mock_random.uuid4()),
            "RecoveryPointArn": asked["RecoveryPointArn"],
            "SourceResourceArn": points[0]["ResourceArn"],
            "ResourceType": asked["ResourceType"],
            "IamRoleArn": asked["IamRoleArn"],
            "CreationDate": now,
            "CompletionDate": now,
            "Status": "COMPLETED" if self._role_is_there(asked["IamRoleArn"]) else "FAILED",
        }
        self._held.restores.append(job)
        return ActionResult(job)

    def list_restore_jobs(self) -> ActionResult:
        """The restore jobs, of one kind of resource or of all."""
        kind = arguments(self).get("ByResourceType")
        return ActionResult(
            {"RestoreJobs": [job for job in self._held.restores if kind in (None, job["ResourceType"])]}
        )

    @property
    def _held(self) -> Backups:
        return held(self.backup_backend, Backups)

    def _plan(self, plan_id: str) -> Plan:
        return self.backup_backend.get_backup_plan(plan_id, version_id=None)

    def _selection(self) -> tuple[str, str]:
        asked = arguments(self)
        key = asked["BackupPlanId"], asked["SelectionId"]
        if key not in self._held.selections:
            raise ResourceNotFoundException(msg="Cannot find Backup selection")
        return key

    def _arn(self, resource: str) -> str:
        return f"arn:{get_partition(self.region)}:backup:{self.region}:{self.current_account}:{resource}"

    def _role_is_there(self, arn: str) -> bool:
        roles = iam_backends[self.current_account][get_partition(self.region)].roles.values()
        return arn in {role.arn for role in roles}

    def _is_encrypted(self, arn: str) -> bool:
        databases = rds_backends[self.current_account][self.region].databases.values()
        return next((bool(each.storage_encrypted) for each in databases if each.db_instance_arn == arn), True)


def install() -> None:
    """Lets moto answer these operations."""
    answer_with(SupplementedBackup, urls, *_PATHS)
