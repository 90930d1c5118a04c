"""Faults of Amazon ECS."""
