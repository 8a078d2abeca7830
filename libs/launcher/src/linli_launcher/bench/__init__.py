"""Measuring the bars: the system through its gateway against the same query without it."""
