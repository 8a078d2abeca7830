"""What the desk asks when a meeting was called, moved or called off: whom to tell of what. Services only.

The event names nobody; the desk comes with it and reads the roll here, page by page.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query
from linli_kernel.http import ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, page
from linli_kernel.permissions import require
from starlette.responses import Response

from linli_supervision.deliberations import repository, schemas, views
from linli_supervision.deliberations.errors import DeliberationNotFound
from linli_supervision.disclosures.place import Db
from linli_supervision.policy import POLICY, Permission

internal = ServiceRouter(prefix="/internal/v1/deliberations", tags=["internal"])
Desk = Annotated[Viewer, Depends(require(POLICY, Permission.DELIBERATION_CALLED))]
Tenant = Annotated[str, Header(alias="X-Linli-Tenant", max_length=32)]
AT_ONCE = 200


@internal.get("/{deliberation_id}/called", response_model=schemas.Called)
async def who_is_called(
    deliberation_id: UUID,
    db: Db,
    viewer: Desk,
    tenant: Tenant,
    position: Annotated[int, Query(ge=0, le=50)],
    cursor: CursorParam = None,
) -> Response:
    """The roll of a step as ids, each person once, with the topic and the place; `calls` is the newest of the step's calls."""
    row = await db.fetch_one(repository.called(tenant, deliberation_id, position))
    if row is None:
        raise DeliberationNotFound
    after = Cursor.parse(cursor, UUID)
    found = await db.fetch_all(
        repository.on_roll(tenant, deliberation_id, position, after[0] if after else None, AT_ONCE)
    )
    kept, following = page(found, AT_ONCE, lambda one: [one["resident"]])
    shown = {name: row[name] for name in ("title", "place", "calls")} | views.meeting(row, position)
    people = {"items": [one["resident"] for one in kept], "next_cursor": following}
    return fast_json({**shown, **people})
