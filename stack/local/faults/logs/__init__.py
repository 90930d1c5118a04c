"""Faults of Amazon CloudWatch Logs."""
