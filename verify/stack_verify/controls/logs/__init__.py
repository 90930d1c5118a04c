"""Controls of Amazon CloudWatch Logs."""
