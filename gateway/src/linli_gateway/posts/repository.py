"""Stored posts."""

from __future__ import annotations

from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import StaleVersion
from linli_kernel.identity import Role
from sqlalchemy import select

from linli_gateway.posts.domain import Post
from linli_gateway.posts.tables import post
from linli_gateway.rows import Row, many, one


def as_post(row: Row) -> Post:
    """Return the post of a stored row."""
    return Post(
        id=row["id"],
        role=Role(row["role"]),
        tenants=tuple(row["tenants"]),
        divisions=tuple(row["divisions"]),
        grids=tuple(row["grids"]),
        department=row["department"],
        title=row["title"],
        resident_id=row["resident_id"],
    )


async def open_posts(tx: Tx, account_id: UUID) -> list[Post]:
    """Return the posts that the account may work under, the oldest first."""
    statement = select(post).where(post.c.account_id == account_id, post.c.ended_at.is_(None)).order_by(post.c.id)
    return [as_post(row) for row in many(await tx.all(statement))]


async def rows_of(tx: Tx, account_ids: list[UUID]) -> list[Row]:
    """Return the open posts of several accounts as stored."""
    statement = select(post).where(post.c.account_id.in_(account_ids), post.c.ended_at.is_(None)).order_by(post.c.id)
    return many(await tx.all(statement))


async def get(tx: Tx, post_id: UUID) -> Row | None:
    """Return one post, locked, whether open or ended."""
    return one(await tx.one(select(post).where(post.c.id == post_id).with_for_update()))


async def add(tx: Tx, values: Row) -> None:
    await tx.execute(post.insert().values(created_at=tx.now, **values))


async def change(tx: Tx, post_id: UUID, version: int, values: Row) -> None:
    """Change the post if nobody else did meanwhile."""
    statement = post.update().where(post.c.id == post_id, post.c.version == version)
    result = await tx.execute(statement.values(version=version + 1, **values))
    if result.rowcount == 0:
        raise StaleVersion
