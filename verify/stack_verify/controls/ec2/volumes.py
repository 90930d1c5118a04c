"""Amazon EBS: encryption, backups and use of volumes."""

from __future__ import annotations

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.ec2_storage import Volume
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/"
GUIDE = "https://docs.aws.amazon.com/ebs/latest/userguide/"


@control(
    "ebs-volume-encrypted",
    "EBS volumes in use are encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="encrypted-volumes",
    security_hub="EC2.3",
    remediation="Set encrypted on the volume; an existing one is restored from an encrypted copy of its snapshot.",
    rationale="An unencrypted volume and every snapshot of it hold ePHI in clear.",
    source=SECURITY_HUB + "#ec2-3",
    reads=(),
)
def ebs_volume_encrypted(volume: Volume, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not volume.is_attached:
        return not_applicable("it is not attached; ebs-volume-own-key and ebs-volume-attached judge it")
    return verdict(volume.encrypted, f"Encrypted is {as_aws(volume.encrypted)}", expected="true")


@control(
    "ebs-volume-own-key",
    "EBS volumes are encrypted with the stack's own key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    hardening=True,
    remediation="Set kms_key_id on the volume to a key of the stack's own.",
    rationale="The policy of a key of the stack's own decides who can read the volume and its snapshots.",
    source=GUIDE + "ebs-encryption.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def ebs_volume_own_key(volume: Volume, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not volume.encrypted:
        return failed("Encrypted is false", expected="encrypted with a customer-managed key")
    return own_key(volume.kms_key_id, volume, snapshot)


@control(
    "ebs-volume-in-backup-plan",
    "EBS volumes in use are in a backup plan of the stack",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="ebs-in-backup-plan",
    security_hub="EC2.28",
    remediation="Name the ARN of the volume or of its instance in a selection of the stack's backup plan.",
    rationale="What is only on one volume is lost with it.",
    source=SECURITY_HUB + "#ec2-28",
    reads=(BackupPlan, BackupSelection, Instance),
)
def ebs_volume_in_backup_plan(volume: Volume, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not volume.is_attached:
        return not_applicable("it is not attached: AWS's check judges volumes in use")
    instances = [snapshot.require(Instance, each) for each in volume.instances]
    if instances and all(each.auto_scaling_group for each in instances):
        groups = ", ".join(sorted({each.auto_scaling_group or "" for each in instances}))
        return not_applicable(f"{groups} replaces it with its instance at any time")
    plans = selections(snapshot)
    found = set(selecting(volume.backup_arn, volume, plans, snapshot))
    # A backup of an instance has all of its volumes (AWS Backup developer guide, "Amazon EC2").
    for each in instances:
        found.update(selecting(each.backup_arn, each, plans, snapshot))
    names = ", ".join(sorted(each.selection_name for each in found)) or "none"
    return verdict(bool(found), f"it or its instance is in selections: {names}", expected="one or more")


@control(
    "ebs-volume-attached",
    "EBS volumes are attached to an instance",
    severity=Severity.LOW,
    citations=hipaa("164.310(d)(2)(iii)", "164.310(d)(2)(i)"),
    config_rule="ec2-volume-inuse-check",
    hardening=True,
    remediation="Make a last snapshot of the volume if it is needed, and delete the volume.",
    rationale="A volume that nothing uses keeps what was on it, and nobody looks after it.",
    source=CONFIG + "ec2-volume-inuse-check.html",
    reads=(),
)
def ebs_volume_attached(volume: Volume, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    attached = ", ".join(volume.instances) or ("an AWS service" if volume.is_attached else "nothing")
    return verdict(volume.is_attached, f"attached to {attached}", expected="an instance")
