"""Whose figures a viewer sees: an area within the own one, its counties, and which part of it a village belongs to today."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from linli_kernel.app import Linli
from linli_kernel.codes import division as codes
from linli_kernel.codes.succession import Succession
from linli_kernel.errors import NotFound
from linli_kernel.identity import Viewer
from linli_kernel.reach import counties_within
from linli_kernel.scope import in_divisions
from linli_kernel.succession import as_prefix, known
from sqlalchemy import ColumnElement, and_, case, func

_VILLAGE, _TOWNSHIP = codes.Level.VILLAGE.length, codes.Level.TOWNSHIP.length
_LENGTHS = tuple(level.length for level in codes.Level)


@dataclass(frozen=True, slots=True)
class Area:
    """`prefix` of today; `codes` are it and the codes of before, as far as they are the viewer's."""

    prefix: str
    codes: Sequence[str]
    tenants: Sequence[str]
    succession: Succession

    def holds(self, tenant: ColumnElement[str], division: ColumnElement[str]) -> ColumnElement[bool]:
        """The condition of every query: counties and area."""
        return and_(tenant.in_(self.tenants), in_divisions(self.codes, division))

    def by(self, division: ColumnElement[str]) -> ColumnElement[Any]:
        """What the database sums rows up by, as `part`: villages only where they are shown or became part of another township."""
        if len(self.prefix) >= _TOWNSHIP:
            return division.label("part")
        moved = self.succession.moved(self.codes, _TOWNSHIP)
        township = func.left(division, _TOWNSHIP)
        return (case((division.in_(moved), division), else_=township) if moved else township).label("part")

    def part(self, division: str) -> str:
        """Return the prefix of what lies directly below the area and holds a village, or a township, of now or of before."""
        today = self.succession.today(division)
        for length in _LENGTHS:
            # Cities without counties have townships right below the prefecture: that empty level is skipped.
            if length > len(self.prefix) and today[len(self.prefix) : length].strip("0"):
                return today[:length]
        return today[:_VILLAGE]


def area_of(linli: Linli, viewer: Viewer, division: str | None) -> Area:
    """Return the area that is asked for, the viewer's own without a wish; raises NotFound beyond it."""
    if not viewer.divisions:
        raise NotFound
    prefix = viewer.divisions[0] if division is None else as_prefix(division)
    if not viewer.covers(prefix):
        raise NotFound
    succession = known(linli)
    within = tuple(code for code in succession.widened([prefix]) if viewer.covers(code))
    return Area(prefix, within, counties_within(linli.profiles, viewer, within), succession)
