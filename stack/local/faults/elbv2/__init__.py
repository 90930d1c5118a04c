"""Faults of Elastic Load Balancing."""
