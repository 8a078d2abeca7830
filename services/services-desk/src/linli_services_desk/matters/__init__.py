"""Matters: what residents can apply for, versioned and published per county."""
