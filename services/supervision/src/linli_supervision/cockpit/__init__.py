"""The cockpit: what happens in an area, from a village up to a prefecture, in figures that lead down to the record.

What supervision keeps itself is counted where it lies; what the desk tells is counted here as it is told.
"""
