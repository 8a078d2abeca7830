"""Routes about where areas lie."""

from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response
from linli_kernel.database import Tx
from linli_kernel.http import ServiceRouter, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require

from linli_registry.centres import service
from linli_registry.centres.schemas import CentrePut, CentresBelow
from linli_registry.context import Ctx, Db
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/registry/v1", tags=["areas"])
Division = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix; your own area without one")
]
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "what `If-None-Match` names is still so"}}


@router.get("/centres", response_model=CentresBelow, responses=UNCHANGED)
async def read_centres(
    request: Request,
    context: Ctx,
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CENTRE_READ))],
    division: Division = None,
) -> Response:
    """Where an area and the divisions right below it lie, each by one point, for a map drawn without internet.

    Like all figures it takes the counties from the area, so it needs no `county`. It may be kept and asked again with `If-None-Match`.
    """
    answer = fast_json(await service.below(db, context, viewer, division))
    mark = f'"{sha256(bytes(answer.body)).hexdigest()[:32]}"'
    # Kept by whoever asked, and asked again each time: a centre that was just stated is seen at once.
    headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
    if mark in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    answer.raw_headers.extend((name.lower().encode(), value.encode()) for name, value in headers.items())
    return answer


@router.put("/centres/{division}", response_model=CentrePut)
async def state_centre(
    division: Annotated[str, Path(pattern=r"^[1-9][0-9]{11}$")],
    body: CentrePut,
    context: Ctx,
    tx: Annotated[Tx, Depends(current_tx)],
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.CENTRE_WRITE))],
) -> Response:
    """State where a division of your county lies, or with nulls that nothing is stated any more."""
    await service.state(tx, context, viewer, division, body)
    return fast_json(body.model_dump())
