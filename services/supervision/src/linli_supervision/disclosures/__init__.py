"""What a village publishes, when it owes it, and what is asked about it.

A disclosure is written from the place's catalogue, checked by the supervision committee and then never changed: a correction
is a new edition. Resolutions and accounts are published through `drafting.begin` as well.
"""
