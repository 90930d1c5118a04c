"""The account as a whole: passwords, storage, disks, scans, contacts. Judged where the policy asks for it."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import (
    Account,
    SecurityContact,
)
from stack_verify.snapshot import Snapshot

NOT_ASKED = "the policy judges no account as a whole (require_account_safeguards is false)"


@control(
    "account-security-contact",
    "A security contact is set for the account",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(2)"),
    config_rule="security-account-information-provided",
    security_hub="Account.1",
    remediation="Set the account's alternate contact for security.",
    rationale="AWS writes to this contact when it finds the account abused; without one there is no one to respond.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/account-controls.html",
    reads=(SecurityContact,),
)
def account_security_contact(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    found = bool(snapshot.within(SecurityContact, account.account_id))
    return verdict(found, f"{'an' if found else 'no'} alternate contact for security", expected="one")
