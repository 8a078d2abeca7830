"""What supervision tells of the seal: when it is refused, whoever has the case in hand and the applicant hear of it.

The reason is in no event; staff read it with the use, the applicant is told that it is being looked into.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from linli_kernel.inbox import Handler
from linli_kernel.profile import Profile
from sqlalchemy import Select, and_, select

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.documents.tables import document
from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.service import Telling, tell_of_case, tell_staff
from linli_services_desk.schema import Row

TEMPLATE = "seal.refused"


def key_of(case_id: UUID) -> str:
    """The applicant hears once that the seal was refused, however often it is asked for."""
    return f"{TEMPLATE}:{case_id}"


def handlers(profile: Callable[[str], Profile]) -> dict[str, Handler]:
    """Return what the desk's inbox does with a refusal; a paper that does not wait for its seal interests nobody."""

    async def refused(tx: Tx, event: IncomingEvent) -> None:
        for paper in (event.data["document_id"], *event.data.get("documents", ())):
            row = await tx.one(_waiting(tx.tenant, UUID(paper)))
            if row is not None:
                tell(tx, event, dict(row))

    def tell(tx: Tx, event: IncomingEvent, row: dict[str, Any]) -> None:
        facts = {"number": row["number"] or "", "matter": row["matter_name"]}
        holder = Audience(row["division"], account=row["holder"] or row["opened_by"])
        # A use of the seal of rubber may concern papers of several cases.
        key = f"{TEMPLATE}:{event.data['use_id']}" + (f":{row['id']}" if event.data.get("documents") else "")
        tell_staff(tx, Telling(key, TEMPLATE, holder, facts, row["id"]))
        tell_of_case(tx, profile(tx.tenant), row, key_of(row["id"]), TEMPLATE, facts)

    return {contract.SEAL_USE_REFUSED: refused}


def _waiting(tenant: str, document_id: UUID) -> Select[Row]:
    joined = document.join(
        desk_case, and_(desk_case.c.tenant == document.c.tenant, desk_case.c.id == document.c.case_id)
    )
    return (
        select(desk_case)
        .select_from(joined)
        .where(document.c.tenant == tenant, document.c.id == document_id, document.c.state == "awaiting_seal")
    )
