"""Faults of AWS WAF."""
