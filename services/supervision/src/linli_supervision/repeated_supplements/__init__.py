"""Residents who were asked for more than once in one case: each further supplement notice comes before supervision."""
