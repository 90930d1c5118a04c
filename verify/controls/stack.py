"""Controls of stack."""
