"""The decision: what a comment is, what a policy says of it, and why. No I/O, no clock."""
