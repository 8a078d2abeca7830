"""Applies `resident.merged` and `resident.unmerged` of the registry.

A case and its evaluation belong to the kept record while the merge stands; the case's own copy of the applicant stays as it
was accepted. Cases opened after the merge stay with the kept record when it is undone. Of two papers of one kind the
kept record's counts, and the other waits with the absorbed one.
"""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from linli_kernel.contracts.registry import ResidentMerged, ResidentUnmerged
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from sqlalchemy import and_, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.materials.tables import paper
from linli_services_desk.relinking.tables import resident_relink

_c, _p, _k = desk_case.c, paper.c, resident_relink.c


async def on_merged(tx: Tx, event: IncomingEvent) -> None:
    """Give the kept record the absorbed one's cases and papers, and remember which."""
    data = msgspec.convert(event.data, ResidentMerged)
    tenant = event.tenant
    cases = await tx.all(
        update(desk_case)
        .where(_c.tenant == tenant, _c.resident_id == data.absorbed)
        .values(resident_id=data.kept)
        .returning(_c.id)
    )
    papers = await _give_papers(tx, tenant, data.absorbed, data.kept, None)
    row = {"tenant": tenant, "merge_id": data.merge, "kept": data.kept, "absorbed": data.absorbed, "at": tx.now}
    row |= {"cases": [case["id"] for case in cases], "papers": papers}
    await tx.execute(insert(resident_relink).values(**row).on_conflict_do_nothing())


async def on_unmerged(tx: Tx, event: IncomingEvent) -> None:
    """Give back what followed the merge."""
    data = msgspec.convert(event.data, ResidentUnmerged)
    tenant = event.tenant
    own = and_(_k.tenant == tenant, _k.merge_id == data.merge, _k.undone_at.is_(None))
    moved = await tx.one(select(resident_relink).where(own).with_for_update())
    if moved is None:
        return
    back = and_(_c.tenant == tenant, _c.id.in_(moved["cases"]), _c.resident_id == data.kept)
    await tx.execute(update(desk_case).where(back).values(resident_id=data.absorbed))
    await _give_papers(tx, tenant, data.kept, data.absorbed, moved["papers"])
    await tx.execute(update(resident_relink).where(own).values(undone_at=tx.now))


async def _give_papers(tx: Tx, tenant: str, giver: UUID, taker: UUID, which: Sequence[UUID] | None) -> list[UUID]:
    """A person has one paper of a kind: what the taker has already stays where it is."""
    mine = paper.alias("mine")
    known = exists().where(mine.c.tenant == tenant, mine.c.resident_id == taker, mine.c.kind == _p.kind)
    condition = and_(_p.tenant == tenant, _p.resident_id == giver, ~known)
    if which is not None:
        condition = and_(condition, _p.id.in_(which))
    rows = await tx.all(update(paper).where(condition).values(resident_id=taker).returning(_p.id))
    return [row["id"] for row in rows]
