"""Areas that are no division, and what kind of community a village is."""
