"""Cases and papers follow a resident whose records were merged, and go back when the merge is undone."""
