"""Residents: who lives here, found and shown by permission."""
