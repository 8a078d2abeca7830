"""What everybody reads of a village's flags, as far as its county shows them: how many by rule and finding, then which are closed.

Nothing here leads to a flag, a case or an account: a rule, a month, a day and what was found are all that is ever said.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request
from linli_kernel.clock import SHANGHAI
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public
from linli_kernel.profile import Profile
from starlette.responses import Response

from linli_supervision.disclosures import showing
from linli_supervision.disclosures.place import Db, codes, county, moment, profile_of, today
from linli_supervision.disclosures.schemas import Village
from linli_supervision.disclosures.showing import FlagsShown
from linli_supervision.flags import repository, schemas
from linli_supervision.flags.rules import shipped
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

router = ServiceRouter(
    prefix="/api/public/v1/flags", tags=["public flags"], dependencies=[Depends(public(POLICY, Permission.FLAG_PUBLIC))]
)


@router.get("", response_model=schemas.PublicFlags)
async def count_flags(
    request: Request,
    db: Db,
    division: Village,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="this year unless another one is named")] = None,
) -> Response:
    """How many flags of a year a village has by rule: still looked into, explained, confirmed or dismissed."""
    tenant, shown = await _shown(request, db, division)
    wanted = year or today(request).year
    rows: Sequence[Row] = ()
    if shown is not FlagsShown.NOTHING:
        rows = await db.fetch_all(repository.public_counts(tenant, codes(request, division), wanted))
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row["rule"], {})[row["finding"] or schemas.LOOKING] = row["flags"]
    items = [
        {**_titled(name), **dict.fromkeys(schemas.COUNTED, 0), **counted[name]} for name in shipped() if name in counted
    ]
    return fast_json({"division": division, "year": wanted, "shown": shown.value, "items": items})


@router.get("/findings", response_model=schemas.PublicFindingPage)
async def list_findings(
    request: Request, db: Db, division: Village, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """What became of a village's flags, the last one closed first; empty until the county shows findings."""
    before = Cursor.parse(cursor, moment, UUID)
    tenant, shown = await _shown(request, db, division)
    rows: Sequence[Row] = ()
    if shown is FlagsShown.FINDINGS:
        found = repository.public_findings(
            tenant, codes(request, division), (before[0], before[1]) if before else None, limit
        )
        rows = await db.fetch_all(found)
    kept, following = page(rows, limit, lambda row: [row["ended_at"].isoformat(), row["id"]])
    return fast_json({"items": [_finding(row) for row in kept], "next_cursor": following})


async def _shown(request: Request, db: Db, division: str) -> tuple[str, FlagsShown]:
    tenant = county(request, division)
    profile: Profile = profile_of(request, tenant)
    return tenant, (await showing.shown(db, tenant, profile)).flags


def _titled(rule: str) -> dict[str, Any]:
    return {"rule": rule, "title": shipped()[rule].file.title.model_dump()}


def _finding(row: Row) -> dict[str, Any]:
    happened, ended = row["happened_at"], row["ended_at"]
    said = {"happened": _day(happened)[:7], "closed": _day(ended), "finding": row["finding"]}
    return {**_titled(row["rule"]), **said}


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()
