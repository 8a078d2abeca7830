"""Scans for duplicates: what they find, how much they compare, and that others need not wait for them."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from linli_kernel.codes import identity
from linli_kernel.ids import new_id
from linli_kernel.jobs import JobContext, JobKind, JobRunner, enqueue
from linli_registry.duplicates import blocks, domain, scanning
from linli_registry.duplicates.scanning import SCAN, SCAN_KIND, in_divisions, written_at
from linli_registry.population.load import connect
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.names import pinyin_of

from tests.registry.conftest import started_empty

TENANT, VILLAGE, NEXT_VILLAGE = "421202", "421202104221", "421202104217"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def registry(module_database):
    async for running in started_empty(module_database("registry")):
        yield running


@pytest.fixture(autouse=True)
async def nobody(registry):
    yield
    pool = registry.app.state.linli.database.pool
    await pool.execute("UPDATE duplicate_pair SET state = 'dismissed'")
    await pool.execute("UPDATE resident SET presence = 'void'")


async def add(registry, people, written=LONG_AGO, division=VILLAGE):
    """Store (name, sex, birth date, phone[, number]) as a list that nobody looked at; returns the ids."""
    linli = registry.app.state.linli
    keys, rows = ResidentKeys(linli.keyring, TENANT), []
    for name, sex, born, phone, *number in people:
        (full, initials), key = pinyin_of(name), new_id()
        index = keys.phone_index(phone) if phone else None
        stored = keys.encrypt("identity_number", number[0], key) if number else None
        rows.append((TENANT, key, division, name, full, initials, [], stored, index, sex, born, written))
    columns = "tenant, id, division, name, pinyin, initials, grams, identity_number, phone_index, sex, birth_date"
    await linli.database.pool.executemany(
        f"INSERT INTO resident ({columns}, document_kind, presence, created_at, confirmed_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'none', 'registered_here', $12, $12)",
        rows,
    )
    async with connect(registry.settings.migration_url) as owner:
        await owner.execute("ANALYZE resident")
    return [row[1] for row in rows]


def alike(number, name="冯雨薇"):
    return [(name, "2", date(1980, 1, 1), None)] * number


async def scan(registry, payload=None, *kinds):
    """Run a scan to its end; returns its result."""
    linli = registry.app.state.linli
    async with linli.database.transaction(TENANT) as tx:
        job = await enqueue(tx, SCAN, payload or in_divisions([TENANT]))
    runner = JobRunner(linli.database, {kind.name: kind for kind in (SCAN_KIND, *kinds)}, linli)
    while await runner.run_one():
        pass
    row = await linli.database.pool.fetchrow("SELECT state, done, total, result FROM job WHERE id = $1", job)
    assert (row["state"], row["done"]) == ("done", row["total"])
    return row["result"]


async def queued(registry):
    rows = await registry.app.state.linli.database.pool.fetch("SELECT a, b FROM duplicate_pair WHERE state = 'open'")
    return {(row["a"], row["b"]) for row in rows}


async def test_a_scan_finds_every_likely_pair_that_shares_a_key(registry):
    dice = random.Random(7)
    names = ("王芳", "王方", "王秀英", "李秀英", "张伟", "张炜")
    days = (date(1980, 1, 1), date(1980, 1, 2), date(1980, 10, 1), date(1985, 1, 1), None)
    phones = ("13800000001", "13800000002", None)
    people = [(dice.choice(names), dice.choice("12"), dice.choice(days), dice.choice(phones)) for _ in range(120)]
    ids = await add(registry, people)
    await scan(registry)
    wanted = set()
    for (one, a), (other, b) in itertools.combinations(zip(ids, people, strict=True), 2):
        halves = [domain.Half(p[0], pinyin_of(p[0])[0], p[1], p[2], None) for p in (a, b)]
        if domain.compare(*halves, domain.Shared(phone=a[3] is not None and a[3] == b[3])).likely:
            wanted.add(tuple(sorted((one, other))))
    assert len(wanted) > 100
    assert await queued(registry) == wanted


async def test_few_people_of_one_key_are_all_compared_with_each_other(registry):
    await add(registry, alike(12))
    assert (await scan(registry))["found"] == 12 * 11 / 2


async def test_of_very_many_alike_each_is_compared_with_near_neighbours_only(registry):
    many = 3_000
    await add(registry, alike(many))
    result = await scan(registry)
    assert many - 1 <= result["found"] <= many * blocks.NEAR
    assert result["compared"] <= many * blocks.NEAR * len(blocks.BLOCKS)


async def test_neighbours_of_a_large_block_are_those_whose_finer_key_is_near(registry):
    days = [date(1980, 1, 1) + timedelta(days=n * 3) for n in range(blocks.WHOLE * 2)]
    ids = await add(registry, [("冯雨薇", "2", day, None, identity.make("421202", day, 12)) for day in days])
    slip = days[7] + timedelta(days=1)
    typed = (await add(registry, [("冯雨薇", "2", slip, None, identity.make("421202", slip, 12))]))[0]
    await scan(registry)
    assert tuple(sorted((ids[7], typed))) in await queued(registry)


async def test_a_long_scan_lets_a_waiting_job_go_first_and_goes_on_where_it_was(registry, monkeypatch):
    monkeypatch.setattr(scanning, "SLICE_SECONDS", 0)
    monkeypatch.setattr(scanning, "_BATCH", 50)
    order: list[str] = []

    async def other(context: JobContext):
        order.append("other")
        return {}

    async def counted(context: JobContext):
        order.append(SCAN)
        return await SCAN_KIND.run(context)

    linli = registry.app.state.linli
    await add(registry, alike(30))
    async with linli.database.transaction(TENANT) as tx:
        job = await enqueue(tx, SCAN, in_divisions([TENANT]))
        await enqueue(tx, "other", {})
    kinds = {SCAN: JobKind(SCAN, counted), "other": JobKind("other", other)}
    runner = JobRunner(linli.database, kinds, linli)
    while await runner.run_one():
        pass
    assert order[:3] == [SCAN, "other", SCAN]
    result = await linli.database.pool.fetchval("SELECT result FROM job WHERE id = $1", job)
    # Each pair once: nothing was compared again, nothing left out.
    assert result == {"compared": 30 * 29 / 2, "found": 30 * 29 / 2}


async def test_after_an_import_only_pairs_with_its_people_are_compared(registry):
    await add(registry, [*alike(5), *alike(4, "赵晓梅")])
    moment = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)
    new = (await add(registry, alike(1), moment, NEXT_VILLAGE))[0]
    assert (await scan(registry, written_at(moment)))["found"] == 5
    assert all(new in pair for pair in await queued(registry))


async def test_a_scan_of_an_area_finds_pairs_across_its_border(registry):
    inside = (await add(registry, alike(1)))[0]
    outside = await add(registry, alike(2), division=NEXT_VILLAGE)
    await scan(registry, in_divisions([VILLAGE]))
    assert await queued(registry) == {tuple(sorted((inside, one))) for one in outside}


async def test_a_corrected_name_is_looked_at_at_once(registry):
    body = {"sex": "2", "birth_date": "1981-05-06", "division": VILLAGE}
    first, second = [
        UUID((await registry.call("POST", "residents", {"name": name, **body})).json()["id"])
        for name in ("郑小雨", "田野")
    ]
    assert await queued(registry) == set()
    answer = await registry.call("PATCH", f"residents/{second}", {"name": "郑小雨", "reason": "更正"}, match=1)
    assert answer.status_code == 200, answer.text
    assert await queued(registry) == {tuple(sorted((first, second)))}
