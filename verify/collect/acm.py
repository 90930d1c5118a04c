"""Reads AWS Certificate Manager."""
