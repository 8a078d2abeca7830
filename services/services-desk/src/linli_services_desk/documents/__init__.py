"""Receipts, notices, decisions and certificates as PDF, with a code that anyone can verify."""
