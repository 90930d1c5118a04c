"""Many stacks by one command: which they are, the verification of each, side by side, and what all came to."""
