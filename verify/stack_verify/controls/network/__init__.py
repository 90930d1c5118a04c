"""Controls of paths through the network."""
