"""Ledger, seals and what keeps power visible."""
