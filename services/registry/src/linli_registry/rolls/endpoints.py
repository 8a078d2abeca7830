"""Routes of rolls: who is eligible, for supervision; what the people of a roll are called, for staff of their area."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Request, Response
from linli_kernel.errors import Conflict
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.permissions import reading, require

from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import service
from linli_registry.residents.keys import ResidentKeys
from linli_registry.rolls import repository
from linli_registry.rolls.schemas import (
    EligibleList,
    EligibleRequest,
    KinList,
    KinRequest,
    NameList,
    NamesRequest,
    ReachList,
    ReachRequest,
)

router = ServiceRouter(prefix="/api/registry/v1/residents", tags=["residents"])
internal = ServiceRouter(prefix="/internal/v1/residents", tags=["internal"])
ADULT_YEARS = 18


class RollTooLarge(Conflict):
    code = "registry.roll_too_large"
    zh = "符合条件的人超过 {most} 人"
    en = "More than {most} people are eligible"


def born_by(on: date) -> date:
    """The last birthday of those who are adults on a day; born on 29 February they are so on 1 March of other years."""
    try:
        return on.replace(year=on.year - ADULT_YEARS)
    except ValueError:
        return date(on.year - ADULT_YEARS, 2, 28)


@internal.post("/eligible", response_model=EligibleList)
@reads
async def who_is_eligible(
    body: EligibleRequest,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_ROLL))],
) -> Response:
    """Adults who may vote in a village or are invited to a meeting, as ids with their households; services only."""
    kinds = context.profiles.for_tenant(body.tenant).registry.presence
    presences = [one.code for one in kinds if one.lives_here and (one.local_hukou or body.non_local)]
    statement = repository.eligible_query(
        body.tenant,
        context.codes(body.division) or (body.division,),
        presences,
        born_by(body.on),
        party=body.kind == "party",
        heads=body.kind == "heads",
        listed=body.listed,
        grids=body.grids,
    )
    rows = await repository.eligible(db, statement)
    if len(rows) > repository.MOST:
        raise RollTooLarge(most=repository.MOST)
    return fast_json({"items": [{"resident": row["resident"], "household": row["household"]} for row in rows]})


@internal.post("/kin", response_model=KinList)
@reads
async def who_is_kin(
    body: KinRequest,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_ROLL))],
) -> Response:
    """People and their close kin with the path between them, as ids; services only."""
    rows = await repository.kin(db, body.tenant, body.people)
    fields = ("concerned", "person", "path", "kinds")
    return fast_json({"items": [{name: row[name] for name in fields} for row in rows]})


@internal.post("/reach", response_model=ReachList)
@reads
async def how_to_reach(
    request: Request,
    body: ReachRequest,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_ROLL))],
) -> Response:
    """Phones and staff accounts of people who are called to a meeting; services only."""
    rows = await repository.reach(db, body.tenant, body.people)
    people = [row["resident"] for row in rows]
    about = {"phones": body.phones, "deliberation": str(body.deliberation_id)}
    act = Act(action="resident.reach", object_kind="resident", object_id="", people=people, detail=about)
    await read_audit(request, viewer, act, body.tenant)
    keys = ResidentKeys(context.keyring, body.tenant)
    shown = [
        {
            "resident": row["resident"],
            "has_phone": row["phone"] is not None,
            "phone": keys.open("phone", row["phone"], str(row["id"])) if body.phones else None,
            "accounts": row["accounts"],
        }
        for row in rows
    ]
    return fast_json({"items": shown}, headers={"Cache-Control": "no-store"})


@router.post("/names", response_model=NameList)
@reads
async def names(
    request: Request,
    body: NamesRequest,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(reading(POLICY, Permission.RESIDENT_NAMES))],
) -> Response:
    """What people of your area are called, for a list that keeps their ids; who is not of your area is left out."""
    shown = await service.names(db, context, viewer, body.ids)
    people = [one["id"] for one in shown]
    act = Act(action="resident.names", object_kind="resident", object_id="", people=people)
    await read_audit(request, viewer, act)
    fields = ("id", "name", "sex", "age", "grid_name")
    return fast_json({"items": [{name: one.get(name) for name in fields} for one in shown]})
