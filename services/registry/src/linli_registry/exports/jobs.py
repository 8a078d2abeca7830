"""Writes the file of an export: masked for the exporter's role, watermarked, recorded with its number of rows."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from typing import IO, Any
from uuid import UUID

from linli_kernel.app import Linli
from linli_kernel.codes.dictionaries import dictionary
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.jobs import JobContext, JobKind
from linli_kernel.spreadsheet import WRITERS

from linli_registry.context import context_of
from linli_registry.exports import repository
from linli_registry.imports.jobs import viewer_of
from linli_registry.imports.repository import drop_file, store_file
from linli_registry.metadata import Row
from linli_registry.residents.display import CODED, Display

EXPORT_JOB = "exports.write"
_PIECE = 256 * 1024
# The words of the template, so that an export can be corrected and imported again.
HEADERS = (
    "村（社区）", "网格", "户号", "与户主关系", "姓名", "证件类型", "公民身份号码", "性别", "出生日期", "民族", "联系电话",
    "住址", "居住状况", "文化程度", "婚姻状况", "政治面貌", "登记编号",
)  # fmt: skip
_SEX, *_CODED = ({entry.code: entry.zh for entry in dictionary(name).entries} for name in ("sex", *CODED))
_PRESENCE = {
    "registered_here": "在住", "registered_away": "外出", "unregistered_here": "外来", "short_stay": "短期",
}  # fmt: skip
_DOCUMENTS = {
    "resident_id": "身份证", "hmt_residence_permit": "港澳台居民居住证",
    "foreign_permanent_residence": "外国人永久居留身份证", "passport": "护照", "none": "无",
}  # fmt: skip


def line(row: Row, display: Display) -> list[str]:
    """One person as the exporter would see them on the screen."""
    shown = display.brief(row)
    ethnic, education, marriage, political = (
        words.get(row[name], "") for name, words in zip(CODED, _CODED, strict=True)
    )
    return [
        shown["division_name"] or "", shown["grid_name"] or "", row["household_number"] or "",
        shown["relation_name"] or "", shown["name"], _DOCUMENTS.get(row["document_kind"], ""),
        shown["identity_masked"] or "", _SEX.get(shown["sex"], ""), shown["birth_date"] or "", ethnic,
        shown["phone_masked"] or "", shown["address"] or "", _PRESENCE.get(shown["presence"], ""), education, marriage,
        political, shown["id"],
    ]  # fmt: skip


async def _export(context: JobContext) -> dict[str, Any]:
    linli: Linli = context.app
    viewer = viewer_of(context.payload)
    asked = context.payload
    key = UUID(asked["export"])
    own = context_of(linli)
    display, area = own.display(viewer), own.area(viewer, asked["division"])
    with tempfile.TemporaryFile() as target:
        count = await _write(context, target, asked, display, area)
        async with context.database.transaction(context.tenant, viewer) as tx:
            # What a killed run left.
            await drop_file(tx, context.tenant, key)
        target.seek(0)
        until = linli.clock.now().fromisoformat(asked["until"])
        size = await store_file(context.database, context.tenant, key, linli.keyring, _pieces(target), until)
    await _done(context, viewer, key, asked, count)
    linli.relay.poke()
    return {"rows": count, "size": size, "number": asked["number"], "expires_at": asked["until"],
            "href": f"/api/registry/v1/exports/{key}/file"}  # fmt: skip


async def _write(context: JobContext, target: IO[bytes], asked: dict[str, Any], display: Display, area: Any) -> int:
    writer = WRITERS[asked["format"]](target)
    writer.begin(asked["watermark"], HEADERS)
    count = 0

    def put(rows: Sequence[Row]) -> None:
        writer.rows([line(row, display) for row in rows])

    if area.prefixes:
        writing: asyncio.Future[None] | None = None
        try:
            # While some rows are written, the next are read.
            async for rows in repository.people(context.database, area):
                if writing is not None:
                    await writing
                writing = asyncio.ensure_future(asyncio.to_thread(put, rows))
                count += len(rows)
                await context.progress(count)
        finally:
            if writing is not None:
                await writing
    writer.end(asked["watermark"])
    await context.progress(count, count)
    return count


async def _pieces(source: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece


async def _done(context: JobContext, viewer: Viewer, key: UUID, asked: dict[str, Any], count: int) -> None:
    async with context.database.transaction(context.tenant, viewer) as tx:
        await repository.change(tx, context.tenant, key, rows=count)
        tx.record(
            Act(
                action="export.write",
                object_kind="export",
                object_id=key,
                division=asked["division"] or "",
                purpose=asked["purpose"],
                detail={"rows": count, "format": asked["format"], "number": asked["number"]},
            )
        )


JOB_KINDS = (JobKind(EXPORT_JOB, _export),)
