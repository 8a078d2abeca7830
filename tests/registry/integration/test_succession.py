"""People recorded under a code that ended are found by whoever is responsible for what it became."""

import asyncpg
import pytest
from linli_kernel.bulk import connect
from linli_kernel.identity import Role
from linli_registry.divisions import succession
from linli_registry.divisions.importing import import_file

from tests.registry.conftest import started_empty

TENANT, TODAY, BEFORE = "511703", "511703108", "511703119"
OLD_VILLAGE, NEIGHBOUR = "511703119203", "511703109"
PLACES = {"grids": {"code": "A1", "name": "金家网格"}, "dwellings": {"address": "金家村1组1号"}}


@pytest.fixture(scope="module")
async def registry(module_database, tmp_path_factory):
    urls = module_database("registry")
    async for running in started_empty(urls):
        path = tmp_path_factory.mktemp("divisions") / "villages.csv"
        line = f"{OLD_VILLAGE},金家村村委会,village,{BEFORE}000,2009-01-01,2019-12-31,"
        path.write_text(f"code,name,level,parent,valid_from,valid_to,successor\n{line}\n", encoding="utf-8")
        async with connect(urls.owner_url) as owner:
            await import_file(owner, path)
            await _somebody_of_before(running, owner)
        linli = running.app.state.linli
        linli.extra["succession"] = await succession.load(linli.database)
        yield running


async def _somebody_of_before(registry, owner: "asyncpg.Connection[asyncpg.Record]") -> None:
    """A record made while the old code held."""
    body = {"name": "马金花", "sex": "2", "birth_date": "1950-01-02", "division": f"{TODAY}002", "phone": "13712345678"}
    made = await registry.call("POST", "residents", body, headers=auth(registry, Role.CLERK, TODAY))
    assert made.status_code == 201, made.text
    official = auth(registry, Role.VILLAGE_OFFICIAL, f"{TODAY}002")
    for path, place in PLACES.items():
        made = await registry.call("POST", path, {"division": f"{TODAY}002", **place}, headers=official)
        assert made.status_code == 201, made.text
    for table in ("resident", "grid", "dwelling"):
        await owner.execute(f"UPDATE {table} SET division = $1", OLD_VILLAGE)
    await owner.execute("INSERT INTO population_mark VALUES ($1, gen_random_uuid(), $2)", TENANT, OLD_VILLAGE)


def auth(registry, role, *divisions):
    return registry.tokens.auth(role, tenant=TENANT, divisions=list(divisions))


async def found(registry, headers, **asked):
    answer = await registry.call("POST", "residents/search", asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return [person["name"] for person in answer.json()["items"]]


@pytest.mark.parametrize("asked", [{"q": "马金花"}, {"q": "majinhua"}, {"q": "mjh"}, {"q": "13712345678"}])
async def test_the_township_of_today_finds_people_of_the_old_code(registry, asked):
    # As the gateway signs a post of 511703108.
    assert await found(registry, auth(registry, Role.TOWNSHIP_OFFICER, TODAY, BEFORE), **asked) == ["马金花"]
    assert await found(registry, auth(registry, Role.TOWNSHIP_OFFICER, NEIGHBOUR), **asked) == []


@pytest.mark.parametrize("division", [TODAY, BEFORE, f"{TODAY}000", None])
async def test_the_county_finds_them_by_the_new_code_and_by_the_old_one(registry, division):
    asked = {"q": "马金花"} | ({"division": division} if division else {})
    assert await found(registry, auth(registry, Role.COUNTY_ADMIN, TENANT), **asked) == ["马金花"]


async def test_they_are_not_found_under_a_neighbour_or_beyond_the_own_area(registry):
    county = auth(registry, Role.COUNTY_ADMIN, TENANT)
    assert await found(registry, county, q="马金花", division=NEIGHBOUR) == []
    # Asking by the new code shows no more than the post may see.
    only_new = auth(registry, Role.TOWNSHIP_OFFICER, TODAY)
    assert await found(registry, only_new, q="马金花", division=TODAY) == []


@pytest.mark.parametrize("path", ["statistics/population", "/api/public/v1/statistics/population"])
async def test_figures_of_the_new_township_count_them(registry, path):
    shown = await registry.call("GET", f"{path}?division={TODAY}", headers=auth(registry, Role.COUNTY_ADMIN, TENANT))
    assert shown.status_code == 200, shown.text
    parts = {part["division"]: part["residents"] for part in shown.json()["below"]}
    assert OLD_VILLAGE in parts


async def test_a_list_of_the_codes_that_ended(registry):
    shown = (await registry.client.get(f"/api/public/v1/divisions?q={TENANT}&ended=true")).json()
    assert [(one["code"], one["successor"]) for one in shown["items"]] == [(f"{BEFORE}000", f"{TODAY}000")]
    assert (await registry.client.get("/api/public/v1/divisions?ended=soon")).status_code == 422


@pytest.mark.parametrize(("path", "shown"), [("grids", "name"), ("dwellings", "address")])
async def test_a_list_of_places_by_the_new_code_has_those_of_the_old_one(registry, path, shown):
    county = auth(registry, Role.COUNTY_ADMIN, TENANT)
    found = {}
    for division in (TODAY, BEFORE, f"{TODAY}000", NEIGHBOUR):
        answer = await registry.call("GET", f"{path}?division={division}", headers=county)
        assert answer.status_code == 200, answer.text
        found[division] = [one[shown] for one in answer.json()["items"]]
    there = [PLACES[path][shown]]
    assert found == {TODAY: there, BEFORE: there, f"{TODAY}000": there, NEIGHBOUR: []}
