"""Controls of AWS IAM."""
