"""How many of the internet's addresses one organisation holds."""

# The widest prefix by version of IP: whoever admits more addresses than it has admits strangers. S3 draws the same line
# between one's own networks and the public (S3 user guide, "The meaning of public").
WIDEST_PREFIX = {4: 8, 6: 32}
