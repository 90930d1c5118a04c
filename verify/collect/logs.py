"""Reads Amazon CloudWatch Logs."""
