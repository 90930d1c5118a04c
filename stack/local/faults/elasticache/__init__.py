"""Faults of Amazon ElastiCache."""
