"""Opt-in probes: looks at the stack over the network as a client does. The only place that opens sockets of its own.

What was seen becomes a part of the snapshot, so that it is judged there, and again offline, like AWS's answers.
"""
