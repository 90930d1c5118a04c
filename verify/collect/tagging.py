"""Reads the tagging API."""
