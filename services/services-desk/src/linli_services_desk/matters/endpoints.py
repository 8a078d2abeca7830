"""What can be applied for: the catalogue for staff, the guide for everyone, and its import."""

from collections.abc import Iterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, File, Query, Response, UploadFile
from linli_kernel.calendar import Limit as TimeLimit
from linli_kernel.calendar import Unit
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound, TooLarge
from linli_kernel.hot import hot
from linli_kernel.http import ServiceRouter, current_db, current_tx, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.jobs import accepted, enqueue
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from linli_kernel.profile import Profile

from linli_services_desk.context import CurrentDesk, Desk
from linli_services_desk.matters import importer, repository
from linli_services_desk.matters.errors import CatalogueUnreadable
from linli_services_desk.matters.plan import (
    RefusedCertificate,
    plan_of,
    refused_certificate,
    refused_certificates,
    step_facts,
)
from linli_services_desk.matters.schemas import CategoryList, JobTicket, Matter, MatterList
from linli_services_desk.policy import POLICY, Permission
from linli_services_desk.schema import Row

router = ServiceRouter(prefix="/api/desk/v1", tags=["matters"])
public_router = ServiceRouter(
    prefix="/api/public/v1",
    tags=["public"],
    dependencies=[Depends(public(POLICY, Permission.PUBLIC_MATTERS))],
)
CurrentDb = Annotated[Database, Depends(current_db)]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.MATTER_READ))]
Query60 = Annotated[str | None, Query(max_length=60, description="name, pinyin, initials or code")]
Division = Annotated[str, Query(pattern="^[0-9]{6,12}$", description="code of the village, township or county")]
# A province's whole catalogue has some 10 MB.
LARGEST_CATALOGUE_BYTES = 16 * 1024 * 1024
IMPORT_JOB = "matters.import"


@router.get("/matters", response_model=MatterList)
async def list_matters(
    viewer: Reader,
    database: CurrentDb,
    desk: CurrentDesk,
    q: Query60 = None,
    category: Annotated[str | None, Query(max_length=40, description="category code of the place")] = None,
    window: Annotated[str | None, Query(max_length=20, description="counter code of the place")] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The county's matters, most used first; certificates that a village must not issue come as `refused` entries."""
    categories = _categories(desk.profile(viewer.tenant), category, window)
    return await _listing(database, desk, viewer.tenant, q, categories, limit, cursor)


@router.get("/matters/{matter_id}", response_model=Matter)
@hot
async def get_matter(matter_id: UUID, viewer: Reader, database: CurrentDb, desk: CurrentDesk) -> Response:
    """The published version: form (JSON Schema 2020-12), materials, steps and limits."""
    return await _detail(database, desk, viewer.tenant, matter_id)


@router.post("/matters/imports", status_code=202, response_model=JobTicket)
async def import_matters(
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.MATTER_IMPORT))],
    file: Annotated[UploadFile, File(description="the catalogue as CSV in UTF-8")],
    tx: Annotated[Tx, Depends(current_tx)],
) -> Response:
    """Import a catalogue as guide entries. Doing it again changes nothing; errors name line and column."""
    content = await file.read(LARGEST_CATALOGUE_BYTES + 1)
    if len(content) > LARGEST_CATALOGUE_BYTES:
        raise TooLarge
    try:
        next(importer.rows(content.decode("utf-8-sig")), None)
    except ValueError as error:
        raise CatalogueUnreadable from error
    return accepted("/api/desk/v1", await enqueue(tx, IMPORT_JOB, {}, content=content))


@public_router.get("/matters", response_model=MatterList)
async def public_matters(
    database: CurrentDb,
    desk: CurrentDesk,
    division: Division,
    q: Query60 = None,
    category: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """What residents of a place can apply for."""
    tenant = desk.tenant_of(division)
    categories = _categories(desk.profile(tenant), category, None)
    return await _listing(database, desk, tenant, q, categories, limit, cursor)


@public_router.get("/matters/categories", response_model=CategoryList)
async def public_categories(database: CurrentDb, desk: CurrentDesk, division: Division) -> Response:
    """The window categories of a place, such as the seven of 咸宁, in the order of the hall."""
    tenant = desk.tenant_of(division)
    counted = {row["category"]: row["matters"] for row in await database.fetch_all(repository.counts(tenant))}
    items = [
        {"code": one.code, "name": one.name.zh, "name_en": one.name.en, "matters": counted.get(one.code, 0)}
        for one in desk.profile(tenant).desk.categories
    ]
    return fast_json({"items": items})


@public_router.get("/matters/{matter_id}", response_model=Matter)
async def public_matter(database: CurrentDb, desk: CurrentDesk, matter_id: UUID, division: Division) -> Response:
    """The guide of one matter: conditions, materials, steps, limits, place and hours."""
    return await _detail(database, desk, desk.tenant_of(division), matter_id)


async def _listing(
    database: Database,
    desk: Desk,
    tenant: str,
    q: str | None,
    categories: tuple[str, ...] | None,
    limit: int,
    cursor: str | None,
) -> Response:
    profile = desk.profile(tenant)
    after = Cursor.parse(cursor, _rank, UUID)
    rows = await database.fetch_all(
        repository.search(
            tenant, q=q, categories=categories, state=None, after=(after[0], after[1]) if after else None, limit=limit
        )
    )
    kept, next_cursor = page(rows, limit, lambda row: [row["rank"], row["id"]])
    items = [_brief(profile, row) for row in kept]
    # Whoever searches for a forbidden certificate must see at once who issues it; browsing, they come last.
    if categories is None and (q and cursor is None):
        items = [*_refused(profile, tenant, q, database), *items]
    elif categories is None and not q and next_cursor is None:
        items = [*items, *_refused(profile, tenant, None, database)]
    return fast_json({"items": items, "next_cursor": next_cursor})


async def _detail(database: Database, desk: Desk, tenant: str, matter_id: UUID) -> Response:
    profile = desk.profile(tenant)
    row = await database.fetch_one(repository.ONE, {"tenant": tenant, "matter_id": matter_id})
    if row is None:
        refused = refused_certificate(profile, tenant, matter_id, database.clock.today())
        if refused is None:
            raise NotFound
        return fast_json({**_EMPTY, **_refused_brief(refused)})
    definition: dict[str, Any] = row["definition"]
    steps = plan_of(profile, definition) if row["state"] == "published" else ()
    shown = {name: definition[name] for name in _SHOWN if name in definition}
    return fast_json(
        {
            **shown,
            **_brief(profile, row),
            "version": row["published_version"],
            "steps": [step_facts(step) for step in steps],
        },
        etag=row["version"],
    )


_SHOWN = (
    "name_en", "legal_basis", "level", "service_object", "handling", "limits", "conditions", "procedure", "visits",
    "fee", "place", "hours", "result", "cross_area", "online_depth", "entrusted", "form_schema", "form_order",
    "materials",
)  # fmt: skip
_EMPTY: dict[str, Any] = {
    "version": 1, "legal_basis": [], "level": "", "service_object": "", "handling": "", "limits": {}, "conditions": "",
    "procedure": "", "visits": None, "fee": {}, "place": "", "hours": "", "result": {}, "form_schema": {},
    "form_order": [], "materials": [], "steps": [],
}  # fmt: skip


def _brief(profile: Profile, row: Row) -> dict[str, Any]:
    definition = row["definition"]
    names = {category.code: category.name.zh for category in profile.desk.categories}
    promised = definition["limits"].get("promised") or definition["limits"].get("statutory")
    return {
        "id": row["id"],
        "code": row["code"],
        "name": row["name"],
        "category": row["category"],
        "category_name": names.get(row["category"], row["category"]),
        "type": row["type"],
        "department": row["department"],
        "state": row["state"],
        "sample": row["sample"],
        "result_kind": definition["result"]["kind"],
        "seal": bool(definition["result"].get("seal")),
        "limit": TimeLimit(promised["number"], Unit(promised["unit"])).zh if promised else "",
        "refused": None,
    }


def _refused(profile: Profile, tenant: str, q: str | None, database: Database) -> Iterator[dict[str, Any]]:
    for refused in refused_certificates(profile, tenant, database.clock.today()):
        wanted = (q or "").strip()
        if q is None or (len(wanted) > 1 and (wanted in refused.name or refused.rule.matched_length(wanted))):
            yield _refused_brief(refused)


def _refused_brief(refused: RefusedCertificate) -> dict[str, Any]:
    return {
        "id": refused.id,
        "code": refused.code,
        "name": refused.name,
        "category": "",
        "category_name": "不予出具的证明",
        "type": "07",
        "department": refused.issuer,
        "state": "refused",
        "sample": False,
        "result_kind": "certificate",
        "seal": False,
        "limit": "",
        "refused": {"issuer": refused.issuer, "issuer_en": refused.issuer_en, "basis": refused.basis},
    }


def _rank(text: str) -> int:
    """A rank out of a cursor; one that no column can hold was never given out."""
    rank = int(text)
    if not 0 <= rank < 1 << 31:
        raise ValueError(text)
    return rank


def _categories(profile: Profile, category: str | None, window: str | None) -> tuple[str, ...] | None:
    if category is not None:
        return (category,)
    if window is None:
        return None
    counter = next((one for one in profile.desk.counters if one.code == window), None)
    if counter is None:
        return ()
    return tuple(counter.categories) or None
