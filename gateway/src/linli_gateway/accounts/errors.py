"""What can go wrong with accounts and passwords."""

from __future__ import annotations
