"""Faults of AWS Backup."""
