"""Whether a query can use an index that narrows it, asked of PostgreSQL for every query that a test ever makes.

Nothing is listed by hand: what a function of the registry sends to the database is heard on its way, and each text is explained
once on tables of one county that are large enough for the planner to care. So a query shape that any test reaches is looked at,
and a new one cannot be forgotten.
"""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
import pytest
from linli_kernel.autocommit import Autocommit
from linli_kernel.database import Tx
from linli_launcher.databases import DatabaseUrls
from linli_launcher.postgres import Postgres
from sqlalchemy import event
from sqlalchemy.engine import Engine

_QUERY = re.compile(r"^\s*(SELECT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
ROWS = 4_000
_TABLES = """
SELECT c.table_name, c.column_name, c.udt_name AS type, c.is_nullable = 'YES' AS optional FROM information_schema.columns c
JOIN information_schema.tables t USING (table_schema, table_name)
WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER' AND c.table_name <> 'alembic_version'
ORDER BY c.table_name, c.ordinal_position
"""
_TEXT, _DAY = "md5(random()::text)", "date '1900-01-01' + (random() * 40000)::int"
# What a column of each type is filled with.
_MADE = {
    "text": _TEXT, "varchar": _TEXT, "uuid": "gen_random_uuid()", "date": _DAY, "timestamptz": f"({_DAY})::timestamptz",
    "int2": "n % 100", "int4": "n", "int8": "n", "float8": "random()", "bool": "n % 2 = 0", "jsonb": "'{}'::jsonb",
    "bytea": f"decode({_TEXT}, 'hex')", "_text": f"ARRAY[{_TEXT}]", "_uuid": "ARRAY[gen_random_uuid()]", "_bytea": f"ARRAY[decode({_TEXT}, 'hex')]",
    "_int4": "ARRAY[n]", "numeric": "n", "interval": "interval '1 day'",
}  # fmt: skip
_PARAMETERS = "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'shape'"
_TENANT_ALONE = re.compile(r"\(+tenant = (?:(?! AND ).)*\)")
# Nodes that hand on row by row: below them a limit still ends the reading.
_STREAMS = frozenset(
    {"Limit", "Nested Loop", "LockRows", "Subquery Scan", "Append", "Merge Append", "Result", "ProjectSet", "Memoize"}
)
# What a county has a handful of, or what is read as a whole on purpose.
SMALL = frozenset(
    [
        "alembic_version",
        "outbox_seq",
        "relay_cursor",
        "inbox",
        "job",
        "idempotency_key",
        "area",
        "community",
        "division_centre",
        "import",
        "import_mapping",
        "export",
        "population_mark",
        "population_village",
    ]
)


def _place() -> str | None:
    """The function of the registry that asks, nearest to the query."""
    frame = sys._getframe(1)
    while frame is not None:
        if "/linli_registry/" in frame.f_code.co_filename:
            return frame.f_code.co_filename.rsplit("/linli_registry/", 1)[1] + ":" + frame.f_code.co_name
        frame = frame.f_back  # type: ignore[assignment]
    return None


@contextmanager
def heard() -> Iterator[dict[str, str]]:
    """Collect {text of a query: the function that sent it} of everything the registry asks meanwhile."""
    asked: dict[str, str] = {}
    asking: ContextVar[str | None] = ContextVar("asking", default=None)

    def note(sql: str, place: str | None) -> None:
        if place is not None and _QUERY.match(sql):
            asked.setdefault(sql, place)

    def listened(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        note(sql, asking.get())

    with pytest.MonkeyPatch.context() as patched:
        for owner in (Autocommit, asyncpg.Pool):
            original = owner.fetch

            async def fetch(self: Any, sql: str, *values: Any, _original: Any = original, **more: Any) -> Any:
                note(sql, _place())
                return await _original(self, sql, *values, **more)

            patched.setattr(owner, "fetch", fetch)
        execute = Tx.execute

        async def executed(self: Tx, *given: Any) -> Any:
            token = asking.set(_place())
            try:
                return await execute(self, *given)
            finally:
                asking.reset(token)

        patched.setattr(Tx, "execute", executed)
        event.listen(Engine, "before_cursor_execute", listened)
        try:
            yield asked
        finally:
            event.remove(Engine, "before_cursor_execute", listened)


Template = Callable[..., Awaitable[str]]


async def filled(postgres: Postgres, seeded_template: Template) -> str:
    """The template with nonsense of one county in every table, and what PostgreSQL counted of it; made once a run."""

    async def seed(urls: DatabaseUrls) -> None:
        await _fill(postgres, urls.owner_url)

    return await seeded_template("registry", seed, "nonsense")


async def _fill(postgres: Postgres, url: str) -> None:
    """Put ROWS rows into every table of a database: what a plan depends on is how many there are."""
    columns = defaultdict[str, list[tuple[str, str]]](list)
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        for row in await connection.fetch(_TABLES):
            value = "'421202'" if row["column_name"] == "tenant" else _MADE[row["type"]]
            # Half of what may be empty is: an index on the open ones is not one on a handful.
            columns[row["table_name"]].append(
                (row["column_name"], f"CASE WHEN random() < 0.5 THEN {value} END" if row["optional"] else value)
            )
    finally:
        await connection.close()
    # Nonsense keeps no foreign key: only the superuser may write it.
    script = ["SET session_replication_role = replica"]
    for table, described in columns.items():
        names = ", ".join(f'"{name}"' for name, _ in described)
        made = ", ".join(value for _, value in described)
        rows = f"FROM generate_series(1, {ROWS}) AS n ON CONFLICT DO NOTHING"
        script.append(f'INSERT INTO "{table}" ({names}) SELECT {made} {rows}')
    postgres.execute(";\n".join([*script, "ANALYZE"]), url.rsplit("/", 1)[1])


async def faults(url: str, asked: dict[str, str]) -> list[str]:
    """Explain each query and return the functions whose query reads a whole table, or a whole county of one."""
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg", "postgresql"))
    try:
        await connection.execute("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off")
        found = {f"{place} reads {what}" for sql, place in asked.items() for what in await _wide(connection, sql)}
    finally:
        await connection.close()
    return sorted(found)


async def _wide(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> set[str]:
    try:
        await connection.execute(f"PREPARE shape AS {sql}")
    except asyncpg.PostgresError as error:
        # A temporary table of the asker's session, or a parameter whose type only its value tells.
        if isinstance(error, asyncpg.UndefinedTableError | asyncpg.IndeterminateDatatypeError):
            return set()
        raise
    try:
        given = ", ".join(["NULL"] * int(await connection.fetchval(_PARAMETERS)))
        plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE shape{f'({given})' if given else ''}")
    finally:
        await connection.execute("DEALLOCATE shape")
    return set(_unnarrowed(json.loads(plan)[0]["Plan"]))


def _unnarrowed(node: dict[str, Any], heap: str = "", *, ends_early: bool = False) -> Iterator[str]:
    """Tables of a plan that are read without a condition on an index, or for a whole county by one that has no end."""
    table, kind, condition = node.get("Relation Name", heap), node["Node Type"], str(node.get("Index Cond", ""))
    ends_early = ends_early or kind == "Limit"
    if table and table not in SMALL:
        if kind == "Seq Scan" or ("Index" in kind and not condition):
            yield f"all of {table}"
        elif "Index" in kind and not ends_early and _TENANT_ALONE.fullmatch(condition):
            yield f"a whole county of {table}"
    for inner in node.get("Plans", ()):
        within = table if kind.startswith("Bitmap") else ""
        yield from _unnarrowed(inner, within, ends_early=ends_early and kind in _STREAMS)
