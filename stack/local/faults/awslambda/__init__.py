"""Faults of AWS Lambda."""
