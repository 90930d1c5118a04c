"""Faults of the account as a whole."""
