"""In which counties a viewer reads: the own one, and those that a post over several reaches.

A county is read in only when the signed token names it and the area of the post contains it; nothing is written outside the own one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .identity import Viewer
from .profile import Profiles, Tenant


def in_county(profiles: Profiles, viewer: Viewer, county: str) -> Viewer | None:
    """Return the viewer as a reader in a county; None where it reads nothing."""
    if county == viewer.tenant:
        return viewer
    place = next((one for one in _reached(profiles, viewer) if one.key == county), None)
    return replace(viewer, tenant=county, visiting=True) if place and viewer.covers(_code(place)) else None


def counties_within(profiles: Profiles, viewer: Viewer, area: Iterable[str]) -> list[str]:
    """Return the counties that an area of code prefixes within the viewer's own is about."""
    prefixes = tuple(area)
    if not viewer.counties:
        return [viewer.tenant]
    found = [
        place.key
        for place in _reached(profiles, viewer)
        if any(_code(place).startswith(prefix) or prefix.startswith(_code(place)) for prefix in prefixes)
    ]
    # A code of before may lie in no county of today.
    return found or [viewer.tenant]


def _reached(profiles: Profiles, viewer: Viewer) -> list[Tenant]:
    return [place for place in profiles.tenants() if place.key in viewer.counties]


def _code(place: Tenant) -> str:
    return place.division[:6]
