"""Faults of the account's own settings."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("account-security-hub", "accountId"))
def account_security_hub(aws: Clients, outputs: Outputs) -> None:
    """The account left Security Hub."""
    del outputs
    aws.client("securityhub").disable_security_hub()


@fault(("account-security-contact", "accountId"))
def account_security_contact(aws: Clients, outputs: Outputs) -> None:
    """AWS knows nobody to tell of what is wrong."""
    del outputs
    aws.client("account").delete_alternate_contact(AlternateContactType="SECURITY")
