"""Faults of Amazon EventBridge."""
