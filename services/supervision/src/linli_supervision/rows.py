"""What this service needs of a driver: rows by column name, and asyncpg's connections however they were got."""

from typing import Any, Protocol, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


class Row(Protocol):
    """Values by column name."""

    def __getitem__(self, name: str, /) -> Any: ...
