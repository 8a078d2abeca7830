"""Whistle and report-in (吹哨报到): a village calls, the township whistles, departments report in, the whistler closes."""
