"""Papers that the desk made void: a use of the seal that is still under way for one ends, and leaves no signature behind."""

from collections.abc import Sequence
from uuid import UUID

from linli_kernel.contracts import desk
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from sqlalchemy import or_, select, update

from linli_supervision.seals import announce, opening, service, workflow
from linli_supervision.seals.paper_tables import seal_stamped
from linli_supervision.seals.tables import seal_use

REASON = "document_void"
_ENDS = sorted(state.value for state, step in workflow.TRANSITIONS if step is workflow.Step.VOID)


async def keep(tx: Tx, events: Sequence[IncomingEvent]) -> None:
    """End what is under way for the papers that became void; one that was sealed before is told by its code."""
    for event in events:
        if event.type == desk.DOCUMENT_VOIDED:
            await _end(tx, UUID(event.data["document_id"]))


async def _end(tx: Tx, document_id: UUID) -> None:
    line = seal_stamped.c
    own = (line.tenant == tx.tenant, line.document_id == document_id)
    # What lies under the seal of rubber already is stopped on the custodians' screen; stamped all the same it is excess.
    await tx.execute(update(seal_stamped).where(*own, line.copies_made.is_(None)).values(void_at=tx.now))
    named = or_(seal_use.c.document_id == document_id, seal_use.c.id.in_(select(line.use_id).where(*own)))
    of_paper = (seal_use.c.tenant == tx.tenant, named, seal_use.c.state.in_(_ENDS))
    for found in await tx.all(select(seal_use.c.id).where(*of_paper)):
        row, use = await service.load_locked(tx, opening.system_viewer(tx.tenant), found["id"])
        if (use.state, workflow.Step.VOID) not in workflow.TRANSITIONS:
            continue
        after = workflow.make_void(use)
        await service.discard_signatures(tx, tx.tenant, row["id"])
        await service.store(tx, row, after, reason=REASON, ended_at=tx.now)
        state, event = after.state.value, contract.SEAL_USE_CANCELLED
        announce.moved(tx, row, event=event, action="seal-use.cancel", state=state, round_=after.round)
