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


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text AS name, conname AS key, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""


class NoCitus(LauncherFailure):
    """The server has no Citus extension: the embedded PostgreSQL, for instance, is one machine by design."""


@dataclass(frozen=True)
class ForeignKey:
    table: str
    name: str
    definition: str


@dataclass(frozen=True)
class Plan:
    """What is still to be done; `anchor` is a table that is distributed already."""

    reference: tuple[str, ...]
    anchor: str | None
    distributed: tuple[str, ...]
    keys: tuple[ForeignKey, ...] = ()

    def statements(self) -> list[str]:
        # Citus wants the table that is pointed at first, and ours point at each other in circles: the keys are taken
        # off and put on again, in the same transaction.
        return [
            *(f'ALTER TABLE {key.table} DROP CONSTRAINT "{key.name}"' for key in self.keys),
            *(f"SELECT create_reference_table('public.{name}')" for name in self.reference),
            *self._distributing(),
            *(f'ALTER TABLE {key.table} ADD CONSTRAINT "{key.name}" {key.definition}' for key in self.keys),
        ]

    def _distributing(self) -> list[str]:
        statements = []
        anchor = self.anchor
        for name in self.distributed:
            together = f"public.{anchor}" if anchor else "none"
            statements.append(
                f"SELECT create_distributed_table('public.{name}', 'tenant', colocate_with => '{together}')"
            )
            anchor = anchor or name
        return statements


async def plan(connection: "asyncpg.Connection[asyncpg.Record]") -> Plan:
    """Compare the tables with what Citus knows already."""
    if await connection.fetchval("SELECT 1 FROM pg_extension WHERE extname = 'citus'") is None:
        raise NoCitus("CREATE EXTENSION citus first, as the coordinator's superuser")
    known = {
        row["name"]: row["kind"]
        for row in await connection.fetch("SELECT table_name::text AS name, citus_table_type AS kind FROM citus_tables")
    }
    tables = [row for row in await connection.fetch(_TABLES) if row["name"] not in known.keys() | _LOCAL]
    new = {row["name"] for row in tables}
    keys = [ForeignKey(*row) for row in await connection.fetch(_FOREIGN_KEYS) if row["name"] in new]
    return Plan(
        keys=tuple(keys),
        reference=tuple(row["name"] for row in tables if not row["has_tenant"]),
        anchor=next((name for name, kind in known.items() if kind == "distributed"), None),
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
