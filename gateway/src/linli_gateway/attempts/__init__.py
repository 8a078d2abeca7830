"""Failed sign-ins: how fast one attacker may go on."""
