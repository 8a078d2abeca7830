"""Wire formats between the services; additive only."""
