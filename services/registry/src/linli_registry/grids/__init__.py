"""Grids and dwellings of a village."""
