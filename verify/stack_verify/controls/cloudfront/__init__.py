"""Controls of Amazon CloudFront."""
