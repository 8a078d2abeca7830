"""Residents, households, divisions, grids and dwellings."""
