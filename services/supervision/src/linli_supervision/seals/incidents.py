"""What went wrong with a seal of rubber: written once for each use and kind, told to the ledger, never taken back."""

from enum import StrEnum

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import Act, Event
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.rows import Row
from linli_supervision.seals.paper_tables import seal_incident


class Kind(StrEnum):
    BROKEN = "broken"
    MISSING = "missing"
    OTHER_NUMBER = "other_number"
    OVERDUE = "overdue"
    EXCESS = "excess"
    DISPUTED = "disputed"
    KEY_LOST = "key_lost"


async def record(
    tx: Tx, use: Row, kind: Kind, *, found: str = "", expected: str = "", by: Viewer | None = None
) -> None:
    """Record an incident of a use; told again it is the same one. `by` is nobody when the clock found it."""
    incident_id = new_id()
    made = await tx.execute(
        insert(seal_incident)
        .values(
            tenant=use["tenant"],
            id=incident_id,
            seal_id=use["seal_id"],
            use_id=use["id"],
            division=use["division"],
            kind=kind.value,
            sequence=use["envelope"],
            expected=expected,
            found=found,
            by_name=by.name if by else "",
            at=tx.now,
        )
        .on_conflict_do_nothing()
    )
    if made.rowcount != 1:
        return
    ids = {"incident_id": str(incident_id), "seal_id": str(use["seal_id"]), "use_id": str(use["id"])}
    tx.announce(
        Event(
            type=contract.SEAL_INCIDENT,
            subject=str(use["id"]),
            data=contract.SealIncident(**ids, division=use["division"], kind=kind.value, sequence=use["envelope"]),
        )
    )
    if by is not None:
        tx.record(
            Act(
                action="seal-incident.report",
                object_kind="seal-use",
                object_id=use["id"],
                division=use["division"],
                case_id=use["case_id"],
                detail={"kind": kind.value, "sequence": use["envelope"], "incident": str(incident_id)},
            )
        )
