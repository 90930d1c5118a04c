"""Faults of Amazon CloudFront."""
