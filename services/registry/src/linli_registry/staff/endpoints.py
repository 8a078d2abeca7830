"""Routes of staff as residents: the links, and for the supervision service who is near to whom.

Which relatives somebody has is never answered to a user here; supervision turns it into a question about an account.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.http import ServiceRouter, current_tx, fast_json, read_audit, reads
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require

from linli_registry.context import Db
from linli_registry.metadata import Row
from linli_registry.policy import POLICY, Permission
from linli_registry.residents import repository as residents
from linli_registry.staff import repository
from linli_registry.staff.schemas import (
    AccountGroups,
    AccountsRequest,
    NearList,
    NearRequest,
    SameList,
    SameRequest,
    StaffLink,
    StaffLinkPage,
    StaffLinkPut,
)

router = ServiceRouter(prefix="/api/registry/v1/staff", tags=["staff"])
internal = ServiceRouter(prefix="/internal/v1/residents", tags=["internal"])
CurrentTx = Annotated[Tx, Depends(current_tx)]
Linker = Annotated[Viewer, Depends(require(POLICY, Permission.STAFF_LINK))]
Supervision = Annotated[Viewer, Depends(require(POLICY, Permission.RESIDENT_NEAR))]


@router.get("", response_model=StaffLinkPage)
async def list_staff(
    request: Request, db: Db, viewer: Linker, limit: Limit = 50, cursor: CursorParam = None
) -> Response:
    """Which resident each linked account of your area is."""
    after = Cursor.parse(cursor, UUID)
    rows = await repository.links(db, viewer, after[0] if after else None, limit + 1)
    kept, following = page(rows, limit, lambda row: (row["account"],))
    people = [row["resident"] for row in kept]
    await read_audit(request, viewer, Act(action="staff.read", object_kind="staff", object_id="", people=people))
    return fast_json({"items": [_shown(row) for row in kept], "next_cursor": following})


@router.put("/{account_id}", response_model=StaffLink)
async def link_staff(account_id: UUID, body: StaffLinkPut, tx: CurrentTx, viewer: Linker) -> Response:
    """Say which resident of your area an account is, so that looks at the own relatives and neighbours are noticed."""
    person = await residents.locked(tx, viewer, body.resident_id)
    values = {"resident": person["id"], "division": person["division"]}
    values |= {"linked_at": tx.now, "linked_by": viewer.subject}
    if not await repository.put(tx, viewer, account_id, values):
        raise NotFound
    _record(tx, "staff.link", account_id, values)
    return fast_json(_shown({"account": account_id, **values}))


@router.delete("/{account_id}", status_code=204)
async def unlink_staff(account_id: UUID, tx: CurrentTx, viewer: Linker) -> Response:
    """Take the link of an account away."""
    row = await repository.remove(tx, viewer, account_id)
    if row is None:
        raise NotFound
    _record(tx, "staff.unlink", account_id, row)
    return Response(status_code=204)


@internal.post("/near", response_model=NearList)
@reads
async def who_is_near(body: NearRequest, db: Db, viewer: Supervision) -> Response:
    """Of looks (account, person) those at the account's own relatives and neighbours; services only."""
    rows = await repository.near(db, body.tenant, {(look.account, look.person) for look in body.looks})
    names = ("account", "person", "relative", "neighbour", "path")
    return fast_json({"items": [{name: row[name] for name in names} for row in rows]})


@internal.post("/same", response_model=SameList)
@reads
async def who_is_the_same(body: SameRequest, db: Db, viewer: Supervision) -> Response:
    """Every record of one person: merged ones too; services only."""
    return fast_json({"items": await repository.same(db, body.tenant, body.resident)})


@internal.post("/accounts", response_model=AccountGroups)
@reads
async def whose_accounts(body: AccountsRequest, db: Db, viewer: Supervision) -> Response:
    """Which of these accounts one and the same person has; services only."""
    return fast_json({"items": await repository.of_one_person(db, body.tenant, body.accounts)})


def _shown(row: Row) -> dict[str, object]:
    shown = {name: row[name] for name in ("account", "division", "linked_at", "linked_by")}
    return shown | {"resident_id": row["resident"]}


def _record(tx: Tx, action: str, account: UUID, row: Row) -> None:
    where = {"object_kind": "account", "object_id": account, "division": row["division"]}
    tx.record(Act(action=action, people=[row["resident"]], **where))
