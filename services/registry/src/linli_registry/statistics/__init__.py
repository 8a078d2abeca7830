"""Counts of the population."""
