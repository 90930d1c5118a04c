"""Controls of path."""
