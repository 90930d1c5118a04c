"""Faults of Amazon Inspector."""
