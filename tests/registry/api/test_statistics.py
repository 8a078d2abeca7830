"""Figures equal a recount at every moment, under concurrent writers, before and after counting; little of it is public."""

import asyncio
from datetime import date, timedelta

import pytest
from linli_kernel.bulk import connect
from linli_kernel.database import HotQuery
from linli_kernel.identity import Role
from linli_registry.statistics.counting import AHEAD, PEOPLE, count_waiting
from linli_registry.statistics.repository import Place, totals
from sqlalchemy import Date, bindparam, text

VILLAGE = "421202104221"
TODAY = date(2026, 11, 20)
RECOUNT = (
    "SELECT presence, count(*) AS people FROM resident WHERE tenant = '421202' AND division LIKE $1"
    " AND death_date IS NULL AND presence NOT IN ('void', 'moved_out') GROUP BY 1"
)


async def figures(registry, division=VILLAGE, role=Role.CLERK, **more):
    query = f"?division={division}" if division else ""
    answer = await registry.call("GET", f"statistics/population{query}", role=role, **more)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def recount(registry, division=VILLAGE):
    rows = await registry.app.state.linli.database.pool.fetch(RECOUNT, f"{division}%")
    return {row["presence"]: row["people"] for row in rows}


async def counted(registry):
    while await count_waiting(registry.app.state.linli.database, TODAY):
        pass


def people(shown):
    return {code: number for code, number in shown["by_presence"].items() if number}


async def register(registry, name, **more):
    body = {"name": name, "sex": "1", "birth_date": "1980-01-01", "division": VILLAGE, **more}
    answer = await registry.call("POST", "residents", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_figures_are_the_same_before_and_after_counting(registry):
    await registry.app.state.linli.database.pool.execute("UPDATE population_village SET day = '2026-11-01'")
    live = await figures(registry)
    await counted(registry)
    stored = await figures(registry)
    assert stored == live
    assert people(stored) == await recount(registry)
    assert sum(band[sex] for band in stored["pyramid"] for sex in ("male", "female", "other")) == stored["residents"]


async def test_a_new_day_is_answered_from_an_earlier_count_and_the_birthdays_since(registry):
    for born in ("2012-11-22", "2008-11-25", "1946-11-21", "1936-11-28"):
        await register(registry, "贺生日", birth_date=born)
    await counted(registry)
    database = registry.app.state.linli.database
    sql = text(PEOPLE.format(tenant=":tenant", division=":division"))
    live = HotQuery(sql.bindparams(bindparam("today", type_=Date())))
    seen = set()
    for ahead in range(AHEAD + 2):
        day = TODAY + timedelta(days=ahead)
        rows = await totals(database, Place(["421202"], [VILLAGE], day))
        stored = {(row["presence"], row["sex"]): list(row["people"]) for row in rows}
        values = {"tenant": "421202", "division": VILLAGE, "today": day}
        real = {(row["presence"], row["sex"]): list(row["people"]) for row in await database.fetch_all(live, values)}
        assert stored == real, day
        seen.add(str(sorted(stored.items())))
    assert len(seen) > 4


async def test_a_change_shows_at_once_although_the_village_was_counted(registry):
    await counted(registry)
    before = await figures(registry)
    person = await register(registry, "贺新来", presence="short_stay")
    after = await figures(registry)
    assert after["residents"] == before["residents"] + 1
    assert after["by_presence"]["short_stay"] == before["by_presence"]["short_stay"] + 1
    await counted(registry)
    assert await figures(registry) == after
    patch = {"presence": "registered_here", "reason": "落户"}
    changed = await registry.call("PATCH", f"residents/{person['id']}", patch, match=person["version"])
    assert changed.status_code == 200
    assert people(await figures(registry)) == await recount(registry)


async def test_a_death_and_a_birth_move_the_figures_and_the_months(registry):
    man = (await register(registry, "贺老三"))["id"]
    body = {"division": VILLAGE, "head_id": man, "members": [], "date": "2015-01-01", "address": "花坪村9组77号"}
    home = (await registry.call("POST", "households", body)).json()
    months = (await registry.call("GET", f"statistics/changes?division={VILLAGE}&months=2")).json()["items"]
    before = await figures(registry)
    child = {"name": "贺小四", "sex": "2"}
    event = {"kind": "birth", "date": "2026-11-02", "resident": child, "parents": [man], "reason": "出生"}
    born = await registry.call("POST", f"households/{home['id']}/events", event, match=home["version"])
    assert born.status_code == 201, born.text
    event = {"kind": "death", "date": "2026-11-03", "resident_id": man, "new_head_id": born.json()["resident_id"]}
    version = born.json()["household"]["version"]
    died = await registry.call("POST", f"households/{home['id']}/events", event, match=version)
    assert died.status_code == 201, died.text
    after = await figures(registry)
    assert after["residents"] == before["residents"]
    assert after["pyramid"][0]["female"] == before["pyramid"][0]["female"] + 1
    now = (await registry.call("GET", f"statistics/changes?division={VILLAGE}&months=2")).json()["items"]
    assert now[-1]["births"] == months[-1]["births"] + 1
    assert now[-1]["deaths"] == months[-1]["deaths"] + 1
    assert now[-1]["residents"] == after["residents"]
    await counted(registry)
    assert (await registry.call("GET", f"statistics/changes?division={VILLAGE}&months=2")).json()["items"] == now


async def test_who_marries_in_arrives_and_nobody_whom_the_newcomer_leaves(registry):
    """Those who stay behind get another relation to their next head; they came from nowhere."""
    groom, father = [(await register(registry, name))["id"] for name in ("贺新郎", "贺岳父")]
    bride, sister = [(await register(registry, name, sex="2"))["id"] for name in ("贺新娘", "贺小姨")]
    homes = []
    for head, *others in ((groom,), (bride, father, sister)):
        body = {"division": VILLAGE, "head_id": head, "members": others, "date": "2015-01-01"}
        made = await registry.call("POST", "households", body | {"relations": dict.fromkeys(others, "97")})
        homes.append(made.json())
    path = f"statistics/changes?division={VILLAGE}&months=2"
    before = (await registry.call("GET", path)).json()["items"]
    event = {"kind": "marriage_in", "date": "2026-11-02", "resident_id": bride, "spouse_id": groom}
    event |= {"new_head_there_id": father}
    married = await registry.call("POST", f"households/{homes[0]['id']}/events", event, match=homes[0]["version"])
    assert married.status_code == 201, married.text
    now = (await registry.call("GET", path)).json()["items"]
    assert now[-1]["arrivals"] == before[-1]["arrivals"] + 1


async def test_figures_equal_a_recount_while_many_write_and_the_counter_runs(registry):
    stop = asyncio.Event()

    async def keep():
        while not stop.is_set():
            await count_waiting(registry.app.state.linli.database, TODAY)

    async def write(number):
        kind = ("registered_here", "registered_away", "short_stay")[number % 3]
        made = await register(registry, "何" + "一二三四五六七八九十"[number % 10] * 2, presence=kind)
        patch = {"presence": "unregistered_here", "sex": "2"}
        await registry.call("PATCH", f"residents/{made['id']}", patch, match=made["version"])
        return (await figures(registry))["residents"]

    before = (await figures(registry))["residents"]
    counting = asyncio.create_task(keep())
    seen = await asyncio.gather(*(write(n) for n in range(24)))
    stop.set()
    await counting
    assert people(await figures(registry)) == await recount(registry)
    assert (await figures(registry))["residents"] == before + 24
    assert max(seen) == before + 24
    await counted(registry)
    assert people(await figures(registry)) == await recount(registry)
    marks = "SELECT count(*) FROM population_mark"
    assert await registry.app.state.linli.database.pool.fetchval(marks) == 0


async def test_a_loaded_village_is_marked_until_it_is_counted(registry):
    async with connect(registry.settings.migration_url) as connection:
        loaded = await connection.fetchval("SELECT count(DISTINCT division) FROM resident")
        forgotten = await connection.fetch(
            "SELECT DISTINCT division FROM resident EXCEPT"
            " (SELECT division FROM population_mark UNION SELECT division FROM population_village)"
        )
    assert loaded >= 2
    assert forgotten == []


async def test_a_prefecture_reads_all_its_counties_and_a_county_only_itself(registry):
    own = await figures(registry, None, Role.COUNTY_ADMIN)
    assert people(own) == await recount(registry, "421202")
    assert {part["division"][:6] for part in own["below"]} == {"421202"}
    prefecture = await figures(registry, None, Role.AUDITOR)
    assert {part["division"][:4] for part in prefecture["below"]} == {"4212"}
    assert prefecture["residents"] >= own["residents"]
    nothing = await figures(registry, "511681002001", Role.AUDITOR)
    assert (nothing["residents"], nothing["below"]) == (0, [])
    assert (await figures(registry, "421202104217"))["residents"] == 0


async def test_a_post_bound_to_grids_counts_its_own(registry):
    pool = registry.app.state.linli.database.pool
    grid = await pool.fetchval("SELECT id FROM grid WHERE tenant = '421202' AND division = $1 LIMIT 1", VILLAGE)
    shown = await figures(registry, None, Role.GRID_WORKER, grids=[str(grid)])
    real = (
        "SELECT count(*) FROM resident WHERE grid = $1 AND death_date IS NULL AND presence NOT IN ('void', 'moved_out')"
    )
    assert shown["residents"] == await pool.fetchval(real, grid)


async def test_public_figures_hide_small_counts_and_need_no_sign_in(registry):
    answer = await registry.client.get(f"/api/public/v1/statistics/population?division={VILLAGE}")
    shown = answer.json()
    assert answer.status_code == 200, answer.text
    assert shown["division_name"] == "花坪村"
    real = await figures(registry)
    # The whole is rounded too: township less its other villages would give a small village back.
    assert (shown["residents"] % 5, abs(shown["residents"] - real["residents"]) < 3) == (0, True)
    assert (shown["households"] % 5, abs(shown["households"] - real["households"]) < 3) == (0, True)
    cells = [band[sex] for band in shown["by_age"] for sex in ("male", "female")]
    assert all(cell is None or cell % 5 == 0 for cell in cells)
    for band, whole in zip(shown["by_age"], real["by_age"], strict=False):
        for sex in ("male", "female"):
            if 0 < whole[sex] < shown["suppressed_below"]:
                assert band[sex] is None
    assert list(shown["by_presence"].values()).count(None) != 1


async def test_public_figures_lead_from_the_prefecture_down_to_the_village(registry):
    way = []
    for code in ("4212", "421202", VILLAGE[:9], VILLAGE):
        answer = await registry.client.get(f"/api/public/v1/statistics/population?division={code}")
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        way.append((shown["division_name"], [part["division"] for part in shown["below"]]))
        for part in shown["below"]:
            assert part["residents"] is None or part["residents"] % 5 == 0
            assert part["residents"] not in range(1, shown["suppressed_below"])
    for (_, below), following in zip(way, ("421202", VILLAGE[:9], VILLAGE), strict=False):
        assert following in below
    assert way[-1] == ("花坪村", [])


@pytest.mark.parametrize("path", ["statistics/population", "statistics/changes"])
async def test_who_may_see_figures(registry, path):
    for role in (Role.SUPERVISOR, Role.BOOKKEEPER, Role.AUDITOR):
        assert (await registry.call("GET", path, role=role)).status_code == 200
    for role in (Role.SYSTEM_ADMIN, Role.RESIDENT, Role.CUSTODIAN):
        assert (await registry.call("GET", path, role=role)).status_code == 403
    assert (await registry.client.get(f"/api/registry/v1/{path}")).status_code == 401
    assert (await registry.call("GET", f"{path}?division=x")).status_code == 422
    assert (await registry.call("GET", f"{path}?tenant=421202")).status_code == 422


async def test_public_figures_of_nowhere_do_not_exist(registry):
    for code in ("9999", "999999", "421202999999", "110101"):
        answer = await registry.client.get(f"/api/public/v1/statistics/population?division={code}")
        assert answer.status_code == 404, code
    assert (await registry.client.get("/api/public/v1/statistics/population")).status_code == 422
