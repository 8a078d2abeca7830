"""A plausible population for the demo and for measuring: the same seed makes the same people."""
