"""Puts a time line together out of the ledger's entries; nothing is kept beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Database
from linli_kernel.errors import FieldError, Invalid, Unavailable
from linli_kernel.identity import Viewer

from linli_supervision.clients.desk import DeskClient
from linli_supervision.clients.registry import RegistryClient
from linli_supervision.ledger import repository
from linli_supervision.ledger.errors import NumberNotFound
from linli_supervision.rows import Row


@dataclass(frozen=True, slots=True)
class Subject:
    """Around whom or what: a resident, a case, or an official's account."""

    kind: str
    id: UUID

    @classmethod
    def one_of(cls, person: UUID | None, case: UUID | None, official: UUID | None) -> "Subject":
        """Return the one that was asked for; raises Invalid for none and for several."""
        asked = {"resident": person, "case": case, "account": official}
        given = [(kind, value) for kind, value in asked.items() if value is not None]
        if len(given) != 1:
            raise _not_one()
        return cls(*given[0])

    @classmethod
    async def named(cls, desk: DeskClient, viewer: Viewer, number: str | None, *ids: UUID | None) -> "Subject":
        """Return the one that was asked for, by its id or a case by the number that stands on its papers.

        Of cases elsewhere nothing is told, not even that they exist. Raises Invalid, NumberNotFound, Unavailable.
        """
        if number is None:
            return cls.one_of(*ids)
        if any(value is not None for value in ids):
            raise _not_one()
        found = await desk.cases_numbered(viewer.tenant, number)
        mine = [one.case_id for one in found if one.division.startswith(viewer.divisions)]
        if not mine:
            raise NumberNotFound()
        return cls("case", mine[0])

    @property
    def people(self) -> list[UUID]:
        return [self.id] if self.kind == "resident" else []


def _not_one() -> Invalid:
    return Invalid(
        errors=[FieldError("/person", "timeline.one_subject", "请指明一位居民、一件办件或一位干部", "Name one subject")]
    )


@dataclass(frozen=True, slots=True)
class Found:
    """`complete` is false when the registry could not say which other records are the same person's."""

    rows: list[Row]
    complete: bool


async def _filters(
    registry: RegistryClient, tenant: str, subject: Subject, shared: dict[str, Any]
) -> tuple[list[repository.EntryFilter], bool]:
    if subject.kind == "case":
        return [repository.EntryFilter(case=subject.id, **shared)], True
    if subject.kind == "account":
        # What the official did, and what was done to the official's account.
        acted = repository.EntryFilter(actor=subject.id, **shared)
        return [acted, repository.EntryFilter(object=str(subject.id), **shared)], True
    try:
        records, complete = await registry.same(tenant, subject.id), True
    except Unavailable:
        records, complete = [], False
    people = dict.fromkeys([subject.id, *records])
    return [repository.EntryFilter(person=person, **shared) for person in people], complete


async def around(
    db: Database,
    registry: RegistryClient,
    viewer: Viewer,
    subject: Subject,
    *,
    action: str | None,
    since: datetime | None,
    until: datetime | None,
    before: int | None,
    limit: int,
) -> Found:
    """Return up to `limit + 1` entries around the subject in the viewer's area, newest first."""
    shared = {"action": action, "since": since, "until": until}
    filters, complete = await _filters(registry, viewer.tenant, subject, shared)
    found: dict[int, Row] = {}
    for wanted in filters:
        rows: Sequence[Row] = await repository.list_entries(db, viewer, viewer.tenant, wanted, before, limit)
        found |= {row["index"]: row for row in rows}
    newest = sorted(found, reverse=True)[: limit + 1]
    return Found([found[index] for index in newest], complete)
