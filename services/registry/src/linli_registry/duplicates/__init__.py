"""Likely duplicates, their review, lossless merges and their undoing."""
