"""Faults of Amazon Route 53."""
