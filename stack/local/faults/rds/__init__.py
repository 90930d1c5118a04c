"""Faults of Amazon RDS."""
