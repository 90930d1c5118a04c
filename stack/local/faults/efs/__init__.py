"""Faults of Amazon EFS."""
