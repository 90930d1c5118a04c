"""Whose a resource is: the stack's own, the account's, AWS's, another team's, or another account's."""
