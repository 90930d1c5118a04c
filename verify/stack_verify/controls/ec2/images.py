"""Amazon EC2: whom machine images are shared with."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import unnamed_accounts, unnamed_organizations
from stack_verify.resources.ec2_storage import EVERYONE, Image, ImagePermissions
from stack_verify.snapshot import Snapshot

GUIDE = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/"


@control(
    "ec2-image-not-public",
    "Machine images are not public",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the group all from the image's launch permissions.",
    rationale="Everyone with an AWS account can start an instance of a public image and read what is on its disks.",
    source=GUIDE + "sharingamis-intro.html",
    reads=(ImagePermissions,),
)
def ec2_image_not_public(image: Image, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not image.is_own:
        return not_applicable(_of_another(image))
    public = EVERYONE in snapshot.require(ImagePermissions, image.image_id).accounts
    held = "holds" if public else "does not hold"
    return verdict(not public, f"launchPermission {held} the group all", expected="not all")


@control(
    "ec2-image-trusted-accounts",
    "Machine images are shared only with accounts that the policy names",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the account or organization from the launch permissions, or name it in the policy file.",
    rationale="Whoever may start an instance of an image has all that is on its disks.",
    source=GUIDE + "sharingamis-explicit.html",
    reads=(ImagePermissions,),
)
def ec2_image_trusted_accounts(image: Image, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not image.is_own:
        return not_applicable(_of_another(image))
    held = snapshot.require(ImagePermissions, image.image_id)
    shared = held.accounts - {EVERYONE}
    unnamed = unnamed_accounts(shared, account=image.observed_by.account, trusts=policy) | unnamed_organizations(
        held.organizations, trusts=policy
    )
    told = ", ".join(sorted(unnamed)) or "none"
    observed = f"shared with {len(shared)} accounts and {len(held.organizations)} organizations; not named: {told}"
    return verdict(not unnamed, observed, expected="none that the policy file does not name")


def _of_another(image: Image) -> str:
    return f"account {image.owner_id} owns the image and decides whom it is shared with"
