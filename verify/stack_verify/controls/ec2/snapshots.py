"""Amazon EBS: encryption of snapshots, and whom they are shared with."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import unnamed_accounts
from stack_verify.resources.ec2_storage import (
    EVERYONE,
    EbsSnapshot,
    SnapshotBlockPublicAccess,
    SnapshotPermissions,
)
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html"
GUIDE = "https://docs.aws.amazon.com/ebs/latest/userguide/"


@control(
    "ebs-snapshot-not-public",
    "EBS snapshots are not public",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="ebs-snapshot-public-restorable-check",
    security_hub="EC2.1",
    remediation="Remove the group all from the snapshot's createVolumePermission.",
    rationale="Everyone with an AWS account can make a volume of a public snapshot and read all that is on it.",
    source=SECURITY_HUB + "#ec2-1",
    reads=(SnapshotBlockPublicAccess, SnapshotPermissions),
)
def ebs_snapshot_not_public(copy: EbsSnapshot, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not copy.is_own:
        return not_applicable(_of_another(copy))
    public = EVERYONE in snapshot.require(SnapshotPermissions, copy.snapshot_id).accounts
    if not public:
        return passed("createVolumePermission does not hold the group all")
    block = snapshot.require(SnapshotBlockPublicAccess, copy.observed_by.region)
    observed = f"createVolumePermission holds the group all; block public access for snapshots is {block.state}"
    return verdict(block.is_in_force, observed, expected="not all, or block-all-sharing")


@control(
    "ebs-snapshot-trusted-accounts",
    "EBS snapshots are shared only with accounts that the policy names",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the account from the snapshot's createVolumePermission, or name it in the policy file.",
    rationale="Whoever may make a volume of a snapshot has all that is on it.",
    source=GUIDE + "ebs-modifying-snapshot-permissions.html",
    reads=(SnapshotPermissions,),
)
def ebs_snapshot_trusted_accounts(copy: EbsSnapshot, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not copy.is_own:
        return not_applicable(_of_another(copy))
    shared = snapshot.require(SnapshotPermissions, copy.snapshot_id).accounts - {EVERYONE}
    unnamed = unnamed_accounts(shared, account=copy.observed_by.account, trusts=policy)
    observed = f"shared with {len(shared)} accounts; not named in the policy: {', '.join(sorted(unnamed)) or 'none'}"
    return verdict(not unnamed, observed, expected="none")


@control(
    "ebs-snapshot-encrypted",
    "EBS snapshots are encrypted",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    hardening=True,
    remediation="Copy the snapshot with a key of the stack's own, and delete the unencrypted one.",
    rationale="An unencrypted snapshot holds ePHI in clear, however its volume is encrypted today.",
    source=GUIDE + "ebs-encryption.html",
    reads=(),
)
def ebs_snapshot_encrypted(copy: EbsSnapshot, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(copy.encrypted, f"Encrypted is {as_aws(copy.encrypted)}", expected="true")


def _of_another(copy: EbsSnapshot) -> str:
    return f"account {copy.owner_id} owns the snapshot and decides whom it is shared with"
