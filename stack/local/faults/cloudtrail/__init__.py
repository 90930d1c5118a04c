"""Faults of AWS CloudTrail."""
