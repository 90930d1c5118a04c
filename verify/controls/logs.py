"""Controls of logs."""
