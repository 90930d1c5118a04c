"""Controls, findings and how the one comes of the other."""
