"""Faults of network paths."""
