"""Controls of elb."""
