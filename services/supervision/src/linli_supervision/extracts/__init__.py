"""Extracts of the ledger for somebody who has no access to it: a lawyer, a court, a villager."""
