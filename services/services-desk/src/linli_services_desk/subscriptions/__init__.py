"""Residents who want to hear of what a village publishes, or of the answer to their own question."""
