"""Who has a case in hand at the window: whoever opened it, until it is handed over."""

from typing import Any
from uuid import UUID

from linli_kernel.contracts import desk as contract
from linli_kernel.database import Tx
from linli_kernel.identity import Role, Viewer
from sqlalchemy import ColumnElement, Select, func, select

from linli_services_desk import events
from linli_services_desk.cases import repository
from linli_services_desk.cases.errors import NothingToHandOver, NotInYourHands
from linli_services_desk.cases.hand import CaseInHand, act, history_row, store
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import NAMES, OPEN, State
from linli_services_desk.clients.gateway import Colleague

# Who leads a hall may give a colleague's cases to another, for instance when somebody is ill.
LEADERS = (Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER)


def holder() -> ColumnElement[UUID]:
    """Who has the case in hand."""
    return func.coalesce(desk_case.c.holder, desk_case.c.opened_by)


def mine(viewer: Viewer, limit: int) -> Select[Any]:
    """The open cases in the viewer's hands, oldest first."""
    return (
        select(desk_case.c.id)
        .where(repository.visible(viewer), holder() == viewer.subject, desk_case.c.state.in_(sorted(OPEN)))
        .order_by(desk_case.c.id)
        .limit(limit)
    )


async def hand_over(tx: Tx, case: CaseInHand, viewer: Viewer, to: Colleague, note: str) -> None:
    row = case.row
    if State(row["state"]) not in OPEN:
        raise NothingToHandOver(state=NAMES[State(row["state"])][0], state_en=NAMES[State(row["state"])][1])
    if (row["holder"] or row["opened_by"]) != viewer.subject and viewer.role not in LEADERS:
        raise NotInYourHands
    values = {"holder": to.id, "holder_name": to.name, "updated_at": tx.now}
    await store(tx, case, row["version"], values)
    repository.add_history(tx, history_row(tx, viewer, row, "hand-over", row["state"], note=note or to.name))
    tx.announce(events.case_event(contract.CASE_HANDED_OVER, row, row["state"]))
    tx.record(act("case.hand-over", row, to=str(to.id)))
