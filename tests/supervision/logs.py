"""Logs for the tests: occurrences by the hundred, grown and signed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
from linli_supervision.ledger import sequencer
from linli_supervision.ledger.entry import ACT_TYPE, Occurrence
from linli_supervision.ledger.ingest import append
from linli_supervision.ledger.note import SigningKey

TENANT = "421202"
NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
KEY = SigningKey.from_seed(f"linli.example/{TENANT}", bytes(range(32)))


def uuid_of(number: int) -> str:
    return str(UUID(int=0x0197A3B000007000800000000000_0000 + number))


def occurrence(seq: int, source: str = "registry") -> Occurrence:
    resident = uuid_of(seq % 50)
    return Occurrence(
        source=source,
        seq=seq,
        id=uuid_of(10_000 + seq),
        type=ACT_TYPE,
        subject=resident,
        time=NOW.isoformat(),
        data={
            "actor": uuid_of(1000 + seq % 7),
            "role": "clerk",
            "action": "resident.read",
            "object_kind": "resident",
            "object_id": resident,
            "people": [resident],
            "division": "421202104221",
            "purpose": "",
            "case_id": None,
            "outcome": "ok",
            "detail": {},
        },
    )


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    try:
        yield connection
    finally:
        await connection.close()


async def store_key(connection: asyncpg.Connection, key: SigningKey = KEY, tenant: str = TENANT) -> None:
    await connection.execute(
        "INSERT INTO ledger_key (tenant, name, public_key, private_key, created_at) VALUES ($1, $2, $3, $4, $5)",
        tenant,
        key.name,
        key.verifier.public_key,
        b"sealed",
        NOW,
    )


async def append_many(connection: asyncpg.Connection, first_seq: int, count: int, tenant: str = TENANT) -> None:
    async with connection.transaction():
        await append(connection, tenant, [occurrence(seq) for seq in range(first_seq, first_seq + count)])


async def build_log(connection: asyncpg.Connection, growth: list[int]) -> None:
    """Make a log that grew by the given steps, with one checkpoint after each."""
    await store_key(connection)
    await sequencer.grow(connection, TENANT, KEY, NOW)
    seq = 1
    for step in growth:
        await append_many(connection, seq, step)
        await sequencer.grow(connection, TENANT, KEY, NOW)
        seq += step
