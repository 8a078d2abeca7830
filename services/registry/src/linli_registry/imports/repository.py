"""Imports, their staged rows and prepared files in the database; every read names the viewer's tenant and area."""

import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Database, Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.privacy import KeyRing
from linli_kernel.scope import in_area
from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, delete, func, insert, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_registry.imports.findings import Finding
from linli_registry.imports.tables import import_mapping, import_row, imports, prepared_file
from linli_registry.metadata import Row

_i, _r, _p = imports.c, import_row.c, prepared_file.c
_SHOWN = [column for column in imports.c if column.name != "content"]
PART_BYTES = 1024 * 1024
_decode = msgspec.json.Decoder().decode
findings_of = msgspec.json.Decoder(list[Finding]).decode


async def alone_in_county(tx: Tx, tenant: str) -> None:
    """Wait until no other list is being stored in the county: each is planned against what the one before has stored.

    People without a number are known by name and birth alone, which no index of the register keeps apart.
    """
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:place, 0))"), {"place": f"import:{tenant}"})


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Imports into the viewer's area; one into a wider area belongs to whoever made it."""
    return and_(_i.tenant == viewer.tenant, in_area(viewer, _i.division) | (_i.created_by == viewer.subject))


async def find(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await db.fetch_one(select(*_SHOWN).where(visible(viewer), _i.id == key))
    if row is None:
        raise NotFound
    return row


async def newest(db: Database, viewer: Viewer, after: UUID | None, limit: int) -> Sequence[Row]:
    statement = select(*_SHOWN).where(visible(viewer)).order_by(_i.id.desc()).limit(limit)
    return list(await db.fetch_all(statement if after is None else statement.where(_i.id < after)))


async def locked(tx: Tx, viewer: Viewer, key: UUID, version: int | None = None) -> RowMapping:
    row = await tx.one(select(imports).where(visible(viewer), _i.id == key).with_for_update())
    if row is None:
        raise NotFound
    if version is not None and row["version"] != version:
        raise StaleVersion
    return row


async def add(tx: Tx, values: Mapping[str, Any]) -> None:
    await tx.execute(insert(imports).values(**values))


async def change(tx: Tx, tenant: str, key: UUID, **values: Any) -> None:
    await tx.execute(update(imports).where(_i.tenant == tenant, _i.id == key).values(version=_i.version + 1, **values))


async def remembered(tx: Tx, tenant: str, signature: str) -> dict[str, str] | None:
    c = import_mapping.c
    found: dict[str, str] | None = await tx.scalar(
        select(c.mapping).where(c.tenant == tenant, c.signature == signature)
    )
    return found


async def remember(tx: Tx, viewer: Viewer, signature: str, mapping: Mapping[str, str]) -> None:
    values = {"mapping": dict(mapping), "updated_by": viewer.subject, "updated_at": tx.now}
    statement = upsert(import_mapping).values(tenant=viewer.tenant, signature=signature, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["tenant", "signature"], set_=values))


class Cells:
    """Encrypts the cells of one import's rows."""

    def __init__(self, ring: KeyRing, tenant: str, key: UUID) -> None:
        self._ring, self._tenant, self._key = ring, tenant, key

    def close(self, row: int, cells: Sequence[Any]) -> bytes:
        place = {"tenant": self._tenant, "table": "import_row", "column": "cells", "row": f"{self._key}:{row}"}
        return self._ring.encrypt_bytes(msgspec.json.encode(cells), **place)

    def open(self, row: int, stored: bytes) -> list[Any]:
        place = {"tenant": self._tenant, "table": "import_row", "column": "cells", "row": f"{self._key}:{row}"}
        cells: list[Any] = _decode(self._ring.decrypt_bytes(bytes(stored), **place))
        return cells


async def copy(tx: Tx, table: str, columns: Sequence[str], records: Iterable[Sequence[Any]]) -> None:
    """COPY rows inside the transaction; json columns take text."""
    raw = await (await tx.connection()).get_raw_connection()
    driver: Any = raw.driver_connection
    if not driver.is_in_transaction():
        await tx.scalar(text("SELECT 1"))  # It opens its transaction with the first statement.
    await driver.copy_records_to_table(table, records=records, columns=list(columns))


async def clear_rows(tx: Tx, tenant: str, key: UUID, but: Sequence[int] = ()) -> None:
    """Delete the staged rows; those in `but` stay."""
    mine = delete(import_row).where(_r.tenant == tenant, _r["import"] == key)
    await tx.execute(mine.where(_r.row.not_in(but)) if but else mine)


async def drop_rows(tx: Tx, tenant: str, key: UUID, rows: Sequence[int]) -> None:
    await tx.execute(delete(import_row).where(_r.tenant == tenant, _r["import"] == key, _r.row.in_(rows)))


def findings_json(found: Sequence[Finding]) -> str:
    return msgspec.json.encode(found).decode() if found else "[]"


async def next_rows(tx: Tx, tenant: str, key: UUID, after: tuple[int, int], limit: int) -> Sequence[RowMapping]:
    """Rows in the order of households."""
    position = tuple_(_r.household, _r.row)
    return await tx.all(
        select(_r.household, _r.row, _r.cells, _r.number_index)
        .where(_r.tenant == tenant, _r["import"] == key, position > after)
        .order_by(_r.household, _r.row)
        .limit(limit)
    )


async def rows_of(tx: Tx, tenant: str, key: UUID, condition: ColumnElement[bool]) -> Sequence[RowMapping]:
    return await tx.all(
        select(import_row).where(_r.tenant == tenant, _r["import"] == key, condition).order_by(_r.household, _r.row)
    )


async def save_findings(tx: Tx, tenant: str, key: UUID, found: Sequence[tuple[int, str, list[Finding]]]) -> None:
    """Write what was found in rows that are staged already."""
    statement = (
        update(import_row)
        .where(_r.tenant == tenant, _r["import"] == key, _r.row == bindparam("at"))
        .values(outcome=bindparam("said"), findings=bindparam("found"))
    )
    connection = await tx.connection()
    values = [{"at": row, "said": outcome, "found": msgspec.to_builtins(found)} for row, outcome, found in found]
    if values:
        await connection.execute(statement, values)


async def counts(tx: Tx, tenant: str, key: UUID) -> dict[str, int]:
    """How many rows and households have which outcome."""
    mine = and_(_r.tenant == tenant, _r["import"] == key)
    rows = await tx.all(select(_r.outcome, func.count().label("n")).where(mine).group_by(_r.outcome))
    found = {row["outcome"]: int(row["n"]) for row in rows}
    warned = func.count().filter(_r.findings.contains([{"level": "warning"}]))
    households = await tx.one(
        select(
            func.count(_r.household.distinct()).label("all"),
            func.count(_r.household.distinct()).filter(_r.outcome == "error").label("faulty"),
            warned.label("warned"),
        ).where(mine)
    )
    extra = dict(households or {})
    return found | {
        "rows": sum(found.values()), "households": extra["all"], "faulty_households": extra["faulty"],
        "warned": extra["warned"],
    }  # fmt: skip


# --- files that wait for download ---


async def store_file(
    database: Database, tenant: str, key: UUID, ring: KeyRing, parts: AsyncIterator[bytes], until: datetime
) -> int:
    """Store a file in encrypted parts, each in its own transaction; returns its size. A part is only seen with the row that names the file."""
    buffer, size, part = io.BytesIO(), 0, 0

    async def put() -> None:
        nonlocal part
        content = ring.encrypt_bytes(
            buffer.getvalue(), tenant=tenant, table="prepared_file", column="content", row=f"{key}:{part}"
        )
        async with database.transaction(tenant) as tx:
            await tx.execute(
                insert(prepared_file).values(
                    tenant=tenant, id=key, part=part, content=content, created_at=tx.now, expires_at=until
                )
            )
        part += 1
        buffer.seek(0)
        buffer.truncate()

    async for piece in parts:
        size += len(piece)
        buffer.write(piece)
        if buffer.tell() >= PART_BYTES:
            await put()
    await put()
    return size


async def drop_file(tx: Tx, tenant: str, key: UUID) -> None:
    await tx.execute(delete(prepared_file).where(_p.tenant == tenant, _p.id == key))


async def drop_expired(tx: Tx, tenant: str) -> None:
    await tx.execute(delete(prepared_file).where(_p.tenant == tenant, _p.expires_at < tx.now))


async def file_parts(db: Database, tenant: str, key: UUID, ring: KeyRing, now: datetime) -> AsyncIterator[bytes]:
    """Yield the parts of a file that has not expired."""
    part = 0
    while True:
        row = await db.fetch_one(
            select(_p.content).where(_p.tenant == tenant, _p.id == key, _p.part == part, _p.expires_at > now)
        )
        if row is None:
            return
        yield ring.decrypt_bytes(
            bytes(row["content"]), tenant=tenant, table="prepared_file", column="content", row=f"{key}:{part}"
        )
        part += 1


async def abandoned(tx: Tx, viewer: Viewer, older_than: timedelta) -> list[UUID]:
    """Open imports that nobody went on with."""
    rows = await tx.all(
        select(_i.id).where(
            _i.tenant == viewer.tenant, _i.state.in_(("uploaded", "checked")), _i.created_at < tx.now - older_than
        )
    )
    return [row["id"] for row in rows]
