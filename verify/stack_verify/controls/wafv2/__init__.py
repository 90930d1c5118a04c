"""Controls of AWS WAF."""
