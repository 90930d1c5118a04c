"""Controls of Amazon Route 53."""
