"""AWS IAM: what the account asks of every user."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import (
    Account,
    PasswordPolicy,
)
from stack_verify.snapshot import Snapshot


@control(
    "iam-password-policy",
    "The account's password policy requires strong passwords",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)", "164.312(d)"),
    config_rule="iam-password-policy",
    security_hub="IAM.7",
    remediation="Set an account password policy, of which a longer or stricter one is as good.",
    rationale="Short, old and reused passwords are guessed.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    reads=(PasswordPolicy,),
)
def iam_password_policy(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    expected = (
        f"length {policy.min_password_length} or more, upper and lower case, numbers and symbols, "
        f"{policy.max_password_age_days} days at most, {policy.min_passwords_remembered} remembered"
    )
    found = snapshot.within(PasswordPolicy, account.account_id)
    if not found:
        return failed("no password policy of its own: AWS's default is in force", expected=expected)
    (own,) = found
    weak = _weaknesses(own, policy)
    return verdict(not weak, f"too weak: {', '.join(weak) or 'nothing'}", expected=expected)


def _weaknesses(found: PasswordPolicy, policy: Policy) -> list[str]:
    """Where the account's policy stays below the floor, as AWS names it; all of it is read."""
    length, age, remembered = found.minimum_password_length, found.max_password_age, found.password_reuse_prevention
    strong = {
        f"MinimumPasswordLength {length}": length >= policy.min_password_length,
        "RequireUppercaseCharacters false": found.require_uppercase_characters,
        "RequireLowercaseCharacters false": found.require_lowercase_characters,
        "RequireNumbers false": found.require_numbers,
        "RequireSymbols false": found.require_symbols,
        f"MaxPasswordAge {age or 'not set'}": age is not None and 0 < age <= policy.max_password_age_days,
        f"PasswordReusePrevention {remembered or 'not set'}": (remembered or 0) >= policy.min_passwords_remembered,
    }
    return [name for name, holds in strong.items() if not holds]
