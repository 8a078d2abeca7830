"""Neighbours of this service, as it sees them."""
