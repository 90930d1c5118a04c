"""Faults of Amazon API Gateway."""
