"""Village seals held in pieces.

A document carries the seal only when every custodian has signed it within one opening.
"""
