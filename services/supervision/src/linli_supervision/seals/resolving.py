"""The resolution that names custodians: one of the village's own deliberations, or one from before the installation.

What was decided here is never typed: its number and day are those of the deliberation. By hand only what is older than the
county's ledger.
"""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.identity import Viewer
from sqlalchemy import select

from linli_supervision.deliberations import repository as deliberations
from linli_supervision.deliberations.resolutions import Resolution, resolution_of
from linli_supervision.deliberations.tables import deliberation, deliberation_step
from linli_supervision.ledger.tables import ledger_entry
from linli_supervision.rows import Row
from linli_supervision.seals.errors import ResolutionGone
from linli_supervision.seals.schemas import ByResolution


async def said(tx: Tx, division: str, body: ByResolution) -> dict[str, Any]:
    """Return how a change keeps its resolution; raises Invalid when there is none of that village."""
    if body.deliberation_id is None:
        begun = await _installed(tx)
        if body.resolved_on is not None and body.resolved_on > begun:
            zh = f"{begun} 起的决议应从议事记录中选择，这里只登记此前的决议"
            en = f"Choose a resolution from {begun} on among the deliberations; only earlier ones are entered by hand"
            raise Invalid(errors=[FieldError("/resolved_on", "supervision.resolution_not_before", zh, en)])
        return {"resolution": body.resolution, "resolved_on": body.resolved_on}
    found = await standing(tx, division, body.deliberation_id)
    if found is None:
        zh, en = "这不是本村已通过并公示期满的决议", "No resolution of this village that was passed and published"
        raise Invalid(errors=[FieldError("/deliberation_id", "supervision.no_resolution", zh, en)])
    return {"resolution": found.text, "resolved_on": found.day, "deliberation_id": found.deliberation_id}


async def require_standing(tx: Tx, change: Row) -> None:
    """Raise ResolutionGone when what a change rests upon was given up since it was proposed."""
    named = change["deliberation_id"]
    if named is not None and await standing(tx, change["division"], named) is None:
        raise ResolutionGone()


async def standing(tx: Tx, division: str, deliberation_id: UUID) -> Resolution | None:
    """Return the resolution of a village's deliberation while it stands."""
    of = (deliberation.c.tenant == tx.tenant, deliberation.c.division == division, deliberation.c.id == deliberation_id)
    row = await tx.one(select(deliberation).where(*of).with_for_update(read=True))
    return None if row is None else resolution_of(row, await tx.all(deliberations.steps(tx.tenant, deliberation_id)))


async def choosable(
    database: Database, viewer: Viewer, division: str, before: UUID | None, limit: int
) -> tuple[list[Resolution], UUID | None]:
    """Return the resolutions among so many deliberations of a village, newest first, and behind which one others follow."""
    wanted = deliberations.listing(viewer, {"division": division}, None, before, limit)
    rows = list(await database.fetch_all(wanted.where(deliberation.c.state.in_(("open", "finished")))))
    looked_at = rows[:limit]
    s = deliberation_step.c
    ids = [row["id"] for row in looked_at]
    steps = await database.fetch_all(
        select(s.deliberation_id, s.position, s.done_at, s.held_on, s.result).where(
            s.tenant == viewer.tenant, s.deliberation_id.in_(ids)
        )
    )
    found = (resolution_of(row, [one for one in steps if one["deliberation_id"] == row["id"]]) for row in looked_at)
    following = looked_at[-1]["id"] if len(rows) > limit else None
    return [one for one in found if one is not None], following


async def _installed(tx: Tx) -> date:
    """The day of the county's first entry in the ledger; today while there is none."""
    first = await tx.scalar(
        select(ledger_entry.c.time).where(ledger_entry.c.tenant == tx.tenant, ledger_entry.c.index == 0)
    )
    return (first or tx.now).astimezone(SHANGHAI).date()
