"""Controls of Amazon RDS."""
