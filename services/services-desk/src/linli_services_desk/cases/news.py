"""What the registry tells about the applicant of a case: noted in its history, flagged to whoever opens it.

A note raises the case's version like a command does, so somebody who decides from an older screen is stopped and reads it.
Each note can be made twice: a case that bears the flag already is left alone.
"""

from uuid import UUID

from linli_kernel.contracts import registry as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from sqlalchemy import ColumnElement, insert, select, update

from linli_services_desk.cases.hand import act
from linli_services_desk.cases.tables import case_history, desk_case
from linli_services_desk.cases.workflow import FINISHED, State
from linli_services_desk.relinking import handlers as relinking

NOBODY = UUID(int=0)
"""The registry itself as the actor of a note."""
DECEASED, MERGED = "deceased", "merged"
flag = desk_case.c.applicant_flag
OVER = FINISHED - {State.DECIDED}
"""What is decided still waits to be handed to somebody."""


async def on_died(tx: Tx, event: IncomingEvent) -> None:
    """The applicant died, or the death was registered by mistake and is taken back."""
    resident, day = UUID(event.data["resident"]), event.data["date"]
    if event.data.get("reversed"):
        await _note(tx, resident, "applicant-alive", None, flag.is_not_distinct_from(DECEASED), day)
    else:
        await _note(tx, resident, "applicant-died", DECEASED, flag.is_distinct_from(DECEASED), day)


async def on_merged(tx: Tx, event: IncomingEvent) -> None:
    """Two records were one person. The note comes first: relinking gives the cases to the record that was kept."""
    await _note(tx, UUID(event.data["absorbed"]), "applicant-merged", MERGED, flag.is_(None))
    await relinking.on_merged(tx, event)


async def on_unmerged(tx: Tx, event: IncomingEvent) -> None:
    """They were two after all: what goes back to its record is told so."""
    await relinking.on_unmerged(tx, event)
    again = flag.is_not_distinct_from(MERGED)
    await _note(tx, UUID(event.data["absorbed"]), "applicant-unmerged", None, again)


async def _note(
    tx: Tx, resident: UUID, command: str, value: str | None, when: ColumnElement[bool], text: str = ""
) -> None:
    mine = (desk_case.c.tenant == tx.tenant, desk_case.c.resident_id == resident)
    running = desk_case.c.state.not_in(sorted(OVER))
    found = await tx.all(select(desk_case).where(*mine, running, when).order_by(desk_case.c.id).with_for_update())
    for row in found:
        version = row["version"] + 1
        changed = update(desk_case).where(desk_case.c.tenant == tx.tenant, desk_case.c.id == row["id"])
        await tx.execute(changed.values(applicant_flag=value, version=version, updated_at=tx.now))
        await tx.execute(
            insert(case_history).values(
                tenant=tx.tenant,
                case_id=row["id"],
                version=version,
                command=command,
                from_state=row["state"],
                to_state=row["state"],
                note=text,
                actor=NOBODY,
                actor_name="",
                actor_role="service",
                at=tx.now,
            )
        )
        tx.record(act(f"case.{command}", dict(row)))


HANDLERS = {
    contract.RESIDENT_DIED: on_died,
    contract.RESIDENT_MERGED: on_merged,
    contract.RESIDENT_UNMERGED: on_unmerged,
}
