"""Delivering the result and closing the case. A certificate leaves the hall only sealed."""

from linli_kernel.database import Tx
from sqlalchemy import func, select

from linli_services_desk.cases.errors import SealMissing
from linli_services_desk.cases.hand import CaseInHand, move
from linli_services_desk.cases.schemas import Deliver
from linli_services_desk.cases.workflow import Command, State
from linli_services_desk.documents.tables import document
from linli_services_desk.promises.domain import open_promises
from linli_services_desk.promises.errors import PromiseOpen


async def deliver(tx: Tx, case: CaseInHand, expected: int, order: Deliver) -> None:
    unsealed = select(func.count()).where(
        document.c.tenant == tx.tenant, document.c.case_id == case.id, document.c.state == "awaiting_seal"
    )
    if await tx.scalar(unsealed):
        raise SealMissing
    note = order.note or order.channel
    await move(tx, case, Command.DELIVER, expected, note=note, changes={"delivered_at": tx.now})


async def close(tx: Tx, case: CaseInHand, expected: int, note: str) -> None:
    """File the case. What was promised for an approved one must have come."""
    owed = open_promises(case.row["materials"]) if case.row["outcome"] == "approved" else {}
    if owed and case.row["state"] == State.DELIVERED:
        names = [material["name"] for material in case.definition["materials"] if material["id"] in owed]
        raise PromiseOpen(names="、".join(names))
    await move(tx, case, Command.CLOSE, expected, note=note, changes={"closed_at": tx.now})
