"""Who of a village may vote, told to supervision as ids; and the names of a roll for staff who may see these people."""
