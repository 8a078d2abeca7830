"""Where the seal of a paper stands, as supervision tells it; and papers that are void because their seal was refused.

A void paper is never sealed any more: its seal is asked for in vain, a use that is still under way ends, and whoever checks
its code reads that it is void.
"""

from collections.abc import Mapping
from datetime import datetime
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
    BY_HAND,
    BY_HAND_AGAIN,
    REFUSED,
    STAMPED,
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
# The same of the seal of rubber; a paper that was not stamped after all is as if it had not been asked for.
BY_HAND_MOVES: Mapping[tuple[str, str | None], str | None] = {
    (supervision.SEAL_USE_REQUESTED, None): BY_HAND,
    (supervision.SEAL_USE_REQUESTED, REFUSED): BY_HAND_AGAIN,
    (supervision.SEAL_USE_REFUSED, None): REFUSED,
    (supervision.SEAL_USE_REFUSED, BY_HAND): REFUSED,
    (supervision.SEAL_USE_REFUSED, BY_HAND_AGAIN): REFUSED,
    (supervision.SEAL_USE_CANCELLED, BY_HAND): None,
    (supervision.SEAL_USE_CANCELLED, BY_HAND_AGAIN): REFUSED,
    (supervision.SEAL_USE_ENCLOSED, BY_HAND): None,
    (supervision.SEAL_USE_ENCLOSED, BY_HAND_AGAIN): REFUSED,
}


async def on_moved(tx: Tx, event: IncomingEvent) -> None:
    """Keep where the seal of a waiting paper stands, and who asked for it."""
    await _move(tx, event, event.data["document_id"], MOVES)
    for paper in sorted(event.data.get("documents", ())):
        await _move(tx, event, paper, BY_HAND_MOVES)


async def _move(
    tx: Tx, event: IncomingEvent, document_id: str, moves: Mapping[tuple[str, str | None], str | None]
) -> None:
    own = (document.c.tenant == tx.tenant, document.c.id == UUID(document_id))
    waiting = select(document.c.seal_state).where(*own, document.c.state == AWAITING_SEAL).with_for_update()
    row = await tx.one(waiting)
    if row is None or (event.type, row["seal_state"]) not in moves:
        return
    values: dict[str, Any] = {"seal_state": moves[event.type, row["seal_state"]]}
    if event.type == supervision.SEAL_USE_REQUESTED and event.data.get("actor"):
        values["seal_asked_by"] = func.array_append(document.c.seal_asked_by, UUID(event.data["actor"]))
    await tx.execute(update(document).where(*own).values(values))


async def on_enclosed(tx: Tx, event: IncomingEvent) -> None:
    """The seal of rubber lies in its next envelope and all custodians signed the record: what it stamped waits no more."""
    for told in sorted(event.data.get("stamped", ()), key=lambda one: str(one["document_id"])):
        if told["copies"] > 0 and told["impressions"] > 0:
            await _stamped(tx, event, told)
        else:
            await _move(tx, event, told["document_id"], BY_HAND_MOVES)


async def _stamped(tx: Tx, event: IncomingEvent, told: Mapping[str, Any]) -> None:
    row = await tx.one(
        update(document)
        .where(
            document.c.tenant == tx.tenant,
            document.c.id == UUID(told["document_id"]),
            document.c.case_id == UUID(told["case_id"]),
            document.c.state == AWAITING_SEAL,
        )
        .values(
            state=STAMPED,
            seal_use_id=UUID(event.data["use_id"]),
            signers=event.data.get("signers", []),
            sealed_at=datetime.fromisoformat(event.data["sealed_at"]),
            version=document.c.version + 1,
        )
        .returning(document.c.id, document.c.case_id, document.c.division, document.c.kind, document.c.number)
    )
    if row is None:
        # Void meanwhile, or told again.
        return
    issued = contract.DocumentIssued(
        document_id=str(row["id"]),
        case_id=str(row["case_id"]),
        division=row["division"],
        kind=row["kind"],
        number=row["number"],
        state=STAMPED,
    )
    tx.announce(Event(type=contract.DOCUMENT_STAMPED, subject=str(row["id"]), data=issued))
    counts = {"copies": told["copies"], "impressions": told["impressions"]}
    tx.record(
        Act(
            action="document.stamp",
            object_kind="document",
            object_id=row["id"],
            division=row["division"],
            case_id=row["case_id"],
            detail={"use": event.data["use_id"], "number": row["number"], **counts},
        )
    )


HANDLERS: Mapping[str, Handler] = {
    **{event: on_moved for event, _ in MOVES},
    supervision.SEAL_USE_ENCLOSED: on_enclosed,
}


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
