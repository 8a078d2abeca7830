"""Appends what the services deliver to the log of their tenant, in one transaction with the inbox.

Indexes have no gap: they are given under a lock that is held until the transaction is visible, so a reader who sees
an entry sees all before it.
"""

import os
from collections.abc import Iterator, Sequence

from linli_kernel.database import Tx
from linli_kernel.events import Act
from sqlalchemy import text

from linli_supervision.ledger.entry import ERASE, SALT_BYTES, Entry, Occurrence, build, moment, runs_of
from linli_supervision.rows import Connection

_APPEND_LOCK = 0x6C617070
_ENTRY_COLUMNS = (
    "tenant",
    "index",
    "leaf",
    "leaf_hash",
    "source",
    "source_seq",
    "time",
    "action",
    "role",
    "division",
    "outcome",
)


class UntimedOccurrence(ValueError):
    """An act or event whose time is no RFC 3339 time with an offset."""


def build_entries(tenant: str, occurrences: Sequence[Occurrence]) -> list[Entry]:
    """Build the entries with fresh salts, one random read for the whole batch."""
    salts = os.urandom(SALT_BYTES * len(occurrences))
    return [
        build(tenant, occurrence, salts[i * SALT_BYTES : (i + 1) * SALT_BYTES])
        for i, occurrence in enumerate(occurrences)
    ]


def _entry_rows(tenant: str, first: int, entries: Sequence[Entry]) -> Iterator[tuple[object, ...]]:
    for index, entry in enumerate(entries, start=first):
        time = moment(entry.time)
        if time is None:
            raise UntimedOccurrence(entry.time)
        yield (
            tenant,
            index,
            entry.leaf,
            entry.hash,
            entry.source,
            entry.source_seq,
            time,
            entry.action,
            entry.role,
            entry.division,
            entry.outcome,
        )


async def append(connection: Connection, tenant: str, occurrences: Sequence[Occurrence]) -> int:
    """Append the occurrences in their order inside the caller's transaction; return the first index."""
    entries = build_entries(tenant, occurrences)
    await connection.execute("SELECT pg_advisory_xact_lock($1, hashtext($2))", _APPEND_LOCK, tenant)
    first: int = await connection.fetchval(
        "SELECT coalesce(max(index) + 1, 0) FROM ledger_entry WHERE tenant = $1", tenant
    )
    await connection.copy_records_to_table(
        "ledger_entry", records=list(_entry_rows(tenant, first, entries)), columns=_ENTRY_COLUMNS
    )
    await connection.copy_records_to_table(
        "ledger_subject",
        records=[(tenant, index, entry.salt, entry.content) for index, entry in enumerate(entries, start=first)],
        columns=("tenant", "index", "salt", "content"),
    )
    await connection.copy_records_to_table(
        "ledger_reference",
        records=[
            (tenant, reference, kind, index)
            for index, entry in enumerate(entries, start=first)
            for kind, reference in entry.pairs
        ],
        columns=("tenant", "ref", "kind", "index"),
    )
    return first


_ERASE = text(
    """
WITH concerned AS (SELECT DISTINCT index FROM ledger_reference WHERE tenant = :tenant AND ref = :person),
     salts AS (
         DELETE FROM ledger_subject s USING concerned c WHERE s.tenant = :tenant AND s.index = c.index RETURNING s.index
     ),
     refs AS (DELETE FROM ledger_reference WHERE tenant = :tenant AND ref = :person)
SELECT index FROM salts ORDER BY index
"""
)


async def erase_person(tx: Tx, resident_id: str) -> int:
    """Destroy the salts of every entry about a person; return how many there were.

    The leaves stay: the log proves as much as before, except whom these entries concerned. It says itself which they are,
    so that a verifier tells an erasure from a removal.
    """
    found = await tx.execute(_ERASE, {"tenant": tx.tenant, "person": resident_id})
    erased = list(found.scalars())
    if erased:
        detail = {"entries": runs_of(erased)}
        tx.record(Act(action=ERASE, object_kind="ledger", object_id=tx.tenant, detail=detail))
    return len(erased)
