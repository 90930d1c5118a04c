"""Faults of IAM users that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, before, on_snapshot, resource

from stack.local.additions.people import MACHINE, PERSON
from stack.local.faults.fault import Outputs

KEY = "importerKeyId"


@on_snapshot(
    ("iam-access-key-age", KEY),
    ("iam-unused-credentials", MACHINE),
    ("iam-user-no-access-keys", MACHINE),
    because="the emulator makes keys today",
    stack="people",
)
def iam_access_key_age(snapshot: Document, _outputs: Outputs) -> None:
    """An active key is ninety-one days old, and was used yesterday."""
    key = resource(snapshot, "AWS::IAM::AccessKey")
    key |= {"Status": "Active", "CreateDate": before(snapshot, days=91)}
    key["AccessKeyLastUsed"] = {"LastUsedDate": before(snapshot, days=1)}


@on_snapshot(
    ("iam-unused-credentials", PERSON), because="the emulator makes passwords today, and tells no use", stack="people"
)
def iam_unused_credentials(snapshot: Document, _outputs: Outputs) -> None:
    """A password was made ninety-one days ago and never used."""
    resource(snapshot, "AWS::IAM::User.LoginProfile", UserName=PERSON)["CreateDate"] = before(snapshot, days=91)
