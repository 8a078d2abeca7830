"""Stored signing keys."""

from __future__ import annotations

from datetime import datetime

from linli_kernel.database import Tx
from sqlalchemy import func, select

from linli_gateway.keys.domain import KeyLife
from linli_gateway.keys.tables import signing_key
from linli_gateway.rows import Row, many

# Any number that no other advisory lock of this database uses.
_LOCK = 0x6C6B6579


async def lock(tx: Tx) -> None:
    """Let one process at a time decide whether a new key is due."""
    await tx.execute(select(func.pg_advisory_xact_lock(_LOCK)))


async def all_keys(tx: Tx) -> list[Row]:
    """Return every key, the forgotten ones included."""
    return many(await tx.all(select(signing_key).order_by(signing_key.c.signs_from)))


def life(row: Row) -> KeyLife:
    return KeyLife(row["kid"], row["signs_from"], row["retired_at"], row["published_until"])


async def add(tx: Tx, *, kid: str, private_sealed: bytes, public_jwk: dict[str, str], signs_from: datetime) -> None:
    await tx.execute(
        signing_key.insert().values(
            kid=kid, private_sealed=private_sealed, public_jwk=public_jwk, created_at=tx.now, signs_from=signs_from
        )
    )


async def retire(tx: Tx, kid: str, retired_at: datetime, published_until: datetime) -> None:
    values = {"retired_at": retired_at, "published_until": published_until}
    await tx.execute(signing_key.update().where(signing_key.c.kid == kid).values(values))
