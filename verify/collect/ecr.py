"""Reads Amazon ECR."""
