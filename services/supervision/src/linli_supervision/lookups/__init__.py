"""Who looked at whom: for the resident, and unusual looks for those who watch."""
