"""Faults of AWS KMS."""
