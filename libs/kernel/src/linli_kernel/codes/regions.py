"""The counties of today, as the first six digits of identity numbers and organisation codes.

The list serves warnings only: a code that is not in it may be older or younger than the list.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources


@cache
def county_names() -> dict[str, str]:
    """Six-digit code → name, as of 2023-06-30."""
    text = resources.files("linli_kernel.codes").joinpath("data/counties.csv").read_text(encoding="utf-8")
    return {row["code"]: row["name"] for row in csv.DictReader(text.splitlines())}


def known_counties() -> frozenset[str]:
    return _counties()


@cache
def _counties() -> frozenset[str]:
    return frozenset(county_names())
