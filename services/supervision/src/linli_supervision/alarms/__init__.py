"""What the ledger noticed about itself and its sources, and what people found out about it."""
