"""Faults of Amazon ECR."""
