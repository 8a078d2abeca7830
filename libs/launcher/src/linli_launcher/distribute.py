"""Spreading one component's tables over a Citus cluster, by tenant.

A table with a `tenant` column is distributed by it, all of them co-located, so that a transaction of one tenant stays
on one node; a table without one holds codes and becomes a reference table. Run once, on the coordinator, after the
migrations and best before there is data; to run it again is harmless.
"""

from dataclasses import dataclass

import asyncpg

from linli_launcher.errors import LauncherFailure

_LOCAL = frozenset({"alembic_version"})

_TABLES = """
SELECT c.relname AS name,
       EXISTS (SELECT 1 FROM pg_attribute a
               WHERE a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped) AS has_tenant
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname
"""


class NoCitus(LauncherFailure):
    """The server has no Citus extension: the embedded PostgreSQL, for instance, is one machine by design."""


@dataclass(frozen=True)
class Plan:
    """What is still to be done, in the order in which foreign keys allow it."""

    reference: tuple[str, ...]
    distributed: tuple[str, ...]

    def statements(self) -> list[str]:
        # Reference tables first: a distributed table may point at them, never the other way round.
        made = [f"SELECT create_reference_table('public.{name}')" for name in self.reference]
        return made + [
            f"SELECT create_distributed_table('public.{name}', 'tenant', colocate_with => {anchor})"
            for name, anchor in self._anchored()
        ]

    def _anchored(self) -> list[tuple[str, str]]:
        anchors = ["'none'"] + [f"'public.{self.distributed[0]}'"] * (len(self.distributed) - 1)
        return list(zip(self.distributed, anchors, strict=False))


async def plan(connection: "asyncpg.Connection[asyncpg.Record]") -> Plan:
    """Compare the tables with what Citus knows already."""
    if await connection.fetchval("SELECT 1 FROM pg_extension WHERE extname = 'citus'") is None:
        raise NoCitus("CREATE EXTENSION citus first, as the coordinator's superuser")
    known = {row["name"] for row in await connection.fetch("SELECT table_name::text AS name FROM citus_tables")}
    tables = [row for row in await connection.fetch(_TABLES) if row["name"] not in known | _LOCAL]
    return Plan(
        reference=tuple(row["name"] for row in tables if not row["has_tenant"]),
        distributed=tuple(row["name"] for row in tables if row["has_tenant"]),
    )


async def distribute(url: str, *, dry_run: bool) -> list[str]:
    """Carry the plan out in one transaction, or only return it."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://"))
    try:
        statements = (await plan(connection)).statements()
        if not dry_run:
            async with connection.transaction():
                for statement in statements:
                    await connection.execute(statement)
        return statements
    finally:
        await connection.close()
