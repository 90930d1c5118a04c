"""Faults of Amazon SQS."""
