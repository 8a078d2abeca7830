"""Moves of people from one county to another."""
