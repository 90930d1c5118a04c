"""Controls of secretsmanager."""
