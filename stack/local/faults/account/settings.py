"""Faults of the account's own settings."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("account-security-contact", "accountId"))
def account_security_contact(aws: Clients, outputs: Outputs) -> None:
    """AWS knows nobody to tell of what is wrong."""
    del outputs
    aws.client("account").delete_alternate_contact(AlternateContactType="SECURITY")
