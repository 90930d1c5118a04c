"""Reads AWS IAM."""
