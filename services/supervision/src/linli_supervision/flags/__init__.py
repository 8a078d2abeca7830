"""Red flags: rules over the ledger's entries, what they found, and what people found out about it."""
