"""Export routes: ask for a list, follow its job, fetch the file until it expires."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request, Response
from fastapi.responses import StreamingResponse
from linli_kernel.database import Tx
from linli_kernel.events import Act
from linli_kernel.http import ApiModel, ServiceRouter, current_tx, fast_json, file_headers, read_audit
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.jobs import accepted, enqueue
from linli_kernel.pagination import Cursor, CursorParam, Limit, page
from linli_kernel.permissions import require
from linli_kernel.spreadsheet import XLSX
from pydantic import StringConstraints

from linli_registry.context import Db, context_of
from linli_registry.exports import repository
from linli_registry.exports.jobs import EXPORT_JOB
from linli_registry.imports.endpoints import PREFIX, Part
from linli_registry.imports.errors import FileGone
from linli_registry.imports.jobs import payload
from linli_registry.imports.repository import drop_expired, file_parts
from linli_registry.imports.schemas import JobStarted
from linli_registry.policy import POLICY, Permission

router = ServiceRouter(prefix=f"{PREFIX}/exports", tags=["exports"])
Exporter = Annotated[Viewer, Depends(require(POLICY, Permission.EXPORT_WRITE))]
Reader = Annotated[Viewer, Depends(require(POLICY, Permission.EXPORT_READ))]
KEPT = timedelta(hours=24)
_MEDIA = {"xlsx": XLSX, "csv": "text/csv; charset=utf-8"}
Purpose = Annotated[str, StringConstraints(min_length=2, max_length=100)]


class NewExport(ApiModel):
    """`division` narrows your area; `purpose` is kept with the export."""

    format: Literal["xlsx", "csv"] = "xlsx"
    division: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{1,11}$")] | None = None
    purpose: Purpose


class Export(ApiModel):
    id: UUID
    number: str
    division: str
    format: str
    purpose: str
    rows: int | None
    job: UUID | None
    created_by_name: str
    created_at: datetime
    expires_at: datetime
    mine: bool


class ExportPage(ApiModel):
    items: list[Export]
    next_cursor: str | None


@router.post("", response_model=JobStarted, status_code=202)
async def start_export(
    viewer: Exporter, linli: Part, body: NewExport, tx: Annotated[Tx, Depends(current_tx)]
) -> Response:
    """Write the people of your area as you see them, masked, into a file with your name on it."""
    key, until = new_id(), tx.now + KEPT
    number = f"{tx.now:%Y%m%d}-{key.hex[-8:].upper()}"
    watermark = f"邻里导出 {viewer.name} {tx.now:%Y-%m-%d %H:%M} 编号 {number} 仅限：{body.purpose}"
    area = context_of(linli).area(viewer, body.division)
    division = area.prefixes[0] if len(area.prefixes) == 1 else body.division or ""
    asked = payload(viewer, key) | {
        "export": str(key), "format": body.format, "division": body.division, "purpose": body.purpose,
        "number": number, "watermark": watermark, "until": until.isoformat(),
    }  # fmt: skip
    job = await enqueue(tx, EXPORT_JOB, asked)
    row = {"tenant": viewer.tenant, "id": key, "division": division, "number": number, "format": body.format}
    row |= {"purpose": body.purpose, "job": job, "created_by": viewer.subject, "created_by_name": viewer.name}
    await repository.add(tx, row | {"created_at": tx.now, "expires_at": until})
    await drop_expired(tx, viewer.tenant)
    tx.record(Act(action="export.ask", object_kind="export", object_id=key, division=division, purpose=body.purpose))
    return accepted(PREFIX, job)


@router.get("", response_model=ExportPage)
async def list_exports(viewer: Reader, db: Db, limit: Limit = 50, cursor: CursorParam = None) -> Response:
    """Your exports, newest first; those of everybody for whoever oversees the county."""
    after = Cursor.parse(cursor, UUID)
    found = await repository.newest(db, viewer, after[0] if after else None, limit + 1)
    kept, following = page(found, limit, lambda row: [row["id"]])
    return fast_json({"items": [_shown(row, viewer) for row in kept], "next_cursor": following})


def _shown(row: Any, viewer: Viewer) -> dict[str, Any]:
    values = {name: row[name] for name in ("id", "number", "division", "format", "purpose", "rows", "job")}
    values |= {name: row[name] for name in ("created_by_name", "created_at", "expires_at")}
    return values | {"mine": row["created_by"] == viewer.subject}


@router.get("/{export_id}/file", response_class=StreamingResponse, responses={200: {"content": {XLSX: {}}}})
async def get_file(request: Request, viewer: Exporter, linli: Part, db: Db, export_id: UUID) -> Response:
    """The file, for a day, for whoever asked for it; every fetch is recorded."""
    row = await repository.own(db, viewer, export_id)
    parts = file_parts(db, viewer.tenant, export_id, linli.keyring, linli.clock.now())
    try:
        first = await anext(parts)
    except StopAsyncIteration:
        raise FileGone from None
    act = Act(action="export.fetch", object_kind="export", object_id=export_id, division=row["division"])
    await read_audit(request, viewer, act)

    async def stream() -> Any:
        yield first
        async for part in parts:
            yield part

    name = f"人口名单-{row['number']}.{row['format']}"
    return StreamingResponse(stream(), media_type=_MEDIA[row["format"]], headers=file_headers(name, download=True))
