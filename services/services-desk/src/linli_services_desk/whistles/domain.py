"""What makes two whistles look like one: place, time and wording.

Wording is compared by trigrams of characters, so it works for Chinese without a dictionary and needs no database extension.
"""

import re
from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_000
_NOISE = re.compile(r"[\W_]+")


def trigrams(text: str) -> frozenset[str]:
    """Groups of three neighbouring characters, with the start and end of the text marked."""
    plain = f"  {_NOISE.sub('', text.lower())} "
    return frozenset(plain[at : at + 3] for at in range(len(plain) - 2)) if len(plain) > 3 else frozenset()


def likeness(one: str, other: str) -> float:
    """How much of the shorter text is found in the other, 0 to 1; the same text gives 1."""
    first, second = trigrams(one), trigrams(other)
    if not first or not second:
        return 0.0
    return len(first & second) / min(len(first), len(second))


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two points given as latitude and longitude in degrees."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(half))


def alike(words: float, distance: float | None, reach: int, least: float, *, same_category: bool) -> float | None:
    """Return how sure it is that both speak of one thing, or None when they do not.

    Something near needs only half the likeness of wording; something far away is another thing whatever the words.
    """
    if distance is not None and distance > reach:
        return None
    near = distance is not None and same_category
    if words < (least / 2 if near else least):
        return None
    bonus = 0.0 if distance is None else 0.3 * (1 - distance / reach)
    return round(min(1.0, words + bonus + (0.1 if same_category else 0.0)), 3)
