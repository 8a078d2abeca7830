"""Routes of the watch over the log: its sources, its alarms, the answers to them; and where sources tell their numbers."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from fastapi import Depends, Request, Response
from linli_kernel.database import Database, Tx
from linli_kernel.errors import Invalid
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, InPart, Limit, page
from linli_kernel.permissions import require

from linli_supervision.alarms import repository
from linli_supervision.alarms.domain import trouble
from linli_supervision.alarms.errors import AlarmAnswered, AlarmNotFound
from linli_supervision.alarms.schemas import AlarmAnswer, AlarmPage, NewAlarmAnswer, SourceList
from linli_supervision.ledger.addresses import Tenant, own_log
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

router = ServiceRouter(prefix="/api/supervision/v1/ledger", tags=["ledger"])
internal = ServiceRouter(prefix="/internal/v1", include_in_schema=False)
Db = Annotated[Database, Depends(current_db)]
CurrentTx = Annotated[Tx, Depends(current_tx)]
Watcher = Annotated[Viewer, Depends(require(POLICY, Permission.LEDGER_WATCH))]


class _Heads(msgspec.Struct):
    source: str
    heads: dict[str, int]


@internal.post("/heads", status_code=204, dependencies=[Depends(require(POLICY, Permission.LEDGER_TELL))])
async def hear(request: Request) -> Response:
    """A source tells the newest number that it gave in each county, every few seconds, be there news or not."""
    try:
        told = msgspec.json.decode(await request.body(), type=_Heads)
    except msgspec.MsgspecError as error:
        raise Invalid from error
    linli = request.app.state.linli
    async with linli.database.pool.acquire() as connection:
        await repository.hear(connection, told.source, told.heads, linli.clock.now())
    return Response(status_code=204)


@router.get("/{tenant}/sources", response_model=SourceList)
async def list_sources(request: Request, tenant: Tenant, db: Db, viewer: Watcher, part: InPart) -> Response:
    """Every part that writes acts: the newest number it gave, the newest that arrived, and whether it is heard of."""
    log, now = own_log(viewer, tenant), request.app.state.linli.clock.now()
    items = []
    for standing, last in await repository.standings(db, log):
        kind = trouble(standing, now)
        shown = {"source": standing.source, "recorded": standing.recorded, "told": standing.told}
        shown |= {"told_at": standing.told_at, "last_entry_at": last, "state": kind.value if kind else "well"}
        items.append(shown)
    return fast_json(part.of(items) | {"open_alarms": await repository.count_open(db, log)})


@router.get("/{tenant}/alarms", response_model=AlarmPage)
async def list_alarms(
    request: Request,
    tenant: Tenant,
    db: Db,
    viewer: Watcher,
    state: Literal["open", "answered"] | None = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What the log noticed about itself, its sources and its witnesses, newest first."""
    before = Cursor.parse(cursor, UUID)
    is_open = None if state is None else state == "open"
    rows = await repository.list_alarms(
        db, own_log(viewer, tenant), is_open=is_open, before=before[0] if before else None, limit=limit
    )
    kept, following = page(rows, limit, lambda row: [str(row["id"])])
    wanted = {row["answered_by"] for row in kept if row["answered_by"] is not None}
    names = await request.app.state.linli.extra["gateway"].names(wanted)
    return fast_json({"items": [_shown(row, names) for row in kept], "next_cursor": following})


def _shown(row: Row, names: dict[UUID, str]) -> dict[str, Any]:
    by = row["answered_by"]
    told = {name: row[name] for name in ("id", "kind", "place", "facts", "raised_at", "note", "answered_at")}
    answered_by = {"id": by, "name": names.get(by)} if by is not None else None
    return told | {"state": "open" if by is None else "answered", "answered_by": answered_by}


@router.post("/{tenant}/alarms/{alarm_id}/answer", response_model=AlarmAnswer, status_code=201)
async def answer_alarm(
    tenant: Tenant,
    alarm_id: UUID,
    body: NewAlarmAnswer,
    tx: CurrentTx,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.LEDGER_ANSWER))],
) -> Response:
    """Say what was found out about an alarm; once, and for good."""
    log = own_log(viewer, tenant)
    if not await repository.exists(tx, log, alarm_id):
        raise AlarmNotFound()
    said = {"note": body.note, "answered_by": viewer.subject, "answered_at": tx.now}
    if not await repository.answer(tx, log, {"alarm_id": alarm_id, **said}):
        raise AlarmAnswered()
    tx.record(Act(action="ledger.answer-alarm", object_kind="ledger-alarm", object_id=alarm_id))
    return fast_json(said, status=201)
