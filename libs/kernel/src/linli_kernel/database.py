"""The service's database: quick autocommit reads and one lazy transaction per command.

A transaction commits before the answer leaves, writes its events last, and touches one tenant.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

import asyncpg
import msgspec
from sqlalchemy import Executable, RowMapping, Table, bindparam
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.dialects.postgresql import asyncpg as dialect_module
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import ClauseElement

from . import outbox
from .autocommit import Autocommit
from .clock import Clock
from .events import ACT_TYPE, Act, Event, OutboxRow, act_data
from .identity import ANY_TENANT, Viewer
from .ids import new_id
from .together import Write, together


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


_DIALECT: Any = dialect_module.dialect(json_serializer=_json)  # type: ignore[no-untyped-call]
Params = Mapping[str, Any]
_UNUSABLE = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
)


class HotQuery:
    """A Core statement compiled once; its values come as named bind parameters."""

    __slots__ = ("_defaults", "_names", "sql", "statement")

    def __init__(self, statement: ClauseElement) -> None:
        compiled: Any = statement.compile(dialect=_DIALECT)
        self.statement = statement
        self.sql: str = str(compiled)
        processors: dict[str, Callable[[Any], Any]] = compiled._bind_processors
        self._names = [(name, processors.get(name)) for name in compiled.positiontup or ()]
        defaults: dict[str, Any] = compiled.params
        self._defaults = defaults

    def arguments(self, params: Params) -> list[Any]:
        values = []
        for name, processor in self._names:
            value = params[name] if name in params else self._defaults[name]
            values.append(processor(value) if processor else value)
        return values


def insert_of(
    table: Table, rows: int = 1, *, after: Callable[[Insert], ClauseElement] = lambda statement: statement
) -> HotQuery:
    """An insert of so many whole rows; `params_of` names their values. `after` adds what follows the values."""
    lines = [
        {column.name: bindparam(f"{column.name}_{n}", type_=column.type) for column in table.c} for n in range(rows)
    ]
    return HotQuery(after(insert(table).values(lines)))


def params_of(table: Table, rows: Sequence[Params]) -> dict[str, Any]:
    """The values of rows for `insert_of`; what a row does not name is null."""
    return {name: row.get(column) for n, row in enumerate(rows) for column, name in _names_of(table, n)}


@lru_cache(maxsize=1_000)
def _names_of(table: Table, row: int) -> tuple[tuple[str, str], ...]:
    return tuple((column.name, f"{column.name}_{row}") for column in table.c)


# One compiled form per shape of a statement, by SQLAlchemy's own cache key; a service has some hundred shapes. None stands
# for a shape with an `IN` list: it has as many forms as lengths and is compiled each time.
_compiled: dict[Any, Any] = {}
_MOST_COMPILED = 2_000
_MOST_PREPARED = 500
"""Of one connection."""


def compile_once(statement: ClauseElement) -> tuple[str, list[Any]]:
    """Return asyncpg's form of an ad-hoc statement, and its values."""
    key: Any = statement._generate_cache_key()
    if key is not None and key.key not in _compiled:
        if len(_compiled) >= _MOST_COMPILED:
            _compiled.pop(next(iter(_compiled)))
        fresh: Any = statement.compile(dialect=_DIALECT, cache_key=key)
        _compiled[key.key] = None if fresh.post_compile_params or fresh.literal_execute_params else fresh
    compiled: Any = _compiled[key.key] if key is not None else None
    remembered = compiled is not None
    if compiled is None:
        compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    params = compiled.construct_params(extracted_parameters=key.bindparams if remembered else None)
    processors = compiled._bind_processors
    values = [
        processors[name](params[name]) if name in processors else params[name] for name in compiled.positiontup or ()
    ]
    return str(compiled), values


async def _prepare(connection: Any) -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=_as_json, decoder=msgspec.json.decode)


def _as_json(value: Any) -> str:
    """What a compiled statement binds is JSON text already."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


async def _nothing_to_reset(connection: Any) -> None:
    return None


class Database:
    """Three ways to one database: prepared statements for reads, asyncpg's pool, SQLAlchemy for transactions."""

    def __init__(self, engine: AsyncEngine, pool: asyncpg.Pool, autocommit: Autocommit, clock: Clock) -> None:
        self.engine = engine
        self.pool = pool
        self.autocommit = autocommit
        self.clock = clock
        self.poke: Callable[[], None] = lambda: None
        self.poke_jobs: Callable[[], None] = lambda: None
        self.group = outbox.GroupWriter(autocommit)

    @classmethod
    async def open(cls, sqlalchemy_url: str, clock: Clock, pool_size: int = 8) -> Database:
        # An overflow connection is closed when it comes back, and its prepared statements with it: the pool itself
        # holds what a busy hall uses at once, and the rarely used ones rest at its end.
        engine = create_async_engine(
            sqlalchemy_url,
            pool_size=2 * pool_size,
            max_overflow=16,
            pool_timeout=20,
            pool_use_lifo=True,
            json_serializer=_json,
            json_deserializer=msgspec.json.decode,
            # A service has some hundred shapes of statements; the usual hundred would be prepared again and again.
            connect_args={"prepared_statement_cache_size": _MOST_PREPARED},
        )
        url = sqlalchemy_url.replace("postgresql+asyncpg://", "postgresql://", 1)
        # Reads change nothing about a session, so the round trip that resets one is saved. A list is planned for the values
        # that it is asked with: one plan for all would enter a county's million cases by an area that it takes for small.
        pool = await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=pool_size,
            init=_prepare,
            reset=_nothing_to_reset,
            server_settings={"plan_cache_mode": "force_custom_plan"},
        )

        async def connect() -> asyncpg.Connection:
            connection = await asyncpg.connect(url)
            await _prepare(connection)
            return connection

        return cls(engine, pool, Autocommit(connect, pool_size), clock)

    async def close(self) -> None:
        await self.autocommit.close()
        await self.pool.close()
        await self.engine.dispose()

    async def fetch_all(self, query: HotQuery | ClauseElement, params: Params | None = None) -> list[asyncpg.Record]:
        """Rows of an autocommit read; `params` are the values of a HotQuery, any other statement carries its own."""
        if isinstance(query, HotQuery):
            return await self.autocommit.fetch(query.sql, query.arguments(params or {}))
        if params:
            raise TypeError("values of a statement that is no HotQuery belong into it: .bindparams(...)")
        sql, values = compile_once(query)
        return await self.pool.fetch(sql, *values)

    async def fetch_one(self, query: HotQuery | ClauseElement, params: Params | None = None) -> asyncpg.Record | None:
        """The first row of an autocommit read, or None."""
        rows = await self.fetch_all(query, params)
        return rows[0] if rows else None

    async def fetch_value(self, query: HotQuery | ClauseElement, params: Params | None = None) -> Any:
        """The first value of an autocommit read, or None."""
        row = await self.fetch_one(query, params)
        return row[0] if row is not None else None

    async def record_read(self, tenant: str, viewer: Viewer | None, request_id: str, act: Act) -> None:
        """Write the entry of a read; returns once it is durable."""
        await self.group.write(tenant, _act_row(act, viewer, request_id, self.clock.now()))

    @asynccontextmanager
    async def transaction(self, tenant: str, viewer: Viewer | None = None, request_id: str = "") -> AsyncIterator[Tx]:
        """A transaction outside a request (workers, commands, seeds)."""
        tx = Tx(self, viewer, request_id)
        tx.use_tenant(tenant)
        try:
            yield tx
            await tx.commit()
        except BaseException:
            await tx.rollback()
            raise


class Tx:
    """One command's transaction; the connection is taken at the first statement.

    `announce` and `record` only collect: their rows are written by the last statement before the commit. `later` collects,
    too: what waits is sent before anything else is, in one round trip.
    """

    def __init__(self, database: Database, viewer: Viewer | None, request_id: str) -> None:
        self.database = database
        self.viewer = viewer
        self.request_id = request_id
        # Address and browser of a request, to be kept as a keyed hash only; empty outside requests.
        self.origin = ""
        self.now: datetime = database.clock.now()
        self._tenant: str | None = None
        self._connection: AsyncConnection | None = None
        self._driver: Any = None
        self._rows: list[OutboxRow] = []
        self._waiting: list[Write] = []
        self._after_commit: list[Callable[[], None]] = []
        self.before_first_statement: Callable[[Tx], Any] | None = None

    @property
    def clock(self) -> Clock:
        return self.database.clock

    @property
    def tenant(self) -> str:
        if self._tenant is not None:
            return self._tenant
        if self.viewer is None or self.viewer.tenant == ANY_TENANT:
            raise RuntimeError("the transaction of a caller without tenant must name one: use_tenant()")
        return self.viewer.tenant

    def use_tenant(self, tenant: str) -> None:
        """Name the tenant where the viewer has none (public pages, services, workers)."""
        if self._tenant not in (None, tenant):
            raise RuntimeError("a transaction touches one tenant")
        self._tenant = tenant

    async def connection(self) -> AsyncConnection:
        if self._waiting:
            await self._send_waiting()
        return await self._connected()

    async def begin(self) -> None:
        """Begin what would else begin with the commit, because all that it does waits till then."""
        if self._waiting:
            await self._connected()

    async def _connected(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self.database.engine.connect()
            if self.before_first_statement is not None:
                hook, self.before_first_statement = self.before_first_statement, None
                await hook(self)
        return self._connection

    async def execute(self, statement: Executable, params: Params | Sequence[Params] | None = None) -> Any:
        """Run a Core statement; returns SQLAlchemy's result (rowcount, mappings…)."""
        connection = await self.connection()
        return await connection.execute(statement, params)

    async def quick(self, query: HotQuery, params: Params) -> list[asyncpg.Record]:
        """Run a statement that was compiled once, without SQLAlchemy's way around it: a third of the cost.

        For what a command always does; it is in the same transaction as everything else.
        """
        if self._waiting:
            await self._send_waiting()
        return await self._direct(query.sql, query.arguments(params))

    def later(self, query: HotQuery, params: Params) -> None:
        """Run a write together with those beside it, at the latest before the commit; a fault of it shows only then."""
        self._waiting.append((query.sql, query.arguments(params)))

    async def _send_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        await self._direct(*together(waiting))

    async def _direct(self, sql: str, values: Sequence[Any]) -> list[asyncpg.Record]:
        connection = await self._connected()
        if self._driver is None:
            raw: Any = connection.sync_connection
            self._driver = raw.connection.dbapi_connection
        driver: Any = self._driver
        try:
            if driver._transaction is None:
                await driver._start_transaction()
            prepared, _ = await driver._prepare(sql, 0)
            rows: list[asyncpg.Record] = await prepared.fetch(*values)
        except _UNUSABLE:
            # Lost, or prepared before a migration: such a connection never goes back into the pool.
            await connection.invalidate()
            raise
        return rows

    async def one(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        result = await self.execute(statement, params)
        row: RowMapping | None = result.mappings().first()
        return row

    async def all(self, statement: Executable, params: Params | None = None) -> Sequence[RowMapping]:
        result = await self.execute(statement, params)
        rows: Sequence[RowMapping] = result.mappings().all()
        return rows

    async def scalar(self, statement: Executable, params: Params | None = None) -> Any:
        return (await self.execute(statement, params)).scalar()

    @asynccontextmanager
    async def part(self) -> AsyncIterator[None]:
        """A part that may fail by itself: what it wrote, announced and recorded is undone, the rest of the command stays."""
        connection = await self.connection()
        rows, callbacks = len(self._rows), len(self._after_commit)
        nested = await connection.begin_nested()
        try:
            yield
            if self._waiting:
                await self._send_waiting()
            await nested.commit()
        except BaseException:
            self._waiting.clear()
            await nested.rollback()
            del self._rows[rows:], self._after_commit[callbacks:]
            raise

    def announce(self, event: Event) -> None:
        """Tell the other services, with the commit."""
        data = msgspec.json.encode(event.data).decode()
        self._rows.append(OutboxRow(id=new_id(), type=event.type, subject=event.subject, time=self.now, data=data))

    def record(self, act: Act) -> None:
        """Write an entry for the ledger, with the commit."""
        self._rows.append(_act_row(act, self.viewer, self.request_id, self.now))

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call this once the facts are durable (a poke, a cache drop): it must not fail or wait."""
        self._after_commit.append(callback)

    async def commit(self) -> None:
        if self._rows and (self._waiting or self._driver is not None):
            waiting, self._waiting = self._waiting, []
            await self._direct(*outbox.statement(self.tenant, self._rows, waiting))
        elif self._rows:
            await outbox.write(await self.connection(), self.tenant, self._rows)
        elif self._waiting:
            await self._send_waiting()
        if self._connection is not None:
            connection, driver, self._connection, self._driver = self._connection, self._driver, None, None
            try:
                await _commit(connection, driver)
            finally:
                await connection.close()
        if self._rows:
            self.database.poke()
        for callback in self._after_commit:
            callback()

    async def rollback(self) -> None:
        if self._connection is not None:
            connection, self._connection, self._driver = self._connection, None, None
            await connection.close()


async def _commit(connection: AsyncConnection, driver: Any) -> None:
    if connection.in_transaction():
        await connection.commit()
    elif driver is not None and driver._transaction is not None:
        # Begun by `Tx._direct` alone: SQLAlchemy knows of no transaction, and needs not.
        try:
            await driver._call_and_discard(driver._transaction.commit)
        except _UNUSABLE:
            await connection.invalidate()
            raise


def _act_row(act: Act, viewer: Viewer | None, request_id: str, now: datetime) -> OutboxRow:
    data = _encode(act_data(act, viewer, request_id)).decode()
    return OutboxRow(id=new_id(), type=ACT_TYPE, subject=str(act.object_id), time=now, data=data)


# Ids from the driver are of its own class; they are written like any other.
_encode = msgspec.json.Encoder(enc_hook=str).encode
