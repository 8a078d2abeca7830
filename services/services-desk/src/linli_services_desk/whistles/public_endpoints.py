"""A resident's phone: report with photograph and place, follow by token, rate once. No sign-in.

Limited per phone and village here and per address by the gateway; the village checks every report before anybody is called, and
nothing that another resident wrote is shown.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Query, Response, UploadFile
from linli_kernel import public_tokens as tokens
from linli_kernel.contracts import whistles as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json, reads
from linli_kernel.permissions import public
from linli_kernel.uploads import LARGEST_FILE_BYTES
from sqlalchemy import update

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row
from linli_services_desk.whistles import photos, reporting, repository, schemas, tally, views
from linli_services_desk.whistles.errors import NotClosedYet, WhistleRated
from linli_services_desk.whistles.hand import InHand, rules_of, take
from linli_services_desk.whistles.tables import whistle_report
from linli_services_desk.whistles.telling import tell
from linli_services_desk.whistles.workflow import OPEN, WhistleState, live

router = ServiceRouter(
    prefix="/api/public/v1/whistles", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_WHISTLE))]
)
CurrentTx = Annotated[Tx, Depends(current_tx)]
CurrentDb = Annotated[Database, Depends(current_db)]


@router.get("/settings", response_model=schemas.PublicWhistleSettings)
async def settings(
    division: Annotated[str, Query(pattern="^[0-9]{12}$", description="village")], desk: CurrentDesk
) -> Response:
    """What a village's residents may whistle about."""
    rules = rules_of(desk, desk.tenant_of(division))
    return fast_json(
        {
            "categories": [{"code": one.code, "name": one.name.zh, "name_en": one.name.en} for one in rules.categories],
            "photos": rules.public.photos,
            "largest_photo_bytes": LARGEST_FILE_BYTES,
            "similar_days": rules.similar.days,
        }
    )


@router.post("/similar", response_model=schemas.PublicSimilarList)
@reads
async def similar(order: schemas.SimilarQuery, database: CurrentDb, desk: CurrentDesk) -> Response:
    """Whether the village knows of it already, so that one more report joins instead of beginning anew."""
    tenant = desk.tenant_of(order.division)
    rows = await database.fetch_all(reporting.candidates(desk, tenant, order.division, database.clock.now()))
    found = reporting.similar(desk, tenant, rows, order)
    return fast_json({"items": [views.public_similar(desk, row, far) for row, _, far in found]})


@router.post("", status_code=201, response_model=schemas.ReportReceived)
async def report(order: schemas.PublicReport, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Report from a phone. The token in the answer follows it."""
    tx.use_tenant(desk.tenant_of(order.division))
    hand, token = await reporting.report(tx, desk, order)
    return fast_json({"token": token, "number": hand.row["number"], "joined": order.join_id is not None}, status=201)


@router.get("/{token}", response_model=schemas.FollowedWhistle)
async def follow(token: str, database: CurrentDb, desk: CurrentDesk) -> Response:
    """WhistleState, departments and answers for the one who reported."""
    parsed = _parsed(token)
    one = await database.fetch_one(repository.by_secret(parsed.tenant, parsed.secret))
    if one is None:
        raise NotFound
    tenant, whistle_id = one["tenant"], one["whistle_id"]
    row = await database.fetch_one(repository.by_id(tenant, whistle_id))
    if row is None:
        raise NotFound
    parts = {
        "duties": await database.fetch_all(repository.duties(tenant, [whistle_id])),
        "events": await database.fetch_all(repository.events(tenant, whistle_id)),
        "photos": await database.fetch_all(repository.photos(tenant, whistle_id)),
    }
    return fast_json(views.followed(desk, one, row, parts))


@router.post("/{token}/photos", status_code=201, response_model=schemas.PhotoTaken)
async def add_photo(
    token: str,
    file: Annotated[UploadFile, File(description="photograph, at most 10 MB")],
    tx: CurrentTx,
    desk: CurrentDesk,
) -> Response:
    """Add a photograph to the own report while the whistle is open."""
    hand, _ = await _own(tx, desk, token)
    if hand.state not in OPEN:
        raise NotFound
    content = await file.read(LARGEST_FILE_BYTES + 1)
    photo_id, number = await photos.add(tx, desk, hand.row, content, most=hand.rules.public.photos, department=None)
    return fast_json({"id": photo_id, "photos": number}, status=201)


@router.post("/{token}/rating", status_code=201, response_model=schemas.WhistleRated)
async def rate(token: str, order: schemas.WhistleRating, tx: CurrentTx, desk: CurrentDesk) -> Response:
    """Rate a closed whistle once; every reporter has an own voice."""
    hand, one = await _own(tx, desk, token)
    if hand.state is not WhistleState.CLOSED:
        raise NotClosedYet
    if one["level"] is not None:
        raise WhistleRated
    comment = order.comment.strip()
    sealed = desk.vault.seal(comment, tx.tenant, "whistle_report", "comment", one["id"]) if comment else None
    await tx.execute(
        update(whistle_report)
        .where(whistle_report.c.tenant == tx.tenant, whistle_report.c.id == one["id"])
        .values(level=order.level, comment=sealed, rated_at=tx.now)
    )
    steps = {"ratings": 1, "satisfied": int(order.level >= hand.rules.satisfied_from), "levels": order.level}
    await tally.count(tx, {share.department: steps for share in live(hand.shares)}, hand.duties)
    await tell(tx, desk, hand, contract.RATED, hand.state, level=order.level)
    return fast_json({"level": order.level, "given_at": tx.now}, status=201)


async def _own(tx: Tx, desk: Desk, token: str) -> tuple[InHand, Row]:
    """Lock the whistle of a token, and the report after it: a second tap waits and is refused."""
    parsed = _parsed(token)
    tx.use_tenant(parsed.tenant)
    known = await tx.one(repository.by_secret(parsed.tenant, parsed.secret))
    if known is None:
        raise NotFound
    hand = await take(tx, desk, await tx.one(repository.by_id(tx.tenant, _whistle_of(known), lock=True)))
    one: Any = await tx.one(repository.by_secret(parsed.tenant, parsed.secret, lock=True))
    return hand, one


def _whistle_of(report_row: Row) -> UUID:
    found: UUID = report_row["whistle_id"]
    return found


def _parsed(token: str) -> tokens.PublicToken:
    parsed = tokens.parse(token)
    if parsed is None:
        raise NotFound
    return parsed
