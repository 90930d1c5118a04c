"""Who keeps what cannot be read from this account, by the policy's ``[accounts]``, and where to verify it."""

from __future__ import annotations

from stack_verify.policy import Policy


def keeper(account: str | None, policy: Policy) -> str:
    """Who keeps it and where to verify it, for a report. ``account`` is None where AWS does not say which it is."""
    if account is None:
        named = _named(policy)
        return f"another account, of those that the policy names: {named}; verify it there" if named else UNKNOWN
    role = policy.role_of_account(account)
    if role is None:
        return f"account {account}, which the policy's [accounts] does not name; verify it there, and name the account"
    return f"account {account} ({role}); verify it there"


UNKNOWN = "another account, and the policy's [accounts] names none; find out which, name it there, and verify it there"


def is_named(account: str | None, policy: Policy) -> bool:
    """Whether the policy names the account; of an account that AWS does not tell, whether it names any at all."""
    return bool(_named(policy)) if account is None else policy.role_of_account(account) is not None


def _named(policy: Policy) -> str:
    roles = (f"{role} {', '.join(accounts)}" for role, accounts in sorted(policy.accounts.items()) if accounts)
    return "; ".join(roles)
