"""Reads Amazon EC2 networking."""
