"""The only code that writes to AWS; each part is reached by its own command."""
