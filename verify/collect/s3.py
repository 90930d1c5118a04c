"""Reads Amazon S3."""
