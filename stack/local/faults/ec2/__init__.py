"""Faults of Amazon EC2 and VPC."""
