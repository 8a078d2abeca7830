"""Who vouches for a log from outside: witnesses, their cosignatures, and the small program that a witness runs."""
