"""Where the seal of a paper stands, as supervision tells it; and papers that are void because their seal was refused.

A void paper is never sealed any more: its seal is asked for in vain, a use that is still under way ends, and whoever checks
its code reads that it is void.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.contracts import desk as contract
from linli_kernel.contracts import supervision
from linli_kernel.database import Tx
from linli_kernel.events import Act, Event, IncomingEvent
from linli_kernel.inbox import Handler
from sqlalchemy import func, select, update

from linli_services_desk.cases.errors import SealNotRefused
from linli_services_desk.cases.hand import CaseInHand
from linli_services_desk.documents.tables import (
    ASKED,
    ASKED_AGAIN,
    AWAITING_SEAL,
    REFUSED,
    VOID,
    document,
    was_refused,
)

# A request that is taken back leaves a refusal before it as it was.
MOVES: Mapping[tuple[str, str | None], str | None] = {
    (supervision.SEAL_USE_REQUESTED, None): ASKED,
    (supervision.SEAL_USE_REQUESTED, REFUSED): ASKED_AGAIN,
    (supervision.SEAL_USE_REFUSED, None): REFUSED,
    (supervision.SEAL_USE_REFUSED, ASKED): REFUSED,
    (supervision.SEAL_USE_REFUSED, ASKED_AGAIN): REFUSED,
    (supervision.SEAL_USE_CANCELLED, ASKED): None,
    (supervision.SEAL_USE_CANCELLED, ASKED_AGAIN): REFUSED,
}


async def on_moved(tx: Tx, event: IncomingEvent) -> None:
    """Keep where the seal of a waiting paper stands, and who asked for it."""
    own = (document.c.tenant == tx.tenant, document.c.id == UUID(event.data["document_id"]))
    waiting = select(document.c.seal_state).where(*own, document.c.state == AWAITING_SEAL).with_for_update()
    row = await tx.one(waiting)
    if row is None or (event.type, row["seal_state"]) not in MOVES:
        return
    values: dict[str, Any] = {"seal_state": MOVES[event.type, row["seal_state"]]}
    if event.type == supervision.SEAL_USE_REQUESTED and event.data.get("actor"):
        values["seal_asked_by"] = func.array_append(document.c.seal_asked_by, UUID(event.data["actor"]))
    await tx.execute(update(document).where(*own).values(values))


HANDLERS: Mapping[str, Handler] = {event: on_moved for event, _ in MOVES}


async def asked_by(tx: Tx, case: CaseInHand) -> set[UUID]:
    """Everybody who asked for the seal of the papers that were refused; SealNotRefused when none was."""
    papers = await tx.all(
        select(document.c.state, document.c.seal_state, document.c.seal_asked_by)
        .where(document.c.tenant == tx.tenant, document.c.case_id == case.id, document.c.state == AWAITING_SEAL)
        .with_for_update()
    )
    if not was_refused(papers):
        raise SealNotRefused
    return {account for row in papers for account in row["seal_asked_by"] or ()}


async def make_void(tx: Tx, case: CaseInHand) -> None:
    """What was refused counts no more, under its number for good."""
    voided = await tx.all(
        update(document)
        .where(document.c.tenant == tx.tenant, document.c.case_id == case.id, document.c.state == AWAITING_SEAL)
        .values(state=VOID, version=document.c.version + 1)
        .returning(document.c.id, document.c.kind, document.c.number)
    )
    for row in voided:
        told = contract.DocumentIssued(
            document_id=str(row["id"]),
            case_id=str(case.id),
            division=case.row["division"],
            kind=row["kind"],
            number=row["number"],
            state=VOID,
        )
        tx.announce(Event(type=contract.DOCUMENT_VOIDED, subject=str(row["id"]), data=told))
        tx.record(
            Act(
                action="document.void",
                object_kind="document",
                object_id=row["id"],
                division=case.row["division"],
                case_id=case.id,
                detail={"number": row["number"]},
            )
        )
