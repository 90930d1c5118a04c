"""What values name and hold: resources, placeholders, secrets."""
