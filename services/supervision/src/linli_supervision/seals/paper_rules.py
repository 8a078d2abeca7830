"""Rules of a seal of rubber: the numbers of its envelopes, when an envelope is as it was closed, what exceeds the approval.

The envelopes of a seal are one chain: each is closed by the use that opened the one before it, or anew after an incident.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from linli_supervision.rows import Row
from linli_supervision.seals.incidents import Kind

MOST_PHOTOGRAPHS = 6
FIRST, USE, ANEW = "first", "use", "anew"
"""Why an envelope was closed."""
OPENING, CLOSING = "opening", "closing"
"""What a photograph of a use shows; one of ANEW shows what committee or township closed."""
WHOLE, BROKEN, GONE = "whole", "broken", "missing"
"""In what condition the custodians find the envelope."""
_SPACES = re.compile(r"\s+")


def plain(number: str) -> str:
    """Return an envelope's number as it is compared: full-width signs, small letters and spaces make no difference."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", number)).upper()


def wrong(condition: str, found: str, expected: str) -> Kind | None:
    """Return what is wrong with an envelope that is about to be opened; nothing when it is the one that was closed."""
    if condition == GONE:
        return Kind.MISSING
    if condition == BROKEN:
        return Kind.BROKEN
    return None if plain(found) == plain(expected) else Kind.OTHER_NUMBER


@dataclass(frozen=True, slots=True)
class Made:
    """What was stamped of one line."""

    line: int
    copies: int
    impressions: int


def exceeds(approved: Sequence[Row], made: Sequence[Made]) -> bool:
    """Whether more was stamped than was approved, on any line."""
    # Of a paper that is void nothing may be stamped any more.
    most = {one["line"]: (0, 0) if one["void_at"] else (one["copies"], one["impressions"]) for one in approved}
    return any(one.copies > most[one.line][0] or one.impressions > most[one.line][1] for one in made)


def stamped(line: Row) -> bool:
    """Whether a document bears the seal after its use: pressed at least once on at least one copy."""
    return bool(line["copies_made"]) and bool(line["impressions_made"])


def breaks(envelopes: Sequence[Row], incidents: Sequence[UUID] = ()) -> Iterator[int]:
    """Yield the sequence of each envelope that does not follow from the one before; `envelopes` in their order.

    `incidents`: uses that ended in an incident; after one the next envelope is closed anew.
    """
    for before, after in pairwise(envelopes):
        follows = after["sequence"] == before["sequence"] + 1
        if after["cause"] == USE:
            follows = follows and after["closed_by"] is not None and after["closed_by"] == before["opened_by"]
        else:
            follows = follows and (before["opened_by"] is None or before["opened_by"] in incidents)
        if not follows:
            yield after["sequence"]
