"""A random campaign against the log: bytes, columns, removals, swaps, truncations, rewritings and forks, each found and each named
by its place.

The attacker owns the database and, for a fork, the signing key as well; the log has a witness. The verifier has the public key
and nothing else, but where only one can know who was there before (`Remembered`): the end cut off, a fork, a cosignature
gone. Every change is undone after it was judged. Bounded: some two hundred changes, less than a minute.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.merkle import leaf_hash
from linli_supervision.ledger.note import SigningKey, split_note
from linli_supervision.ledger.sequencer import grow
from linli_supervision.ledger.tiles import subtree_root
from linli_supervision.ledger.verify_database import verify_database

from tests.conftest import FreshDatabase
from tests.supervision.logs import KEY, NOW, TENANT, append_many, build_log, connected

SIZES = [0, 100, 256, 257, 512, 620]
SIZE = SIZES[-1]
TILED = 512
"""Below this an entry stands in a full tile as well, so that it alone can be named; beyond, its checkpoint is the place."""
TABLES = (
    "ledger_entry", "ledger_subject", "ledger_reference", "ledger_tile", "ledger_checkpoint", "ledger_cosignature",
)  # fmt: skip
WITNESS = SigningKey.from_seed("witness.example/w", bytes(range(3, 35)))
BYTES = [
    ("ledger_entry", "leaf", "index", list(range(SIZE))),
    ("ledger_entry", "leaf_hash", "index", list(range(SIZE))),
    ("ledger_subject", "salt", "index", list(range(SIZE))),
    ("ledger_subject", "content", "index", list(range(SIZE))),
    ("ledger_tile", "hashes", "number", [0, 1]),
    ("ledger_tile", "root", "number", [0, 1]),
    ("ledger_checkpoint", "note", "size", SIZES),
    ("ledger_checkpoint", "root", "size", SIZES),
    ("ledger_cosignature", "signature", "size", [256, 620]),
]


@dataclass
class Field:
    """The attacked log: `url` is what the verifier reads, `state` what it remembers."""

    owner: asyncpg.Connection
    url: str
    state: Path

    async def judge(self, *, remembering: bool = True) -> Report:
        state = self.state if remembering else None
        return await verify_database(self.url, TENANT, key=str(KEY.verifier), state=state)

    async def restore(self) -> None:
        for table in reversed(TABLES):
            await self.owner.execute(f"DELETE FROM {table}")
        for table in TABLES:
            await self.owner.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")


@pytest.fixture
async def field(fresh_database: FreshDatabase, tmp_path: Path) -> AsyncIterator[Field]:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [100, 156, 1, 255, 108])
    async with connected(database.owner_url) as owner:
        await _cosign(owner)
        for table in TABLES:
            await owner.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")
        made = Field(owner, database.owner_url, tmp_path / "state.json")
        assert (await made.judge()).sound
        yield made


async def _cosign(owner: asyncpg.Connection) -> None:
    await owner.execute(
        "INSERT INTO ledger_witness (tenant, name, key, title, kind, since) VALUES ($1, $2, $3, 'w', 'other', now())",
        TENANT, WITNESS.name, str(WITNESS.cosigner),
    )  # fmt: skip
    for size in (256, 620):
        note = await owner.fetchval("SELECT note FROM ledger_checkpoint WHERE size = $1", size)
        line = WITNESS.cosign(split_note(note)[0], 1_790_000_000)
        signature = split_note(note + line.encode())[1][1].signature
        await owner.execute(
            "INSERT INTO ledger_cosignature (tenant, size, witness, signature, time)"
            " VALUES ($1, $2, $3, $4, to_timestamp(1790000000))",
            TENANT, size, WITNESS.name, signature,
        )  # fmt: skip


COLUMNS = [
    *[("ledger_entry", column, "index", list(range(SIZE)), change) for column, change in (
        ("source", "source || 'x'"), ("source_seq", "source_seq + 100000"), ("time", "time - interval '1 microsecond'"),
        ("action", "action || 'x'"), ("role", "'auditor'"), ("division", "division || '1'"), ("outcome", "'refused'"),
    )],
    ("ledger_reference", "ref", "index", list(range(SIZE)), "ref || 'x'"),
    ("ledger_reference", "kind", "index", list(range(SIZE)), "kind || 'x'"),
    ("ledger_subject", "index", "index", list(range(SIZE)), "index + 100000"),
    ("ledger_checkpoint", "previous_size", "size", SIZES[2:], "previous_size - 2"),
    ("ledger_checkpoint", "time", "size", SIZES, "time + interval '1 microsecond'"),
    ("ledger_cosignature", "time", "size", [256, 620], "time - interval '1 hour'"),
]  # fmt: skip
"""What is stored in columns that are no bytes, and what somebody may put there."""


class Remembered(set[str]):
    """Places that only a verifier names which was there before the change."""


Change = Callable[[Field, st.DataObject], Awaitable[set[str]]]
"""Makes one change and returns the places of which one at least must be named."""


def _entry(index: int) -> set[str]:
    """Where a changed entry is named: itself, or, before a tile holds it, the checkpoint above it."""
    above = next(size for size in SIZES if size > index)
    first = SIZES[SIZES.index(above) - 1]
    spread = {f"entries {first}–{above - 1}, checkpoint {above}"} if index >= TILED else set()
    return {f"entry {index}"} | spread


async def flip_a_byte(field: Field, data: st.DataObject) -> set[str]:
    table, column, key, keys = data.draw(st.sampled_from(BYTES))
    value = data.draw(st.sampled_from(keys))
    where = f"{key} = {value}"
    length = await field.owner.fetchval(f"SELECT octet_length({column}) FROM {table} WHERE {where}")
    at, bit = data.draw(st.integers(0, length - 1)), data.draw(st.integers(0, 7))
    flipped = f"set_byte({column}, {at}, get_byte({column}, {at}) # {1 << bit})"
    await field.owner.execute(f"UPDATE {table} SET {column} = {flipped} WHERE {where}")
    named = {"index": f"entry {value}", "number": f"tile/0/00{value}", "size": f"checkpoint {value}"}
    return {f"cosignature {value} {WITNESS.name}"} if table == "ledger_cosignature" else {named[key]}


async def remove_a_row(field: Field, data: st.DataObject) -> set[str]:
    table = data.draw(st.sampled_from([*TABLES]))
    if table == "ledger_cosignature":
        await field.owner.execute(
            "DELETE FROM ledger_cosignature WHERE size = $1", data.draw(st.sampled_from([256, 620]))
        )
        return Remembered({f"cosignatures {WITNESS.name}"})
    await field.owner.execute("DELETE FROM ledger_cosignature")
    if table == "ledger_tile":
        number = data.draw(st.integers(0, 1))
        await field.owner.execute("DELETE FROM ledger_tile WHERE number = $1", number)
        return {f"tile/0/00{number}"}
    if table == "ledger_checkpoint":
        size, mended = data.draw(st.sampled_from(SIZES[:-1])), data.draw(st.booleans())
        before = await field.owner.fetchval(
            "DELETE FROM ledger_checkpoint WHERE size = $1 RETURNING previous_size", size
        )
        if mended:
            # Whoever joins the row again cannot make the next one's signature name another.
            change = "UPDATE ledger_checkpoint SET previous_size = $2 WHERE previous_size = $1"
            await field.owner.execute(change, size, before)
            return {f"checkpoint {size}"}
        return {f"checkpoint {SIZES[SIZES.index(size) + 1]}"}
    index = data.draw(st.integers(0, SIZE - 1))
    await field.owner.execute(f"DELETE FROM {table} WHERE index = $1", index)
    return {f"entry {index}"}


async def change_a_column(field: Field, data: st.DataObject) -> set[str]:
    table, column, key, keys, change = data.draw(st.sampled_from(COLUMNS))
    value = data.draw(st.sampled_from(keys))
    await field.owner.execute(f"UPDATE {table} SET {column} = {change} WHERE {key} = $1", value)
    named = {"index": f"entry {value}", "size": f"checkpoint {value}"}
    return {f"cosignature {value} {WITNESS.name}"} if table == "ledger_cosignature" else {named[key]}


async def rewrite_an_entry_with_all_above_it(field: Field, data: st.DataObject) -> set[str]:
    """With every right in the database: leaf, hash, columns, tile and its root fit again; and a decoy is laid beside it."""
    index, decoy = data.draw(st.lists(st.integers(0, SIZE - 1), min_size=2, max_size=2, unique=True))
    other = """convert_to(replace(convert_from(leaf, 'UTF8'), '"clerk"', '"cadre"'), 'UTF8')"""
    leaf = await field.owner.fetchval(f"SELECT {other} FROM ledger_entry WHERE index = $1", index)
    made = leaf_hash(leaf)
    await field.owner.execute(
        "UPDATE ledger_entry SET leaf = $2, leaf_hash = $3, role = 'cadre' WHERE index = $1", index, leaf, made
    )
    if index < TILED:
        number, at = index // 256, index % 256 * 32
        hashes = await field.owner.fetchval("SELECT hashes FROM ledger_tile WHERE number = $1", number)
        hashes = hashes[:at] + made + hashes[at + 32 :]
        await field.owner.execute(
            "UPDATE ledger_tile SET hashes = $2, root = $3 WHERE number = $1", number, hashes, subtree_root(hashes)
        )
    await field.owner.execute("UPDATE ledger_entry SET outcome = 'refused' WHERE index = $1", decoy)
    above = next(size for size in SIZES if size > index)
    return {f"entries {SIZES[SIZES.index(above) - 1]}–{above - 1}, checkpoint {above}"}


async def sign_the_end_anew(field: Field, data: st.DataObject) -> set[str]:
    """Take the newest checkpoint away, change what it covered, and have the log's own sequencer sign it again."""
    index = data.draw(st.integers(512, SIZE - 1))
    await field.owner.execute("DELETE FROM ledger_cosignature")
    await field.owner.execute("DELETE FROM ledger_checkpoint WHERE size = $1", SIZE)
    for table in ("ledger_entry", "ledger_subject", "ledger_reference"):
        await field.owner.execute(f"DELETE FROM {table} WHERE index >= $1", index)
    await append_many(field.owner, index + 2, SIZE - index)
    await grow(field.owner, TENANT, KEY, NOW)
    return Remembered({f"checkpoint {SIZE}"})


async def swap_two_entries(field: Field, data: st.DataObject) -> set[str]:
    one, other = sorted(data.draw(st.lists(st.integers(0, SIZE - 1), min_size=2, max_size=2, unique=True)))
    for table in ("ledger_entry", "ledger_subject", "ledger_reference"):
        for old, new in ((one, 10_000), (other, one), (10_000, other)):
            await field.owner.execute(f"UPDATE {table} SET index = $2 WHERE index = $1", old, new)
    # Source numbers run on with the indexes here, so a swap is a gap in them as well.
    return _entry(one) | _entry(other)


async def cut_the_end_off(field: Field, data: st.DataObject) -> set[str]:
    size = data.draw(st.integers(1, SIZE - 1))
    with_signatures = data.draw(st.booleans())
    for table in ("ledger_entry", "ledger_subject", "ledger_reference"):
        await field.owner.execute(f"DELETE FROM {table} WHERE index >= $1", size)
    if not with_signatures:
        return {f"entry {SIZE - 1}"}
    await field.owner.execute("DELETE FROM ledger_cosignature")
    await field.owner.execute("DELETE FROM ledger_checkpoint WHERE size > $1", size)
    await field.owner.execute("DELETE FROM ledger_tile WHERE (number + 1) * 256 > $1", size)
    return Remembered({f"checkpoint {SIZE}"})


async def fork_the_history(field: Field, data: st.DataObject) -> set[str]:
    """Rewrite everything from a checkpoint on, signed with the stolen key, as long as before or longer."""
    size = data.draw(st.sampled_from([0, 100, 256]))
    for table in ("ledger_entry", "ledger_subject", "ledger_reference"):
        await field.owner.execute(f"DELETE FROM {table} WHERE index >= $1", size)
    await field.owner.execute("DELETE FROM ledger_cosignature")
    await field.owner.execute("DELETE FROM ledger_checkpoint WHERE size > $1", size)
    await field.owner.execute("DELETE FROM ledger_tile WHERE (number + 1) * 256 > $1", size)
    await append_many(field.owner, size + 1, SIZE - size + data.draw(st.integers(0, 40)))
    await grow(field.owner, TENANT, KEY, NOW)
    return Remembered({f"checkpoint {SIZE}"})


@pytest.mark.parametrize(
    "change",
    [
        flip_a_byte,
        change_a_column,
        remove_a_row,
        rewrite_an_entry_with_all_above_it,
        swap_two_entries,
        cut_the_end_off,
        sign_the_end_anew,
        fork_the_history,
    ],
    ids=lambda change: change.__name__,
)
@settings(max_examples=30, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
async def test_every_change_is_found_and_named(field: Field, change: Change, data: st.DataObject) -> None:
    places = await change(field, data)
    try:
        report = await field.judge(remembering=isinstance(places, Remembered))
        named = {finding.place for finding in report.findings}
        assert named & places, f"{places} not among {sorted(named)}"
    finally:
        await field.restore()
