"""Grids with their people, dwellings with their households, areas, communities, the map of a village."""

from uuid import uuid4

import pytest
from linli_kernel.identity import Role
from linli_kernel.pagination import Cursor

from .test_households import VILLAGE, household, register

OFFICIAL = Role.VILLAGE_OFFICIAL


async def make(registry, path, body, role=OFFICIAL, expect=201, **more):
    answer = await registry.call("POST", path, body, role, **more)
    assert answer.status_code == expect, answer.text
    return answer.json().get("id") if expect == 201 else answer.json()


@pytest.fixture
async def grid(registry):
    return await make(registry, "grids", {"division": VILLAGE, "code": f"T{uuid4().hex[:9]}", "name": "测试网格"})


async def read(registry, path, role=OFFICIAL):
    answer = await registry.call("GET", path, role=role)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def change(registry, path, body, expect=200, role=OFFICIAL):
    version = (await read(registry, path, role))["version"]
    answer = await registry.call("PATCH", path, body, role, match=version)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def test_a_grid_has_its_people_with_their_days(registry, grid):
    worker = {"post": "grid_worker", "name": "柳青", "phone": "13811112222", "since": "2024-01-01"}
    person = await make(registry, f"grids/{grid}/people", worker)
    await make(registry, f"grids/{grid}/people", {"post": "legal_adviser", "name": "严明", "since": "2025-01-01"})
    assert (
        await registry.call("POST", f"grids/{grid}/people/{person}/end", {"until": "2026-01-01"}, OFFICIAL)
    ).status_code == 204
    shown = {p["post"]: p for p in (await read(registry, f"grids/{grid}"))["people"]}
    assert (shown["grid_worker"]["phone_masked"], shown["grid_worker"]["until"]) == ("138****2222", "2026-01-01")
    assert shown["legal_adviser"]["until"] is None
    early = await registry.call("POST", f"grids/{grid}/people/{person}/end", {"until": "2023-01-01"}, OFFICIAL)
    assert early.json()["code"] == "registry.grid_person_ended"


async def test_a_grid_is_renamed_and_ends_only_empty(registry, grid):
    await change(registry, f"grids/{grid}", {"name": "滨河网格"})
    house = await make(
        registry, "dwellings", {"division": VILLAGE, "grid_id": grid, "address": "花坪村滨河 1 号"}, Role.CLERK
    )
    refused = await change(registry, f"grids/{grid}", {"closed_on": "2026-11-01"}, expect=409)
    assert refused["code"] == "registry.grid_in_use"
    await change(registry, f"dwellings/{house}", {"grid_id": None})
    await change(registry, f"grids/{grid}", {"closed_on": "2026-11-01"})
    told = (await read(registry, f"grids/{grid}/history"))["items"]
    assert [line["changes"] for line in told[:2]] == [
        {"closed_on": [None, "2026-11-01"]},
        {"name": ["测试网格", "滨河网格"]},
    ]


async def test_a_dwelling_keeps_its_former_addresses_and_households(registry, grid):
    first, second = [
        await make(
            registry,
            "dwellings",
            {"division": VILLAGE, "grid_id": grid, "address": f"花坪村新街{n}号", "longitude": 114.3, "latitude": 29.9},
            Role.CLERK,
        )
        for n in (1, 2)
    ]
    man = await register(registry, "钱进", "1", "1980-01-01")
    home = await household(registry, man, dwelling_id=first)
    body = {"date": "2026-06-01", "dwelling_id": second, "reason": "建新房"}
    moved = await registry.call("POST", f"households/{home['id']}/address", body, Role.CLERK, match=home["version"])
    assert moved.status_code == 200, moved.text
    await change(registry, f"dwellings/{first}", {"address": "花坪村老街1号", "effective_on": "2026-07-01"})
    left, entered = await read(registry, f"dwellings/{first}"), await read(registry, f"dwellings/{second}")
    stay = ("household_id", "since", "until")
    assert [tuple(o[n] for n in stay) for o in left["occupations"]] == [(home["id"], "2015-01-01", "2026-06-01")]
    assert [tuple(o[n] for n in stay) for o in entered["occupations"]] == [(home["id"], "2026-06-01", None)]
    told = (await read(registry, f"dwellings/{first}/history"))["items"][0]
    assert told["changes"] == {"address": ["花坪村新街1号", "花坪村老街1号"]}
    for day, address in (("2026-05-31", "花坪村新街1号"), ("2026-06-01", "花坪村新街2号")):
        assert (await read(registry, f"residents/{man}/on/{day}"))["address"] == address
        assert (await read(registry, f"households/{home['id']}/on/{day}"))["address"] == address


async def test_a_dwelling_that_changes_its_grid_takes_its_people_along(registry, grid):
    house = await make(registry, "dwellings", {"division": VILLAGE, "address": "花坪村岔路3号"}, Role.CLERK)
    man = await register(registry, "陶然", "1", "1980-01-01")
    await household(registry, man, dwelling_id=house)
    await change(registry, f"dwellings/{house}", {"grid_id": grid, "kind": "rented", "effective_on": "2026-10-01"})
    assert (await read(registry, f"residents/{man}"))["grid_id"] == grid
    assert (await read(registry, f"residents/{man}/on/2026-09-30"))["grid_id"] is None
    assert (await read(registry, f"grids/{grid}"))["residents"] == 1


async def test_the_map_has_every_dwelling_with_a_place(registry):
    shown = await read(registry, f"villages/{VILLAGE}/map")
    assert len(shown["dwellings"]) > 100
    assert {g["id"] for g in shown["grids"]} >= {d["grid_id"] for d in shown["dwellings"]} - {None}
    assert sum(d["residents"] for d in shown["dwellings"]) > 300
    assert shown["without_place"] >= 0
    assert (await registry.call("GET", f"villages/{VILLAGE}/map", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", "villages/421202/map")).status_code == 422
    assert (await registry.call("GET", f"villages/{VILLAGE}/map", role=Role.SUPERVISOR)).status_code == 403


async def test_an_area_is_a_named_set_of_grids(registry, grid):
    other = (await read(registry, f"grids?division={VILLAGE}"))["items"][0]["id"]
    key = await make(registry, "areas", {"name": "上湾下湾", "kind": "natural_villages", "grids": [grid, other]})
    found = {a["id"]: a for a in (await read(registry, f"areas?division={VILLAGE}"))["items"]}[key]
    assert (found["division"], set(found["grids"])) == (VILLAGE, {grid, other})
    answer = await registry.call(
        "PATCH", f"areas/{key}", {"grids": [grid], "ended_on": "2026-11-01"}, OFFICIAL, match=1
    )
    assert answer.status_code == 200, answer.text
    assert (await registry.call("PATCH", f"areas/{key}", {"name": "x"}, OFFICIAL, match=1)).status_code == 412
    theirs = await registry.call(
        "POST", "areas", {"name": "x", "kind": "estate", "grids": [grid]}, headers=registry.foreign(OFFICIAL)
    )
    assert theirs.status_code == 422


async def test_an_area_shows_its_grids_what_they_hold_and_its_past(registry):
    grids = (await read(registry, f"grids?division={VILLAGE}"))["items"]
    one, other = [grid["id"] for grid in grids if grid["closed_on"] is None][:2]
    key = await make(registry, "areas", {"name": "老街院落", "kind": "old_courtyard", "grids": [one]})
    change = {"name": "老街片区", "grids": [one, other]}
    assert (await registry.call("PATCH", f"areas/{key}", change, OFFICIAL, match=1)).status_code == 200
    shown = await read(registry, f"areas/{key}")
    assert (shown["name"], shown["division_name"], shown["version"]) == ("老街片区", "花坪村", 2)
    assert [grid["id"] for grid in shown["members"]] == [one, other]
    held = [await read(registry, f"grids/{grid}") for grid in (one, other)]
    for figure in ("households", "residents"):
        assert shown[figure] == sum(grid[figure] for grid in held) > 0
    past = (await read(registry, f"areas/{key}/history"))["items"]
    assert past[0]["changes"] == {"name": ["老街院落", "老街片区"], "grids": [[one], sorted([one, other])]}
    assert past[-1]["changes"] == {"grids": [[], [one]]}
    for path in (f"areas/{key}", f"areas/{key}/history"):
        assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404
        assert (await registry.call("GET", path, divisions=["421202104217"])).status_code == 404
        assert (await registry.call("GET", path, role=Role.SYSTEM_ADMIN)).status_code == 403
        assert (await registry.call("GET", path.replace(key, "x"))).status_code == 422


async def test_a_grid_that_ended_stays_in_its_area_and_comes_into_no_other(registry, grid):
    key = await make(registry, "areas", {"name": "旧厂片区", "kind": "other", "grids": [grid]})
    await change(registry, f"grids/{grid}", {"closed_on": "2026-11-01"})
    await change(registry, f"areas/{key}", {"name": "旧厂小区", "grids": [grid]})
    assert [one["closed_on"] for one in (await read(registry, f"areas/{key}"))["members"]] == ["2026-11-01"]
    other = {"name": "另一片区", "kind": "other", "grids": [grid]}
    refused = await registry.call("POST", "areas", other, OFFICIAL)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "registry.grid_unknown")


async def test_type_and_pilot_status_are_stated_above_the_village(registry):
    path, body = f"communities/{VILLAGE}", {"type": "山区", "pilot": "pilot", "pilot_since": "2025-03-01"}
    assert (await registry.call("PUT", path, body, OFFICIAL)).status_code == 403
    officer = {"role": Role.TOWNSHIP_OFFICER, "divisions": [VILLAGE[:9]]}
    assert (await registry.call("PUT", path, body, **officer)).status_code == 200
    assert (await registry.call("PUT", "communities/421202999001", body, **officer)).status_code == 404
    assert (await registry.call("PUT", path, {"pilot": "maybe"}, **officer)).status_code == 422
    shown = (await read(registry, "communities"))["items"]
    assert [(c["division_name"], c["type"], c["pilot"]) for c in shown] == [("花坪村", "山区", "pilot")]
    assert (await registry.call("PUT", path, {**body, "pilot": "passed"}, **officer)).status_code == 200
    # Saying the same again changes nothing.
    assert (await registry.call("PUT", path, {**body, "pilot": "passed"}, **officer)).status_code == 200
    past = (await read(registry, f"{path}/history"))["items"]
    assert [line["changes"] for line in past] == [
        {"pilot": ["pilot", "passed"]},
        {"type": [None, "山区"], "pilot": [None, "pilot"], "pilot_since": [None, "2025-03-01"]},
    ]
    assert (await registry.call("GET", f"{path}/history", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", f"{path}/history", role=Role.SYSTEM_ADMIN)).status_code == 403
    assert (await registry.call("GET", "communities/x/history")).status_code == 422


async def test_places_are_written_by_whom_they_are_entrusted_to(registry, grid):
    body = {"division": VILLAGE, "code": "X1", "name": "x"}
    house = {"division": VILLAGE, "address": "花坪村某处"}
    assert (await registry.call("POST", "grids", body, Role.CLERK)).status_code == 403
    assert (await registry.call("POST", "grids", body, headers=registry.foreign(OFFICIAL))).status_code == 404
    assert (await registry.call("POST", "grids", {**body, "code": "空 格"}, OFFICIAL)).status_code == 422
    assert (await registry.call("POST", "dwellings", house, Role.GRID_WORKER)).status_code == 403
    assert (await registry.call("POST", "dwellings", house, headers=registry.foreign())).status_code == 404
    assert (
        await registry.call("POST", "dwellings", {**house, "longitude": 29.9, "latitude": 114.3})
    ).status_code == 422
    for path in (f"grids/{grid}", f"grids/{grid}/history"):
        assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404
        assert (await registry.call("GET", path, role=Role.SYSTEM_ADMIN)).status_code == 403
    assert (await registry.call("PATCH", f"grids/{grid}", {"name": "y"}, OFFICIAL)).status_code == 428
    taken = (await read(registry, f"grids/{grid}"))["code"]
    assert (await make(registry, "grids", {**body, "code": taken}, expect=409))["code"] == "registry.grid_code_taken"


async def test_an_old_code_finds_its_successor(registry):
    old = await read(registry, "divisions/511703119000/current")
    assert (old["current"]["code"], old["current"]["short_name"], old["exact"]) == ("511703108000", "百节镇", True)
    assert old["path"] == ["511703119000", "511703108000"]
    village = await read(registry, "divisions/511703119203/current")
    assert (village["current"]["code"], village["exact"]) == ("511703108000", False)
    assert (await read(registry, f"divisions/{VILLAGE}/current"))["path"] == [VILLAGE]
    assert (await registry.call("GET", "divisions/991703119203/current")).status_code == 404
    assert (await registry.call("GET", "divisions/5117/current")).status_code == 422


async def test_a_dwelling_stands_no_more_only_when_nobody_lives_there_and_may_come_back(registry, grid):
    body = {"division": VILLAGE, "grid_id": grid, "address": "花坪村旧屋8号", "longitude": 114.3, "latitude": 29.9}
    house = await make(registry, "dwellings", body, Role.CLERK)
    man = await register(registry, "祝安", "1", "1980-01-01")
    home = await household(registry, man, dwelling_id=house)
    refused = await change(registry, f"dwellings/{house}", {"closed_on": "2026-11-01"}, expect=409)
    assert refused["code"] == "registry.dwelling_in_use"
    move = {"date": "2026-10-01", "address": "花坪村新屋8号"}
    await registry.call("POST", f"households/{home['id']}/address", move, match=home["version"])
    late = await change(registry, f"dwellings/{house}", {"closed_on": "2027-01-01"}, expect=422)
    assert late["errors"][0]["pointer"] == "/closed_on"
    await change(registry, f"dwellings/{house}", {"closed_on": "2026-11-01", "reason": "拆除"})
    standing = {d["id"] for d in (await read(registry, f"villages/{VILLAGE}/map"))["dwellings"]}
    ended = (await read(registry, f"dwellings?division={VILLAGE}&closed=true"))["items"]
    listed = (await read(registry, f"dwellings?division={VILLAGE}&grid={grid}"))["items"]
    assert (house in standing, house in {d["id"] for d in ended}, listed) == (False, True, [])
    again = {"date": "2026-11-02", "dwelling_id": house}
    version = (await read(registry, f"households/{home['id']}"))["version"]
    back = await registry.call("POST", f"households/{home['id']}/address", again, match=version)
    assert back.json()["errors"][0]["code"] == "registry.dwelling_unknown"
    await change(registry, f"dwellings/{house}", {"closed_on": None})
    assert house in {d["id"] for d in (await read(registry, f"villages/{VILLAGE}/map"))["dwellings"]}


async def test_dwellings_come_into_a_grid_together_with_who_lives_there(registry, grid):
    houses = [
        await make(registry, "dwellings", {"division": VILLAGE, "address": f"花坪村并入{n}号"}, Role.CLERK)
        for n in (1, 2)
    ]
    man = await register(registry, "祝同", "1", "1980-01-01")
    await household(registry, man, dwelling_id=houses[0])
    body = {"dwellings": houses, "effective_on": "2026-10-01", "reason": "网格调整"}
    assert (await make(registry, f"grids/{grid}/dwellings", body, Role.CLERK, expect=201)) is None
    assert [(await read(registry, f"dwellings/{h}"))["grid_id"] for h in houses] == [grid, grid]
    assert (await read(registry, f"residents/{man}"))["grid_id"] == grid
    assert (await read(registry, f"residents/{man}/on/2026-09-30"))["grid_id"] is None
    twice = await registry.call("POST", f"grids/{grid}/dwellings", body)
    assert twice.json() == {"moved": 0}
    assert (await registry.call("POST", f"grids/{grid}/dwellings", {"dwellings": []})).status_code == 422
    assert (await registry.call("POST", f"grids/{grid}/dwellings", {"dwellings": [man]})).status_code == 404
    assert (await registry.call("POST", f"grids/{grid}/dwellings", body, Role.GRID_WORKER)).status_code == 403
    stranger = await registry.call("POST", f"grids/{grid}/dwellings", body, headers=registry.foreign())
    assert stranger.status_code == 404


async def test_nobody_and_nothing_comes_into_a_grid_that_has_ended(registry, grid):
    house = await make(registry, "dwellings", {"division": VILLAGE, "address": "花坪村闲房9号"}, Role.CLERK)
    await change(registry, f"grids/{grid}", {"closed_on": "2026-11-01", "reason": "并入一组"})
    told = (await read(registry, f"grids/{grid}/history"))["items"][0]
    assert told["reason"] == "并入一组"
    person = {"post": "street_head", "name": "钱七", "since": "2026-11-02"}
    for path, body in ((f"grids/{grid}/people", person), (f"grids/{grid}/dwellings", {"dwellings": [house]})):
        refused = await registry.call("POST", path, body, OFFICIAL)
        assert refused.json()["code"] == "registry.grid_ended", path
    await change(registry, f"dwellings/{house}", {"grid_id": grid}, expect=422)
    await change(registry, f"grids/{grid}", {"closed_on": None})
    await make(registry, f"grids/{grid}/people", person)


async def test_who_was_entered_wrongly_for_a_grid_never_was(registry, grid):
    person = await make(
        registry, f"grids/{grid}/people", {"post": "street_head", "name": "误录", "since": "2026-01-05"}
    )
    ended = await registry.call("POST", f"grids/{grid}/people/{person}/end", {"until": "2026-01-05"}, OFFICIAL)
    assert ended.status_code == 204
    shown = (await read(registry, f"grids/{grid}"))["people"][0]
    assert (shown["since"], shown["until"]) == ("2026-01-05", "2026-01-05")


async def test_a_grid_and_a_dwelling_are_read_as_of_a_past_day(registry, grid):
    house = await make(registry, "dwellings", {"division": VILLAGE, "address": "花坪村往日1号"}, Role.CLERK)
    more = {"address": "花坪村今日1号", "kind": "rented", "grid_id": grid, "effective_on": "2026-10-01"}
    await change(registry, f"dwellings/{house}", more)
    await change(registry, f"grids/{grid}", {"name": "往后网格"})
    then, since = [
        (await read(registry, f"dwellings/{house}/on/{day}"))["values"] for day in ("2026-09-30", "2026-10-01")
    ]
    assert (then["address"], then["kind"], then["grid"]) == ("花坪村往日1号", "owner_occupied", None)
    assert (since["address"], since["kind"], since["grid"]) == ("花坪村今日1号", "rented", "往后网格")
    assert (await read(registry, f"grids/{grid}/on/2026-11-19"))["values"]["name"] == "测试网格"
    for path in (f"dwellings/{house}", f"grids/{grid}"):
        assert (await registry.call("GET", f"{path}/on/2027-01-01", role=OFFICIAL)).status_code == 422
        assert (await registry.call("GET", f"{path}/on/2026-01-01", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", f"dwellings/{house}/on/2026-01-01", role=Role.AUDITOR)).status_code == 403


async def test_a_page_of_dwellings_goes_on_after_an_id_and_never_after_an_address(registry):
    for n in range(3):
        await make(registry, "dwellings", {"division": VILLAGE, "address": f"花坪村翻页路{n}号"}, Role.CLERK)
    path, seen, cursor = f"dwellings?division={VILLAGE}&limit=50", [], ""
    while cursor is not None:
        answer = await read(registry, f"{path}&cursor={cursor}" if cursor else path)
        seen += [(one["address"], one["id"]) for one in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor:
            assert Cursor.decode(cursor, 1) == [seen[-1][1]]
    assert len(seen) == len(set(seen))
    assert {f"花坪村翻页路{n}号" for n in range(3)} <= {address for address, _ in seen}
    for foreign in (str(uuid4()), seen[0][1]):
        role = {"headers": registry.foreign()} if foreign == seen[0][1] else {}
        refused = await registry.call("GET", f"dwellings?cursor={Cursor.encode([foreign])}", **role)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "cursor.invalid")
