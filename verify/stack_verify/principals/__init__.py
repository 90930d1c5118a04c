"""Who is meant by a policy, and who gets at what."""
