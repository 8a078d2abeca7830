"""An area as its readers see it: every place below it, also those where nothing happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from linli_supervision.clients.registry import Part, People, Place
from linli_supervision.cockpit.service import Asked


def cockpit(
    asked: Asked, figures: Mapping[str, Any], places: Sequence[Place] | None, people: People | None, now: datetime
) -> dict[str, Any]:
    names = {place.prefix: place.name for place in places or ()}
    parts = {part.division: part for part in people.below} if people else {}
    empty = dict.fromkeys(figures["total"], 0)
    own = asked.area.prefix
    below = {prefix: empty for prefix in names if prefix != own} | figures["below"]
    return {
        **_place(own, names, people, figures["total"]),
        "first": asked.span.first,
        "last": asked.span.last,
        "as_of": now,
        "registry": places is not None and people is not None,
        "months": figures["months"],
        "before": figures["before"],
        "below": [
            _place(prefix, names, parts.get(prefix, _NOBODY) if people else None, below[prefix])
            for prefix in sorted(below)
        ],
    }


_NOBODY = Part("", 0, 0, 0)


def _place(
    division: str, names: Mapping[str, str], people: People | Part | None, figures: Mapping[str, int]
) -> dict[str, Any]:
    counted = people and {"residents": people.residents, "actual": people.actual, "households": people.households}
    return {
        "division": division,
        "name": names.get(division),
        "people": counted,
        "figures": {"flags_open": None, **figures},
    }
