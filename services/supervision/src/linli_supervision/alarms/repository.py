"""Storing alarms and what sources tell; reading them within the viewer's own log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.database import Database, HotQuery, Tx
from linli_kernel.ids import new_id
from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.alarms.domain import SOURCES, AlarmKind, Standing
from linli_supervision.alarms.tables import ledger_alarm, ledger_alarm_answer, ledger_source
from linli_supervision.ledger.tables import ledger_entry
from linli_supervision.rows import Connection, Row

_RAISE = """
INSERT INTO ledger_alarm (tenant, id, kind, place, facts, raised_at) VALUES ($1, $2, $3, $4, $5::jsonb, $6)
ON CONFLICT (tenant, kind, place) DO NOTHING RETURNING id
"""
_HEAR = """
INSERT INTO ledger_source (tenant, source, told, told_before, recorded_then, told_at)
SELECT head.tenant, $1, head.last, 0, coalesce(recorded.last, 0), $4
FROM unnest($2::text[], $3::bigint[]) AS head(tenant, last)
LEFT JOIN LATERAL (SELECT max(source_seq) AS last FROM ledger_entry e WHERE e.tenant = head.tenant AND e.source = $1) recorded
  ON true
ON CONFLICT (tenant, source) DO UPDATE SET told_before = ledger_source.told, told = excluded.told,
  recorded_then = excluded.recorded_then, told_at = excluded.told_at
"""
ALIVE = "*"
"""Every source tells a number for acts that belong to no county, be it 0: so its silence is known everywhere."""


async def raise_alarm(
    connection: Connection, tenant: str, kind: AlarmKind, place: str, facts: Mapping[str, Any], now: datetime
) -> bool:
    """Store an alarm in the caller's transaction; False when it was raised before."""
    said = msgspec.json.encode(facts).decode()
    return await connection.fetchval(_RAISE, tenant, new_id(), kind.value, place, said, now) is not None


async def raise_in(tx: Tx, kind: AlarmKind, place: str, facts: Mapping[str, Any]) -> bool:
    """The same as the first word of a transaction."""
    row = {"tenant": tx.tenant, "id": new_id(), "kind": kind.value, "place": place, "facts": dict(facts)}
    made = insert(ledger_alarm).values(**row, raised_at=tx.now).on_conflict_do_nothing()
    return await tx.scalar(made.returning(_a.id)) is not None


async def driver_of(tx: Tx) -> Connection:
    """Return the driver's connection of a transaction that has spoken before, so that it is open."""
    connection: Connection = (await (await tx.connection()).get_raw_connection()).driver_connection  # type: ignore[assignment]
    return connection


async def hear(connection: Connection, source: str, heads: Mapping[str, int], now: datetime) -> None:
    """Keep what a source tells: its newest number in each county."""
    told = {ALIVE: 0, **heads}
    await connection.execute(_HEAR, source, list(told), list(told.values()), now)


_s, _e = ledger_source.c, ledger_entry.c
_TOLD = HotQuery(select(ledger_source).where(_s.tenant.in_([bindparam("tenant"), ALIVE])))
_RECORDED = HotQuery(
    select(_e.source_seq, _e.time)
    .where(_e.tenant == bindparam("tenant"), _e.source == bindparam("source"))
    .order_by(_e.source_seq.desc())
    .limit(1)
)


async def standings(db: Database, tenant: str) -> list[tuple[Standing, datetime | None]]:
    """Return how every source stands in a log, and when its newest entry was."""
    told = {(row["tenant"], row["source"]): row for row in await db.fetch_all(_TOLD, {"tenant": tenant})}
    found = []
    for source in SOURCES:
        newest = await db.fetch_one(_RECORDED, {"tenant": tenant, "source": source})
        alive, own = told.get((ALIVE, source)), told.get((tenant, source))
        standing = Standing(
            source,
            recorded=newest["source_seq"] if newest else 0,
            told=own["told"] if own else 0,
            told_before=own["told_before"] if own else 0,
            recorded_then=own["recorded_then"] if own else 0,
            told_at=alive["told_at"] if alive else None,
        )
        found.append((standing, newest["time"] if newest else None))
    return found


_LOGS = "SELECT tenant FROM ledger_key ORDER BY tenant"


async def logs(connection: Connection) -> list[str]:
    return [row["tenant"] for row in await connection.fetch(_LOGS)]


_a, _n = ledger_alarm.c, ledger_alarm_answer.c
_ALARMS = select(ledger_alarm, _n.note, _n.answered_by, _n.answered_at).select_from(
    ledger_alarm.outerjoin(ledger_alarm_answer, and_(_n.tenant == _a.tenant, _n.alarm_id == _a.id))
)


async def list_alarms(db: Database, tenant: str, *, is_open: bool | None, before: UUID | None, limit: int) -> list[Row]:
    """Return up to `limit + 1` alarms, newest first."""
    query = _ALARMS.where(_a.tenant == tenant)
    if is_open is not None:
        query = query.where(_n.alarm_id.is_(None) if is_open else _n.alarm_id.is_not(None))
    if before is not None:
        query = query.where(_a.id < before)
    return list(await db.fetch_all(query.order_by(_a.id.desc()).limit(limit + 1)))


async def count_open(db: Database, tenant: str) -> int:
    query = (
        select(func.count())
        .select_from(ledger_alarm.outerjoin(ledger_alarm_answer, and_(_n.tenant == _a.tenant, _n.alarm_id == _a.id)))
        .where(_a.tenant == tenant, _n.alarm_id.is_(None))
    )
    row = await db.fetch_one(query)
    return int(row[0]) if row is not None else 0


async def exists(tx: Tx, tenant: str, alarm: UUID) -> bool:
    return await tx.one(select(_a.id).where(_a.tenant == tenant, _a.id == alarm)) is not None


async def answer(tx: Tx, tenant: str, values: Mapping[str, Any]) -> bool:
    """Keep an answer; False when the alarm has one."""
    made = insert(ledger_alarm_answer).values(tenant=tenant, **values).on_conflict_do_nothing()
    return await tx.scalar(made.returning(_n.alarm_id)) is not None
