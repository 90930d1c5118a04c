"""Faults of AWS IAM."""
