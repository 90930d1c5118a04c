"""Faults of Amazon SNS."""
