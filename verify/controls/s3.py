"""Controls of s3."""
