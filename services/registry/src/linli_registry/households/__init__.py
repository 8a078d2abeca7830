"""Households, life events and kinship."""
