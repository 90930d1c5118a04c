"""Controls of Amazon API Gateway."""
