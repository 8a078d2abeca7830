"""Matters, cases, queue, documents and evaluations of the one-window desk."""
