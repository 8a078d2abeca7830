"""Runs a service's alembic migrations over asyncpg as the owner role.

A service's `migrations/env.py` only calls `run`; the address comes from `LINLI_MIGRATION_URL`.
"""

from __future__ import annotations

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, pool
from sqlalchemy.ext.asyncio import create_async_engine


def run() -> None:
    """Apply the migrations that alembic's command line asked for."""
    url = os.environ["LINLI_MIGRATION_URL"].replace("postgresql+asyncpg://", "postgresql://", 1)
    asyncio.run(_migrate(url.replace("postgresql://", "postgresql+asyncpg://", 1)))


async def _migrate(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_apply)
    await engine.dispose()


def _apply(connection: Connection) -> None:
    context.configure(connection=connection, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
