"""What the network lets pass: pure predicates over addresses, ports, security-group rules and routes."""
