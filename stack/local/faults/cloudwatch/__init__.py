"""Faults of Amazon CloudWatch."""
