"""What a village has published.

The public list shows what is in the table and nothing else.
"""
