"""Controls of vpc."""
