"""Routes of the cockpit: an area's figures for a year, a month or a week, with those of what lies below it; and a week on paper."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from linli_kernel.database import Database
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.given import GivenDay
from linli_kernel.http import ServiceRouter, fast_json, file_headers
from linli_kernel.identity import Viewer
from linli_kernel.permissions import require
from linli_kernel.spreadsheet import XLSX
from starlette.responses import Response

from linli_supervision.cockpit import paper, schemas, service, sheet, views
from linli_supervision.cockpit.area import area_of
from linli_supervision.cockpit.time import Span, of_month, of_week, of_year
from linli_supervision.disclosures.place import Db, linli_of, profile_of, today
from linli_supervision.extracts.endpoints import PDF
from linli_supervision.policy import POLICY, Permission

router = ServiceRouter(prefix="/api/supervision/v1/cockpit", tags=["cockpit"])
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.COCKPIT_READ))]
Division = Annotated[
    str | None, Query(pattern=r"^[1-9][0-9]{1,11}$", description="code or prefix; your own area without one")
]


def _span(
    request: Request,
    year: Annotated[int | None, Query(ge=2000, le=2100, description="this year unless another one is named")] = None,
    month: Annotated[int | None, Query(ge=1, le=12, description="only this month of the year")] = None,
    week: Annotated[GivenDay | None, Query(description="only the week, Monday to Sunday, of this day")] = None,
) -> Span:
    if week is not None:
        if year is not None or month is not None:
            fault = FieldError(
                "/week", "cockpit.two_times", "周与年、月只能选一种", "A week, or a year with or without a month"
            )
            raise Invalid(errors=[fault])
        return of_week(week)
    named = year or today(request).year
    return of_year(named) if month is None else of_month(named, month)


Chosen = Annotated[Span, Depends(_span)]


async def _shown(asked: service.Asked, request: Request) -> dict[str, Any]:
    linli = linli_of(request)
    figures, (places, people) = await asyncio.gather(
        service.figures(asked),
        service.neighbours(linli.extra["registry"], asked.area, request.headers["authorization"]),
    )
    return views.cockpit(asked, figures, places, people, linli.clock.now())


def _asked(request: Request, viewer: Viewer, db: Database, span: Span, division: str | None) -> service.Asked:
    area = area_of(linli_of(request), viewer, division)
    return service.Asked(db, viewer, area, profile_of(request, viewer.tenant), span, today(request))


@router.get("", response_model=schemas.Cockpit)
async def read_cockpit(request: Request, viewer: Reader, db: Db, span: Chosen, division: Division = None) -> Response:
    """Figures of your area or of a part of it, for this year unless another time is named."""
    return fast_json(await _shown(_asked(request, viewer, db, span, division), request))


@router.get("/workbook", response_class=Response, responses={200: {"content": {XLSX: {}}}})
async def workbook(
    request: Request,
    viewer: Reader,
    db: Db,
    span: Chosen,
    kind: Annotated[sheet.Kind, Query(description="what lies below ranked by a figure, or the yearly figures")],
    by: Annotated[
        str, Query(pattern=f"^({'|'.join(sheet.RANKED)})$", description="the figure that a ranking goes by")
    ] = "overdue",
    division: Division = None,
) -> Response:
    """The ranking or the yearly figures of your area, or of a part of it, as XLSX."""
    asked = _asked(request, viewer, db, span, division)
    body = sheet.workbook(kind, await _shown(asked, request), by)
    name = f"{kind}-{asked.area.prefix}-{span.first}.xlsx"
    return Response(body, media_type=XLSX, headers=file_headers(name, download=True))


@router.get("/report", response_class=Response, responses=PDF)
async def weekly_report(
    request: Request,
    viewer: Reader,
    db: Db,
    week: Annotated[GivenDay | None, Query(description="a day of the week, this week without one")] = None,
    division: Division = None,
) -> Response:
    """The week of your area, or of a part of it, as a PDF: beside the week before, with a line for each place below."""
    span = of_week(week or today(request))
    asked = _asked(request, viewer, db, span, division)
    earlier = replace(asked, span=of_week(span.first - timedelta(days=1)))
    shown, before = await asyncio.gather(_shown(asked, request), service.figures(earlier))
    body = await paper.pdf(paper.weekly(shown, before["total"]), linli_of(request).settings.font_dir)
    name = f"weekly-{asked.area.prefix}-{span.first}.pdf"
    return Response(body, media_type="application/pdf", headers=file_headers(name))
