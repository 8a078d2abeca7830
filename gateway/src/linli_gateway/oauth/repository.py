"""Stored clients of partners."""

from __future__ import annotations

from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import StaleVersion
from sqlalchemy import select

from linli_gateway.oauth.tables import oauth_client
from linli_gateway.rows import Row, many, one


async def by_client_id(tx: Tx, client_id: str) -> Row | None:
    return one(await tx.one(select(oauth_client).where(oauth_client.c.client_id == client_id)))


async def get(tx: Tx, row_id: UUID) -> Row | None:
    """Return the client, locked."""
    return one(await tx.one(select(oauth_client).where(oauth_client.c.id == row_id).with_for_update()))


async def listed(tx: Tx, *, after: str | None, limit: int) -> list[Row]:
    statement = select(oauth_client).order_by(oauth_client.c.client_id).limit(limit)
    if after is not None:
        statement = statement.where(oauth_client.c.client_id > after)
    return many(await tx.all(statement))


async def add(tx: Tx, values: Row) -> None:
    await tx.execute(oauth_client.insert().values(created_at=tx.now, **values))


async def change(tx: Tx, row_id: UUID, version: int, values: Row) -> None:
    """Change the client if nobody else did meanwhile."""
    statement = oauth_client.update().where(oauth_client.c.id == row_id, oauth_client.c.version == version)
    if (await tx.execute(statement.values(version=version + 1, **values))).rowcount == 0:
        raise StaleVersion


async def used(tx: Tx, row_id: UUID) -> None:
    await tx.execute(oauth_client.update().where(oauth_client.c.id == row_id).values(last_used_at=tx.now))
