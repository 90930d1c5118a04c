"""Controls of ecr."""
