"""Reads AWS Secrets Manager."""
