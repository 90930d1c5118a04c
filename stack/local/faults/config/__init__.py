"""Faults of AWS Config."""
