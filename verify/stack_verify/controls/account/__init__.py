"""Controls of the account."""
