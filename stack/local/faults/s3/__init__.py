"""Faults of Amazon S3."""
