"""Faults of the stack as a whole."""
