"""Controls of acm."""
