"""The county's append-only log of every act that matters.

An entry that a checkpoint covers never changes and never disappears.
"""
