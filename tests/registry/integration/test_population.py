"""The made population: plausible, the same every time, loaded once, with valid numbers and all indexes."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from linli_kernel.bulk import connect
from linli_kernel.codes import identity
from linli_kernel.privacy import KeyRing
from linli_kernel.settings import ServiceSettings
from linli_kernel.testing import TokenMaker, service_settings
from linli_registry import commands
from linli_registry.metadata import metadata
from linli_registry.population.load import LOADED, drop_secondary, make_missing
from linli_registry.population.village import COLUMNS, Village, VillageRows
from linli_registry.residents.keys import ResidentKeys

VILLAGE = Village("421202", "421202104221", "花坪村委会", 2000, (3, 197), ("421221", "511703"), known=True)
SECRET = {"identity_number", "phone", "number_index", "phone_index", "tail_index"}


def settings_of(urls: Any) -> ServiceSettings:
    return ServiceSettings(**service_settings(urls.app_url, TokenMaker(), migration_url=urls.owner_url))


def rows_of(village: Village) -> dict[str, bytes]:
    return VillageRows(village, KeyRing.from_json(KeyRing.generate())).build()


def people_of(rows: dict[str, bytes]) -> list[dict[str, str]]:
    names = COLUMNS["resident"].split()
    return [dict(zip(names, line.split("\t"), strict=True)) for line in rows["resident"].decode().splitlines()]


def test_a_village_is_plausible() -> None:
    rows = rows_of(VILLAGE)
    people = people_of(rows)
    assert len(people) == 2000
    assert 2.2 < 2000 / rows["household"].count(b"\n") < 2.4
    ages = [2026 - int(person["birth_date"][:4]) for person in people]
    assert 0.2 < sum(age >= 60 for age in ages) / 2000 < 0.36
    assert 0.1 < sum(age < 15 for age in ages) / 2000 < 0.22
    presence = Counter(person["presence"] for person in people)
    assert presence["registered_away"] > 200
    assert presence["unregistered_here"] > 50
    assert rows["grid"].count(b"\n") == 5


def test_the_same_village_gives_the_same_people() -> None:
    first, second = (
        [{k: v for k, v in person.items() if k not in SECRET} for person in people_of(rows_of(VILLAGE))]
        for _ in range(2)
    )
    assert first == second


async def test_the_demo_is_seeded_once_and_every_number_is_valid(fresh_database: Callable[[str], Any]) -> None:
    urls = fresh_database("registry")
    settings = settings_of(urls)
    assert await commands.seed_demo(settings, residents_per_village=300) == 600
    assert await commands.seed_demo(settings, residents_per_village=300) == 0
    ring = KeyRing.from_json(settings.keyring.get_secret_value())
    async with connect(urls.owner_url) as connection:
        rows = await connection.fetch("SELECT * FROM resident")
        heads = await connection.fetchval("SELECT count(*) FROM membership WHERE relation = '02' AND until IS NULL")
        homes = await connection.fetchval("SELECT count(*) FROM household")
        wrong = await connection.fetchval(
            "SELECT count(*) FROM kinship k JOIN resident p ON (p.tenant, p.id) = (k.tenant, k.a)"
            " JOIN resident c ON (c.tenant, c.id) = (k.tenant, k.b)"
            " WHERE kind = 'parent' AND p.birth_date > c.birth_date - 15 * 365"
        )
    assert (heads, wrong) == (homes, 0)
    for row in rows:
        number = ResidentKeys(ring, row["tenant"]).open("identity_number", row["identity_number"], row["id"])
        found = identity.parse(number or "")
        assert (found.birth_date, found.sex) == (row["birth_date"], row["sex"])
    olds = [row for row in rows if row["name"] == "张桂兰" and row["birth_date"].isoformat() == "1943-06-11"]
    assert {row["division"] for row in olds} == {"421202104221", "511681002001"}


async def test_more_people_fill_village_after_village(
    fresh_database: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    urls = fresh_database("registry")
    settings = settings_of(urls)
    monkeypatch.setattr(commands, "LARGE", 1000)
    assert await commands.make_population(settings, 4000, scope="421202", workers=1) == 4000
    assert await commands.make_population(settings, 4000, scope="421202", workers=1) == 0
    async with connect(urls.owner_url) as connection:
        assert await connection.fetchval("SELECT count(DISTINCT division) FROM resident") in (2, 3)
        assert await _missing(connection) == set()


async def _missing(connection: Any) -> set[str]:
    wanted = {str(index.name) for table in LOADED for index in table.indexes}
    present = {row[0] for row in await connection.fetch("SELECT indexname FROM pg_indexes")}
    return wanted - present


async def test_indexes_lost_by_a_killed_load_are_made_again(fresh_database: Callable[[str], Any]) -> None:
    urls = fresh_database("registry")
    await drop_secondary(urls.owner_url)
    async with connect(urls.owner_url) as connection:
        assert "resident_grams" in await _missing(connection)
        await make_missing(urls.owner_url)
        assert await _missing(connection) == set()
        keys = await connection.fetchval("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")
    assert keys == sum(len(table.foreign_key_constraints) for table in metadata.tables.values())


def test_the_commands_know_every_table_they_refer_to() -> None:
    # In a process of their own: here the whole service is imported already.
    script = (
        "import linli_registry.commands\n"
        "from linli_registry.population.load import LOADED\n"
        "assert all(key.column is not None for table in LOADED for key in table.foreign_keys)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
