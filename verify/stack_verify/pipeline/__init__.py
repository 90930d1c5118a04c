"""A verification from its options to its findings."""
