"""Everything around one person, one case or one official, in the order in which it happened."""
