"""Faults of AWS Secrets Manager."""
