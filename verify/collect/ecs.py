"""Reads Amazon ECS."""
