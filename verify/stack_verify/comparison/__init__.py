"""What changed between two audits, and over many."""
