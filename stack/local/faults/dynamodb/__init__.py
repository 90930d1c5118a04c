"""Faults of Amazon DynamoDB."""
