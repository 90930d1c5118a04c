"""Faults of AWS Certificate Manager."""
