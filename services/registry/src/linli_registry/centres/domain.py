"""How the centre of an area is found, and where those lie of which nothing is known.

What the county stated comes first, then the mean of a village's dwellings, then the mean of what lies below. What is left is
placed beside its neighbours: always at the same place for the same neighbours, and never closer to one than they are to each other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians, sqrt
from statistics import fmean, median
from typing import Literal

Source = Literal["stated", "dwellings", "below", "computed"]
Point = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""
MIDDLE: Point = (103.8, 36.0)
"""Where places stand of which nothing around is known, either: about the middle of the country."""
USUAL_DEGREES = {4: 0.9, 6: 0.4, 9: 0.09, 12: 0.02}
"""How far neighbours of a level usually lie apart, by the digits of their codes; for where fewer than two are known."""
NEAREST = 0.9
"""A computed place keeps this part of the usual distance to every neighbour."""
KILOMETRES_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Centre:
    point: Point
    source: Source


@dataclass(frozen=True)
class Known:
    """What was stated, what was counted from dwellings, and what lies below what; all by whole codes."""

    stated: Mapping[str, Point]
    counted: Mapping[str, Point]
    below: Mapping[str, Sequence[str]]

    def centre(self, code: str) -> Centre | None:
        if code in self.stated:
            return Centre(self.stated[code], "stated")
        if code in self.counted:
            return Centre(self.counted[code], "dwellings")
        inside = [found.point for one in self.below.get(code, ()) if (found := self.centre(one))]
        return Centre(mean(inside), "below") if inside else None


def centres_below(area: str, known: Known, digits: int) -> dict[str, Centre]:
    """Return the centre of each division right below an area; `digits` is the length of their codes' prefixes."""
    codes = sorted(known.below.get(area, ()))
    found = {code: centre for code in codes if (centre := known.centre(code))}
    missing = [code for code in codes if code not in found]
    if missing:
        own = known.centre(area)
        taken = [one.point for one in found.values()]
        places = beside(taken, own.point if own else MIDDLE, USUAL_DEGREES.get(digits, USUAL_DEGREES[12]))
        found |= {code: Centre(point, "computed") for code, point in zip(missing, places, strict=False)}
    return {code: found[code] for code in codes}


def mean(points: Iterable[Point]) -> Point:
    longitudes, latitudes = zip(*points, strict=True)
    return round(fmean(longitudes), 6), round(fmean(latitudes), 6)


def kilometres(one: Point, other: Point) -> float:
    """About how far two points lie apart: good to a few percent within a province."""
    east = (one[0] - other[0]) * cos(radians((one[1] + other[1]) / 2))
    return hypot(east, one[1] - other[1]) * KILOMETRES_PER_DEGREE


def beside(taken: Sequence[Point], middle: Point, usual: float) -> Iterator[Point]:
    """Yield places in growing rings around what is taken, as the cells of a comb lie: none near another."""
    middle = mean(taken) if taken else middle
    narrow = cos(radians(middle[1]))
    flat = [((longitude - middle[0]) * narrow, latitude - middle[1]) for longitude, latitude in taken]
    apart = _distance(flat, usual)
    for east, north in _comb(apart):
        if all(hypot(east - x, north - y) >= apart * NEAREST for x, y in flat):
            yield round(middle[0] + east / narrow, 6), round(middle[1] + north, 6)


def _distance(flat: Sequence[Point], usual: float) -> float:
    """How far neighbours lie apart here: half of them have their nearest within it."""
    nearest = [
        min(hypot(x - a, y - b) for j, (a, b) in enumerate(flat) if j != i)
        for i, (x, y) in enumerate(flat)
        if len(flat) > 1
    ]
    # Two places stated at the same point tell nothing of how far places lie apart.
    return max(median(nearest), usual / 10) if nearest else usual


_SIDES = ((-1, 1), (-1, 0), (0, -1), (1, -1), (1, 0), (0, 1))


def _comb(apart: float) -> Iterator[Point]:
    """Points of a hexagonal lattice, ring by ring, of each ring the nearest first: so what stands there has a round shape."""
    yield 0.0, 0.0
    ring = 0
    while True:
        ring += 1
        q, r, found = ring, 0, list[Point]()
        for dq, dr in _SIDES:
            for _ in range(ring):
                found.append((apart * (q + r / 2), apart * r * sqrt(3) / 2))
                q, r = q + dq, r + dr
        yield from sorted(found, key=lambda point: round(hypot(*point) / apart, 6))
