"""A campaign against the log: every change of a stored byte is found, and named where it was made.

The attacker owns the database, but neither the signing key nor what a verifier remembers.
"""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pytest
from linli_supervision.ledger.findings import Report
from linli_supervision.ledger.ingest import append, erase_person
from linli_supervision.ledger.merkle import leaf_hash, root_from_leaves
from linli_supervision.ledger.note import Checkpoint, Link, SigningKey, open_checkpoint, split_note
from linli_supervision.ledger.sequencer import grow
from linli_supervision.ledger.tiles import subtree_root
from linli_supervision.ledger.verify_database import verify_database

from tests.conftest import FreshDatabase
from tests.supervision.conftest import Service
from tests.supervision.logs import KEY, NOW, TENANT, append_many, build_log, connected, occurrence, uuid_of

SIZE = 620
"""Two full tiles and a partial one, in five checkpoints."""


class Victim:
    """A sound log and an attacker's connection; every change is undone after it was judged."""

    def __init__(self, owner: asyncpg.Connection, url: str) -> None:
        self.owner = owner
        self.url = url

    async def judge(self, state: Path | None = None) -> Report:
        return await verify_database(self.url, TENANT, key=str(KEY.verifier), state=state)

    async def flip(self, table: str, column: str, where: str, at: int, bit: int) -> None:
        changed = f"set_byte({column}, {at}, get_byte({column}, {at}) # {1 << bit})"
        await self.owner.execute(f"UPDATE {table} SET {column} = {changed} WHERE {where}")


@pytest.fixture
async def victim(fresh_database: FreshDatabase) -> AsyncIterator[Victim]:
    database = fresh_database("supervision")
    async with connected(database.app_url) as connection:
        await build_log(connection, [100, 156, 1, 255, 108])
    async with connected(database.owner_url) as owner:
        yield Victim(owner, database.owner_url)


def _places(report: Report) -> set[str]:
    return {finding.place for finding in report.findings}


async def test_the_untouched_log_is_sound(victim: Victim) -> None:
    report = await victim.judge()
    assert report.sound, report.lines()
    assert (report.entries, report.tiles, report.checkpoints) == (SIZE, 2, 6)


async def test_times_that_go_back_are_told_and_are_no_change(fresh_database: FreshDatabase) -> None:
    database = fresh_database("supervision")
    times = (
        "2026-11-22T09:00:00+08:00",
        "2026-11-22T08:10:00+08:00",
        "2026-11-22T05:00:00+08:00",
        "2026-11-22T09:01:00+08:00",
    )
    async with connected(database.app_url) as connection:
        await build_log(connection, [])
        told = [msgspec.structs.replace(occurrence(seq), time=time) for seq, time in enumerate(times, start=1)]
        async with connection.transaction():
            await append(connection, TENANT, told)
        await grow(connection, TENANT, KEY, NOW)
    report = await verify_database(database.app_url, TENANT, key=str(KEY.verifier))
    assert report.sound, report.lines()
    assert any("goes back at 1 entries, first at 2" in notice for notice in report.notices), report.notices


async def test_random_bytes_of_leaves_are_found_and_named(victim: Victim) -> None:
    chance = random.Random(6962)
    for _ in range(12):
        index, at, bit = chance.randrange(SIZE), chance.randrange(200), chance.randrange(8)
        for column in ("leaf", "leaf_hash"):
            place = at % 32 if column == "leaf_hash" else at
            await victim.flip("ledger_entry", column, f"index = {index}", place, bit)
            report = await victim.judge()
            assert f"entry {index}" in _places(report), (index, column, report.lines())
            assert all(finding.place == f"entry {index}" for finding in report.findings), report.lines()
            await victim.flip("ledger_entry", column, f"index = {index}", place, bit)
    assert (await victim.judge()).sound


async def test_random_bytes_of_tiles_are_found_and_named(victim: Victim) -> None:
    chance = random.Random(9162)
    for _ in range(8):
        number, bit = chance.randrange(2), chance.randrange(8)
        for column, at in (("hashes", chance.randrange(8192)), ("root", chance.randrange(32))):
            await victim.flip("ledger_tile", column, f"level = 0 AND number = {number}", at, bit)
            report = await victim.judge()
            assert _places(report) == {f"tile/0/00{number}"}, report.lines()
            await victim.flip("ledger_tile", column, f"level = 0 AND number = {number}", at, bit)


async def test_random_bytes_of_checkpoints_are_found_and_named(victim: Victim) -> None:
    chance = random.Random(8032)
    sizes = [0, 100, 256, 257, 512, 620]
    for _ in range(10):
        size, bit = chance.choice(sizes), chance.randrange(7)
        for column, at in (("note", chance.randrange(120)), ("root", chance.randrange(32))):
            await victim.flip("ledger_checkpoint", column, f"size = {size}", at, bit)
            report = await victim.judge()
            assert f"checkpoint {size}" in _places(report), (size, column, report.lines())
            await victim.flip("ledger_checkpoint", column, f"size = {size}", at, bit)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "'resident.read_less'"),
        ("role", "'auditor'"),
        ("division", "'421202104222'"),
        ("outcome", "'refused'"),
        ("time", "time + interval '1 second'"),
        ("source", "'elsewhere'"),
    ],
)
async def test_a_changed_search_column_is_named(victim: Victim, column: str, value: str) -> None:
    await victim.owner.execute(f"UPDATE ledger_entry SET {column} = {value} WHERE index = 300")
    report = await victim.judge()
    assert "entry 300" in _places(report)
    assert any(column in finding.en for finding in report.findings)


@pytest.mark.parametrize("table", ["salt", "content"])
async def test_a_changed_byte_beside_the_leaf_is_named(victim: Victim, table: str) -> None:
    await victim.flip("ledger_subject", table, "index = 444", 5, 0)
    assert _places(await victim.judge()) == {"entry 444"}


async def test_a_changed_search_reference_is_named(victim: Victim) -> None:
    await victim.owner.execute("DELETE FROM ledger_reference WHERE index = 17 AND kind = 'actor'")
    assert _places(await victim.judge()) == {"entry 17"}


@pytest.mark.parametrize("index", [0, 255, 256, 511, 600])
async def test_an_entry_replaced_together_with_its_hash_is_named(victim: Victim, index: int) -> None:
    other = """convert_to(replace(convert_from(leaf, 'UTF8'), '"clerk"', '"cadre"'), 'UTF8')"""
    await victim.owner.execute(f"UPDATE ledger_entry SET leaf = {other}, role = 'cadre' WHERE index = {index}")
    leaf = await victim.owner.fetchval("SELECT leaf FROM ledger_entry WHERE index = $1", index)
    await victim.owner.execute("UPDATE ledger_entry SET leaf_hash = $2 WHERE index = $1", index, leaf_hash(leaf))
    report = await victim.judge()
    if index < 512:
        assert _places(report) == {f"entry {index}"}, report.lines()
    else:
        # No tile holds it yet: the two signed checkpoints around it are all that bear witness.
        assert _places(report) == {"entries 512–619, checkpoint 620"}, report.lines()


@pytest.mark.parametrize("index", [0, 5, 256, 511, 619])
async def test_a_removed_entry_is_named(victim: Victim, index: int) -> None:
    await victim.owner.execute("DELETE FROM ledger_entry WHERE index = $1", index)
    report = await victim.judge()
    assert f"entry {index}" in _places(report), report.lines()


@pytest.mark.parametrize(("one", "other"), [(3, 4), (10, 400), (530, 619)])
async def test_two_swapped_entries_are_noticed(victim: Victim, one: int, other: int) -> None:
    for table in ("ledger_entry", "ledger_subject", "ledger_reference"):
        for old, new in ((one, 10_000), (other, one), (10_000, other)):
            await victim.owner.execute(f"UPDATE {table} SET index = $2 WHERE index = $1", old, new)
    places = _places(await victim.judge())
    if other < 512:
        assert {f"entry {one}", f"entry {other}"} <= places
    else:
        assert any("checkpoint 620" in place for place in places)
        assert any(place.startswith("source registry") for place in places)


async def test_a_cut_off_end_is_named_by_what_was_signed(victim: Victim) -> None:
    await victim.owner.execute("DELETE FROM ledger_entry WHERE index >= 610")
    assert {f"entry {index}" for index in range(610, 620)} <= _places(await victim.judge())


async def test_a_cut_off_end_with_its_checkpoints_is_noticed_by_who_remembers(victim: Victim, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    assert (await victim.judge(state)).sound
    await victim.owner.execute("DELETE FROM ledger_entry WHERE index >= 512")
    await victim.owner.execute("DELETE FROM ledger_subject WHERE index >= 512")
    await victim.owner.execute("DELETE FROM ledger_reference WHERE index >= 512")
    await victim.owner.execute("DELETE FROM ledger_checkpoint WHERE size > 512")
    assert (await victim.judge()).sound
    assert _places(await victim.judge(state)) == {"checkpoint 620"}


async def test_a_change_that_is_found_hides_no_other_one_beside_it(victim: Victim) -> None:
    """Entry 7 is rewritten with its hash, its tile and the tile's root; a trifle at entry 5 is meant to be found instead."""
    other = """convert_to(replace(convert_from(leaf, 'UTF8'), '"clerk"', '"cadre"'), 'UTF8')"""
    await victim.owner.execute(f"UPDATE ledger_entry SET leaf = {other}, role = 'cadre' WHERE index = 7")
    made = leaf_hash(await victim.owner.fetchval("SELECT leaf FROM ledger_entry WHERE index = 7"))
    await victim.owner.execute("UPDATE ledger_entry SET leaf_hash = $1 WHERE index = 7", made)
    hashes = await victim.owner.fetchval("SELECT hashes FROM ledger_tile WHERE number = 0")
    hashes = hashes[: 7 * 32] + made + hashes[8 * 32 :]
    tile = "UPDATE ledger_tile SET hashes = $1, root = $2 WHERE number = 0"
    await victim.owner.execute(tile, hashes, subtree_root(hashes))
    await victim.owner.execute("UPDATE ledger_entry SET outcome = 'refused' WHERE index = 5")
    assert {"entry 5", "entries 0–99, checkpoint 100"} <= _places(await victim.judge())


async def test_a_tile_changed_together_with_its_root_is_named_and_not_the_entry(victim: Victim) -> None:
    hashes = await victim.owner.fetchval("SELECT hashes FROM ledger_tile WHERE number = 1")
    hashes = hashes[:320] + bytes(64) + hashes[384:]
    tile = "UPDATE ledger_tile SET hashes = $1, root = $2 WHERE number = 1"
    await victim.owner.execute(tile, hashes, subtree_root(hashes))
    assert _places(await victim.judge()) == {"tile/0/001"}


@pytest.mark.parametrize("first", [3, 600])
async def test_what_was_removed_beside_entries_is_named(victim: Victim, first: int) -> None:
    """Without it nobody can tell any more whom an entry concerned: only an erasure that the log tells of may do that."""
    await victim.owner.execute("DELETE FROM ledger_subject WHERE index IN ($1, $2)", first, first + 1)
    assert _places(await victim.judge()) == {f"entries {first}–{first + 1}"}


async def test_an_erasure_that_the_log_tells_of_is_no_removal(service: Service) -> None:
    person = uuid_of(7)
    act = {"action": "resident.read", "role": "clerk", "object_kind": "resident", "division": TENANT}
    about = [{**act, "object_id": uuid_of(number), "people": [uuid_of(number)]} for number in (6, 7, 8, 7, 7)]
    await service.deliver(about)
    async with service.linli.database.transaction(TENANT) as tx:
        assert await erase_person(tx, person) == 3
    (said,) = [one for one in await service.outbox("cn.linli.act") if one["action"] == "ledger.erase"]
    assert said["detail"] == {"entries": [[1, 1], [3, 4]]}
    assert person not in str(said)
    url = service.database.owner_url
    assert _places(await verify_database(url, TENANT)) == {"entry 1", "entries 3–4"}
    await service.deliver([said], source="supervision")
    report = await verify_database(url, TENANT)
    assert report.sound, report.lines()
    async with connected(url) as owner:
        left = await owner.fetch("SELECT content FROM ledger_subject")
        assert not any(person.encode() in row["content"] for row in left)
        await owner.execute(
            "INSERT INTO ledger_reference VALUES ($1, $2, 'person', 1), ($1, 'x', 'person', 1)", TENANT, person
        )
    assert _places(await verify_database(url, TENANT)) == {"entry 1"}


async def test_a_removed_checkpoint_breaks_the_chain(victim: Victim) -> None:
    await victim.owner.execute("DELETE FROM ledger_checkpoint WHERE size = 257")
    assert "checkpoint 512" in _places(await victim.judge())


@pytest.mark.parametrize(("size", "before", "after"), [(0, -1, 100), (257, 256, 512), (512, 257, 620)])
async def test_a_removed_checkpoint_is_named_although_the_row_was_joined_again(
    victim: Victim, size: int, before: int, after: int
) -> None:
    await victim.owner.execute("DELETE FROM ledger_checkpoint WHERE size = $1", size)
    await victim.owner.execute("UPDATE ledger_checkpoint SET previous_size = $1 WHERE size = $2", before, after)
    assert f"checkpoint {size}" in _places(await victim.judge())


@pytest.mark.parametrize("size", [0, 257, SIZE])
async def test_a_checkpoint_that_was_dated_anew_is_named(victim: Victim, size: int) -> None:
    change = "UPDATE ledger_checkpoint SET time = time + interval '1 microsecond' WHERE size = $1"
    await victim.owner.execute(change, size)
    report = await victim.judge()
    assert _places(report) == {f"checkpoint {size}"}, report.lines()
    assert any("column time" in finding.en for finding in report.findings)


async def test_a_checkpoint_exchanged_for_another_one_of_the_log_is_named(victim: Victim) -> None:
    """With the stolen key: the same tree, signed as of another day, column and all."""
    note = await victim.owner.fetchval("SELECT note FROM ledger_checkpoint WHERE size = 257")
    signed, later = open_checkpoint(note, KEY.verifier), NOW + timedelta(days=9)
    assert signed.link is not None
    lines = Link(later, signed.link.previous).lines
    other = KEY.sign(Checkpoint(signed.origin, 257, signed.root, lines).text).encode()
    await victim.owner.execute("UPDATE ledger_checkpoint SET note = $1, time = $2 WHERE size = 257", other, later)
    report = await victim.judge()
    assert _places(report) == {"checkpoint 257"}, report.lines()


async def test_a_checkpoint_put_between_two_others_is_named(victim: Victim) -> None:
    """The log may have signed it in another history: in this one nothing was signed after it."""
    rows = await victim.owner.fetch("SELECT leaf_hash FROM ledger_entry WHERE index < 300 ORDER BY index")
    root = root_from_leaves([bytes(row["leaf_hash"]) for row in rows])
    before = split_note(await victim.owner.fetchval("SELECT note FROM ledger_checkpoint WHERE size = 257"))[0]
    note = KEY.sign(Checkpoint(KEY.name, 300, root, Link.after(before, NOW).lines).text).encode()
    await victim.owner.execute("UPDATE ledger_checkpoint SET previous_size = 300 WHERE size = 512")
    insert = "INSERT INTO ledger_checkpoint (tenant, size, previous_size, root, note, time) VALUES ($1, 300, 257, $2, $3, $4)"
    await victim.owner.execute(insert, TENANT, root, note, NOW)
    assert "checkpoint 300" in _places(await victim.judge())


async def _unlink(victim: Victim, sizes: list[int]) -> None:
    """Sign checkpoints as the log did before they named their time and the one before."""
    for size in sizes:
        note = await victim.owner.fetchval("SELECT note FROM ledger_checkpoint WHERE size = $1", size)
        signed = open_checkpoint(note, KEY.verifier)
        plain = KEY.sign(Checkpoint(signed.origin, signed.size, signed.root).text).encode()
        await victim.owner.execute("UPDATE ledger_checkpoint SET note = $1 WHERE size = $2", plain, size)


async def test_a_log_begun_by_an_older_version_goes_on_and_is_sound(victim: Victim) -> None:
    await _unlink(victim, [0, 100, 256, 257, 512, SIZE])
    await append_many(victim.owner, SIZE + 1, 30)
    await grow(victim.owner, TENANT, KEY, NOW)
    report = await victim.judge()
    assert report.sound, report.lines()
    assert any("the first 6 checkpoints bear no signed time" in notice for notice in report.notices)
    await victim.owner.execute("DELETE FROM ledger_checkpoint WHERE size = 620")
    await victim.owner.execute("UPDATE ledger_checkpoint SET previous_size = 512 WHERE size = 650")
    assert "checkpoint 620" in _places(await victim.judge())


async def test_a_checkpoint_that_names_none_before_it_is_no_way_out(victim: Victim) -> None:
    await _unlink(victim, [512, SIZE])
    assert {"checkpoint 512", "checkpoint 620"} <= _places(await victim.judge())


async def test_a_removed_tile_is_named(victim: Victim) -> None:
    await victim.owner.execute("DELETE FROM ledger_tile WHERE number = 1")
    assert "tile/0/001" in _places(await victim.judge())


async def test_a_history_rewritten_with_the_stolen_key_is_noticed_by_who_remembers(
    victim: Victim, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    assert (await victim.judge(state)).sound
    for table in ("ledger_entry", "ledger_subject", "ledger_reference", "ledger_tile", "ledger_checkpoint"):
        await victim.owner.execute(f"DELETE FROM {table}")
    thief = SigningKey(KEY.name, KEY.private_key)
    await grow(victim.owner, TENANT, thief, NOW)
    await append_many(victim.owner, 1, 700)
    await grow(victim.owner, TENANT, thief, NOW)
    assert (await victim.judge()).sound
    assert "checkpoint 620" in _places(await victim.judge(state))
