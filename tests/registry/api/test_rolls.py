"""Who of a village may vote, told as ids to supervision alone; and names of a list to staff of the area."""

from linli_kernel.identity import Role
from linli_kernel.ids import new_id

VILLAGE = "421202104221"


async def person(registry, name, **more):
    body = {"name": name, "sex": "1", "birth_date": "1970-01-01", "division": VILLAGE, "presence": "registered_here"}
    answer = await registry.call("POST", "residents", body | more)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def eligible(registry, role=Role.SERVICE, **more):
    body = {"tenant": "421202", "division": VILLAGE, "on": "2026-11-20", **more}
    headers = registry.auth(role, tenant="*", divisions=[""]) if role is Role.SERVICE else registry.auth(role)
    return await registry.client.post("/internal/v1/residents/eligible", json=body, headers=headers)


async def ids(registry, **more):
    answer = await eligible(registry, **more)
    assert answer.status_code == 200, answer.text
    assert all(set(one) == {"resident", "household"} for one in answer.json()["items"])
    return {one["resident"] for one in answer.json()["items"]}


async def test_adults_who_live_there_by_hukou_are_eligible_and_others_where_they_are_asked_for(registry):
    adult = await person(registry, "卫大成", birth_date="2008-11-20")
    child = await person(registry, "卫小成", birth_date="2008-11-21")
    away = await person(registry, "卫远", presence="registered_away")
    guest = await person(registry, "卫来", presence="unregistered_here")
    asked = [adult, child, away, guest]
    assert await ids(registry, listed=asked) == {adult}
    assert await ids(registry, listed=asked, non_local=True) == {adult, guest}
    everybody = await ids(registry)
    assert adult in everybody
    assert not {child, away, guest} & everybody
    assert await ids(registry, listed=asked, division="421202104222") == set()


async def test_party_members_are_told_apart(registry):
    member = await person(registry, "卫党", political_status="01")
    other = await person(registry, "卫群", political_status="13")
    assert await ids(registry, kind="party", listed=[member, other]) == {member}


async def test_only_services_ask_who_is_eligible(registry):
    assert (await eligible(registry, Role.CLERK)).status_code == 403
    assert (await eligible(registry, division="1")).status_code == 422


async def test_names_of_a_list_are_shown_to_staff_of_the_area_and_masked_for_an_auditor(registry):
    key = await person(registry, "欧阳向前")
    body = {"ids": [key, str(new_id())]}
    seen = (await registry.call("POST", "residents/names", body)).json()["items"]
    assert [(one["id"], one["name"], one["age"]) for one in seen] == [(key, "欧阳向前", 56)]
    masked = (await registry.call("POST", "residents/names", body, Role.AUDITOR)).json()["items"]
    assert masked[0]["name"] != "欧阳向前"
    abroad = await registry.call("POST", "residents/names", body, headers=registry.foreign())
    assert abroad.json() == {"items": []}
    watching = (await registry.call("POST", "residents/names", body, Role.SUPERVISOR)).json()["items"]
    assert [one["name"] for one in watching] == ["欧阳向前"]
    assert (await registry.call("POST", "residents/names", body, Role.BOOKKEEPER)).status_code == 403


async def test_an_auditor_of_a_prefecture_reads_names_of_a_roll_in_another_county_masked_and_recorded_there(registry):
    key = await person(registry, "欧阳向前")
    actor = str(new_id())
    whole = {"divisions": ["4212"], "tenant": "421221", "counties": ["421221", "421202"], "sub": actor}
    there, body = "residents/names?county=421202", {"ids": [key]}
    seen = (await registry.call("POST", there, body, Role.AUDITOR, **whole)).json()["items"]
    assert [one["id"] for one in seen] == [key]
    assert seen[0]["name"] != "欧阳向前"
    assert (await registry.call("POST", "residents/names", body, Role.AUDITOR, **whole)).json()["items"] == []
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT tenant FROM outbox WHERE data->>'actor' = $1 AND data->>'action' = 'resident.names'", actor
    )
    assert "421202" in {row["tenant"] for row in rows}
    narrow = whole | {"counties": ["421221"]}
    assert (await registry.call("POST", there, body, Role.AUDITOR, **narrow)).status_code == 404
    county = {"divisions": ["421221"], "tenant": "421221"}
    assert (await registry.call("POST", there, body, Role.COUNTY_ADMIN, **county)).status_code == 404


async def test_close_kin_are_told_with_the_path_between_them(registry):
    pool = registry.app.state.linli.database.pool
    row = await pool.fetchrow(
        "SELECT k.a AS parent, k.b AS child, s.b AS wife FROM kinship k JOIN kinship s ON s.tenant = k.tenant AND s.a = k.a"
        " AND s.kind = 'spouse' AND s.until IS NULL WHERE k.tenant = '421202' AND k.kind = 'parent' AND k.until IS NULL"
        " LIMIT 1"
    )
    body = {"tenant": "421202", "people": [str(row["child"])]}
    headers = registry.auth(Role.SERVICE, tenant="*", divisions=[""])
    answer = await registry.client.post("/internal/v1/residents/kin", json=body, headers=headers)
    found = {one["person"]: one for one in answer.json()["items"]}
    assert found[str(row["child"])]["path"] == []
    assert found[str(row["parent"])]["kinds"] == ["parent"]
    assert found[str(row["wife"])]["kinds"] in (["parent"], ["parent", "spouse"])
    assert (
        await registry.client.post("/internal/v1/residents/kin", json=body, headers=registry.auth())
    ).status_code == 403


async def test_phones_of_those_who_are_called_to_a_meeting_are_told_to_services_alone_and_recorded(registry):
    reached = await person(registry, "卫电", phone="13900002222")
    silent = await person(registry, "卫静")
    body = {"tenant": "421202", "people": [reached, silent, str(new_id())], "deliberation_id": str(new_id())}
    headers = registry.auth(Role.SERVICE, tenant="*", divisions=[""])

    async def reach(**more):
        answer = await registry.client.post("/internal/v1/residents/reach", json=body | more, headers=headers)
        assert answer.status_code == 200, answer.text
        return {one["resident"]: (one["has_phone"], one["phone"]) for one in answer.json()["items"]}

    assert await reach() == {reached: (True, None), silent: (False, None)}
    assert await reach(phones=True) == {reached: (True, "13900002222"), silent: (False, None)}
    account = new_id()
    linked = await registry.call(
        "PUT", f"staff/{account}", {"resident_id": silent}, Role.COUNTY_ADMIN, divisions=["421202"]
    )
    assert linked.status_code == 200, linked.text
    answer = await registry.client.post("/internal/v1/residents/reach", json=body, headers=headers)
    assert {one["resident"]: one["accounts"] for one in answer.json()["items"]} == {reached: [], silent: [str(account)]}
    pool = registry.app.state.linli.database.pool
    acts = await pool.fetch(
        "SELECT data FROM outbox WHERE data->>'action' = 'resident.reach' AND data->'detail'->>'deliberation' = $1",
        body["deliberation_id"],
    )
    assert len(acts) == 3
    assert not any("13900002222" in str(act["data"]) for act in acts)
    clerk = await registry.client.post("/internal/v1/residents/reach", json=body, headers=registry.auth(Role.CLERK))
    assert clerk.status_code == 403
    for wrong in ({"people": []}, {"deliberation_id": "x"}, {"tenant": None}):
        answer = await registry.client.post("/internal/v1/residents/reach", json=body | wrong, headers=headers)
        assert answer.status_code == 422


async def test_the_dead_are_called_to_no_meeting(registry):
    gone = await person(registry, "卫故", phone="13900003333")
    died = await registry.call("POST", f"residents/{gone}/events", {"kind": "death", "date": "2026-11-01"}, match=1)
    assert died.status_code in (200, 201), died.text
    body = {"tenant": "421202", "people": [gone], "deliberation_id": str(new_id())}
    headers = registry.auth(Role.SERVICE, tenant="*", divisions=[""])
    answer = await registry.client.post("/internal/v1/residents/reach", json=body, headers=headers)
    assert answer.json() == {"items": []}


async def household(registry, members):
    """A household with these members; the first is its head."""
    pool = registry.app.state.linli.database.pool
    home = new_id()
    opened = "INSERT INTO household (tenant, id, number, division, opened_on, created_at) VALUES ('421202', $1, $2, $3, '2020-01-01', now())"
    await pool.execute(opened, home, str(home)[-12:], VILLAGE)
    joined = "INSERT INTO membership (tenant, id, household, resident, relation, since) VALUES ('421202', $1, $2, $3, $4, '2020-01-01')"
    for at, one in enumerate(members):
        await pool.execute(joined, new_id(), home, one, "02" if at == 0 else "20")
    return str(home)


async def test_one_adult_of_each_household_is_asked_for_its_head_or_else_the_eldest(registry):
    head = await person(registry, "卫户主", birth_date="1980-01-01")
    elder = await person(registry, "卫长辈", birth_date="1950-01-01")
    away = await person(registry, "卫外出", presence="registered_away")
    old, young = await person(registry, "卫老", birth_date="1940-01-01"), await person(registry, "卫青")
    alone = await person(registry, "卫独")
    await household(registry, [head, elder])
    # The head works elsewhere: the eldest who lives there is called.
    await household(registry, [away, young, old])
    asked = [head, elder, away, old, young, alone]
    assert await ids(registry, kind="heads", listed=asked) == {head, old, alone}


async def test_a_group_of_the_village_is_asked_for_alone(registry):
    here, there = await person(registry, "卫一组"), await person(registry, "卫二组")
    pool = registry.app.state.linli.database.pool
    grid = new_id()
    made = "INSERT INTO grid (tenant, id, division, code, name) VALUES ('421202', $1, $2, $3, '九组')"
    await pool.execute(made, grid, VILLAGE, str(grid)[-12:])
    await pool.execute("UPDATE resident SET grid = $1 WHERE tenant = '421202' AND id = $2", grid, here)
    assert await ids(registry, listed=[here, there], grids=[str(grid)]) == {here}
    assert await ids(registry, kind="heads", grids=[str(grid)]) == {here}
    assert await ids(registry, kind="heads", grids=[str(new_id())]) == set()
