"""Proves the HIPAA technical safeguards of a deployed stack from its live AWS state, with evidence."""
