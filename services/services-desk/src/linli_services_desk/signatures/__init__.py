"""Signatures drawn on a pad or on the counter's own screen, kept with the case."""
