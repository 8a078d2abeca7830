"""Materials that were promised for later (容缺): who owes what by when, and what happens on the day."""
