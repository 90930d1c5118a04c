"""Faults of Amazon GuardDuty."""
