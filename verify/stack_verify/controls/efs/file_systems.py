"""Amazon EFS: encryption, backups, and who may mount file systems, where and as whom."""

from __future__ import annotations

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, Statement, statements
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.efs import (
    FileSystem,
    FileSystemAccessPoint,
    FileSystemBackup,
    FileSystemPolicy,
    MountTarget,
)
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html"
GUIDE = "https://docs.aws.amazon.com/efs/latest/ug/"
# Whoever has to come through a mount target is in the VPC, or beyond it (EFS user guide, "Blocking public access").
VIA_MOUNT_TARGET = Condition("Bool", "elasticfilesystem:accessedviamounttarget", ("true",))
IN_CLEAR = Condition("Bool", "aws:securetransport", ("false",))


@control(
    "efs-encrypted",
    "EFS file systems are encrypted at rest",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="efs-encrypted-check",
    security_hub="EFS.1",
    remediation="Create the file system again with encrypted set to true, and copy the files to it.",
    rationale="Whoever gets at the disks reads what is not encrypted.",
    source=SECURITY_HUB + "#efs-1",
    reads=(),
)
def efs_encrypted(system: FileSystem, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(system.encrypted, f"Encrypted is {as_aws(system.encrypted)}", expected="true")


@control(
    "efs-own-key",
    "EFS file systems are encrypted with the stack's own key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    hardening=True,
    remediation="Create the file system again with kms_key_id of the stack's own key, and copy the files to it.",
    rationale="Only a key of its own lets the stack decide who decrypts the files.",
    source=GUIDE + "encryption-at-rest.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def efs_own_key(system: FileSystem, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not system.encrypted:
        return failed("Encrypted is false", expected="a key of the stack's own")
    return own_key(system.kms_key_id, system, snapshot)


@control(
    "efs-in-backup-plan",
    "EFS file systems are backed up",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="efs-in-backup-plan",
    security_hub="EFS.2",
    remediation="Turn on automatic backups, or name the file system's ARN in a selection of the stack's backup plan.",
    rationale="Files that are deleted or overwritten can only be restored from a backup.",
    source=SECURITY_HUB + "#efs-2",
    reads=(BackupPlan, BackupSelection, FileSystemBackup),
)
def efs_in_backup_plan(system: FileSystem, snapshot: Snapshot, _policy: Policy) -> Verdict:
    own = snapshot.require(FileSystemBackup, system.file_system_id)
    if own.is_on:
        return passed(f"automatic backups: {own.status}")
    found = selecting(system.file_system_arn, system, selections(snapshot), snapshot)
    names = ", ".join(each.selection_name for each in found) or "none"
    return verdict(bool(found), f"no automatic backups; in selections: {names}", expected="either")


@control(
    "efs-policy-restricted",
    "EFS file systems are not shared beyond the account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the principals of other accounts from the policy, or name them in the policy file.",
    rationale="A principal that the policy allows mounts the file system with all that is in it.",
    source=GUIDE + "access-control-block-public-access.html",
    reads=(FileSystemPolicy,),
)
def efs_policy_restricted(system: FileSystem, snapshot: Snapshot, policy: Policy) -> Verdict:
    document = snapshot.require(FileSystemPolicy, system.file_system_id).policy
    if document is None:
        return passed("no policy: whoever gets to a mount target may mount it, and nobody else")
    found = untrusted(outsiders(document, account=system.observed_by.account, trusts=policy))
    others = [each for each in found if not (each.public and VIA_MOUNT_TARGET in each.statement.conditions)]
    told = "; ".join(map(str, others)) or "none"
    return verdict(
        not others, f"shared with: {told}", expected="none outside the account that the policy does not name"
    )


@control(
    "efs-tls-only",
    "EFS file systems refuse clients without TLS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    hardening=True,
    remediation="In the policy, deny every principal where aws:SecureTransport is false, and mount with tls.",
    rationale="NFS without TLS can be read on its way, inside the VPC too.",
    source=GUIDE + "encryption-in-transit.html",
    reads=(FileSystemPolicy,),
)
def efs_tls_only(system: FileSystem, snapshot: Snapshot, _policy: Policy) -> Verdict:
    document = snapshot.require(FileSystemPolicy, system.file_system_id).policy
    found = [line.name for line in statements(document) if _refuses_clear(line)] if document is not None else []
    observed = f"statements that deny it: {', '.join(found) or 'none'}"
    return verdict(bool(found), observed, expected="every principal denied where aws:SecureTransport is false")


@control(
    "efs-access-point-root",
    "EFS access points enforce a root directory",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="efs-access-point-enforce-root-directory",
    security_hub="EFS.3",
    remediation="Create the access point again with the path of a directory of its own in root_directory.",
    rationale="An access point to the root shows each of its clients the files of all.",
    source=SECURITY_HUB + "#efs-3",
    reads=(),
)
def efs_access_point_root(point: FileSystemAccessPoint, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    path = point.root_directory.path
    return verdict(path != "/", f"RootDirectory.Path is {path}", expected="a directory of its own")


@control(
    "efs-access-point-user",
    "EFS access points enforce a user identity",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(d)"),
    config_rule="efs-access-point-enforce-user-identity",
    security_hub="EFS.4",
    remediation="Create the access point again with posix_user.",
    rationale="Without it a client says itself whose files it may read: NFS believes it.",
    source=SECURITY_HUB + "#efs-4",
    reads=(),
)
def efs_access_point_user(point: FileSystemAccessPoint, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    user = point.posix_user
    observed = "PosixUser is not set" if user is None else f"PosixUser is {user.uid}:{user.gid}"
    return verdict(user is not None, observed, expected="a user")


@control(
    "efs-mount-target-private",
    "EFS mount targets are in subnets that assign no public addresses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="efs-mount-target-public-accessible",
    security_hub="EFS.6",
    remediation="Create the mount target in a private subnet.",
    rationale="A mount target belongs where only the clients of the file system are.",
    source=SECURITY_HUB + "#efs-6",
    reads=(Subnet,),
)
def efs_mount_target_private(target: MountTarget, snapshot: Snapshot, _policy: Policy) -> Verdict:
    subnet = snapshot.require(Subnet, target.subnet_id)
    public = subnet.map_public_ip_on_launch
    return verdict(not public, f"{subnet.subnet_id}: MapPublicIpOnLaunch is {as_aws(public)}", expected="false")


def _refuses_clear(line: Statement) -> bool:
    everybody = line.effect == "Deny" and "*" in line.principals and line.not_principal is None
    covered = line.covers_action("elasticfilesystem:*") or line.covers_action("elasticfilesystem:ClientMount")
    return everybody and covered and line.conditions == (IN_CLEAR,)
