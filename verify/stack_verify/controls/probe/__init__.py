"""Controls of the endpoints that are probed over the network."""
