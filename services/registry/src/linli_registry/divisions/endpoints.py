"""Divisions: the same for everybody, and public."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Response
from linli_kernel.codes.division import prefix
from linli_kernel.database import Database
from linli_kernel.http import ApiModel, ServiceRouter, fast_json
from linli_kernel.identity import Viewer
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import public, require
from sqlalchemy import select

from linli_registry.context import Db
from linli_registry.divisions import succession
from linli_registry.divisions.tables import division
from linli_registry.metadata import prefix_range
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(tags=["divisions"])
Parent = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{11}$", description="only what lies directly below this code")
]
Code = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{11}$", description="only this code")]
CodePath = Annotated[str, Path(pattern=r"^[1-9][0-9]{11}$")]
Words = Annotated[str | None, Query(min_length=1, max_length=40, description="beginning of the name, or of the code")]

Ended = Annotated[bool, Query(description="only divisions that ended and have a successor")]


class DivisionView(ApiModel):
    """`short_name` is what people say: 花坪村 for 花坪村委会."""

    code: str
    prefix: str
    name: str
    short_name: str
    level: str
    parent: str | None
    valid_from: date
    valid_to: date | None
    successor: str | None


class DivisionPage(ApiModel):
    items: list[DivisionView]
    next_cursor: str | None


class DivisionDetail(DivisionView):
    """`above` from the province down; `formerly` are the codes whose successor this one is."""

    above: list[DivisionView]
    formerly: list[DivisionView]


class CurrentDivision(ApiModel):
    """`path` are the codes that led to `current`; not `exact` when only a part of the code was known."""

    asked: str
    exact: bool
    path: list[str]
    current: DivisionView


async def _page(
    db: Database, parent: str | None, code: str | None, q: str | None, ended: bool, limit: int, cursor: str | None
) -> Response:
    c = division.c
    statement = select(division).order_by(c.code).limit(limit + 1)
    if parent is not None:
        statement = statement.where(c.parent == parent)
    if code is not None:
        statement = statement.where(c.code == code)
    if q is not None:
        low, high = prefix_range(q.strip())
        column = c.code if q.strip().isdigit() else c.search_name
        statement = statement.where(column >= low, column < high)
    elif parent is None and code is None and not ended:
        statement = statement.where(c.parent.is_(None))
    if ended:
        statement = statement.where(c.successor.is_not(None), c.valid_to.is_not(None))
    after = Cursor.parse(cursor, str)
    if after is not None:
        statement = statement.where(c.code > after[0])
    rows = await db.fetch_all(statement)
    kept, following = page(rows, limit, lambda row: (row["code"],))
    return fast_json({"items": [_view(row) for row in kept], "next_cursor": following})


def _view(row: Any) -> dict[str, Any]:
    shown = {name: row[name] for name in ("code", "name", "level", "parent", "valid_from", "valid_to", "successor")}
    return {**shown, "prefix": prefix(row["code"]), "short_name": row["search_name"]}


@router.get("/api/registry/v1/divisions", response_model=DivisionPage)
async def list_divisions(
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DIVISION_READ))],
    parent: Parent = None,
    code: Code = None,
    q: Words = None,
    ended: Ended = False,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """Divisions below a parent, by code, or by the beginning of a name or code; without a filter the provinces."""
    return await _page(db, parent, code, q, ended, limit, cursor)


@router.get("/api/registry/v1/divisions/{code}", response_model=DivisionDetail)
async def get_division(
    db: Db, viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DIVISION_READ))], code: CodePath
) -> Response:
    """One division with what lies above it and what it was before."""
    row, above, formerly = await succession.around(db, code)
    shown = {"above": [_view(one) for one in above], "formerly": [_view(one) for one in formerly]}
    return fast_json(_view(row) | shown)


@router.get("/api/registry/v1/divisions/{code}/current", response_model=CurrentDivision)
async def current_division(
    db: Db,
    viewer: Annotated[Viewer, Depends(require(POLICY, Permission.DIVISION_READ))],
    code: CodePath,
) -> Response:
    """What a code of any time is today: itself, or its successor; a village the list never had goes with its township."""
    found = await succession.current(db, code)
    return fast_json({"asked": code, "exact": found.exact, "path": list(found.path), "current": _view(found.row)})


@router.get(
    "/api/public/v1/divisions",
    response_model=DivisionPage,
    dependencies=[Depends(public(POLICY, Permission.DIVISION_PUBLIC))],
)
async def list_public_divisions(
    db: Db,
    parent: Parent = None,
    code: Code = None,
    q: Words = None,
    ended: Ended = False,
    limit: Limit = 50,
    cursor: CursorParam = None,
) -> Response:
    """The same list without signing in."""
    return await _page(db, parent, code, q, ended, limit, cursor)
