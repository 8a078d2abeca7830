"""What a rule reads: an entry of the ledger with the few of its facts that rules ask for. Ids and codes, never people's data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from linli_supervision.ledger.entry import occurrence_from_content, references_of
from linli_supervision.lookups.domain import Nearness
from linli_supervision.rows import Row


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry. `said` is what was delivered: the data of an event, the detail of an act."""

    index: int
    source: str
    action: str
    time: datetime
    role: str
    division: str
    actor: str | None
    object_id: str | None
    case_id: str | None
    people: tuple[str, ...]
    said: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """A text that was delivered, or None."""
        value = self.said.get(name)
        return value if isinstance(value, str) and value else None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule noticed. The same fact always has the same key, however often it is found."""

    key: str
    division: str
    at: datetime
    entries: tuple[int, ...]
    subjects: tuple[str, ...] = ()
    case_id: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


class Thresholds(BaseModel):
    """What a county may change of a rule; unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, slots=True)
class Further:
    """What is read besides, once it is known what stands around: acts of these accounts on these devices."""

    accounts: frozenset[str]
    devices: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a detector gets: what began it, what stands around that by reference, who is near to whom, and the time."""

    triggers: Sequence[Fact]
    around: Mapping[str, Sequence[Fact]]
    now: datetime
    near: Mapping[tuple[str, str], Nearness] = field(default_factory=dict)

    def of(self, reference: str | None) -> Sequence[Fact]:
        """The facts around a reference, by time."""
        return self.around.get(reference, ()) if reference else ()


def fact_of(row: Row) -> Fact | None:
    """The fact of a stored entry; None when whom it concerns was erased."""
    if row["content"] is None:
        return None
    occurrence = occurrence_from_content(row["source"], row["source_seq"], "", bytes(row["content"]))
    references, data = references_of(occurrence), occurrence.data
    detail = data.get("detail")
    return Fact(
        index=row["index"],
        source=f"{row['source']}:{row['source_seq']}",
        action=row["action"],
        time=row["time"],
        role=row["role"],
        division=row["division"],
        actor=references.actor,
        object_id=references.object_id,
        case_id=references.case_id,
        people=references.people,
        said={**data, **(detail if isinstance(detail, dict) else {})},
    )


def in_time(facts: Sequence[Fact]) -> list[Fact]:
    """By the time at which it happened: sources arrive one before the other."""
    return sorted(facts, key=lambda fact: (fact.time, fact.index))
