"""Who may read and write former names, further phones, areas and communities; what is malformed, foreign or unknown."""

import pytest
from linli_kernel.identity import Role

from .test_grids import OFFICIAL, make, read
from .test_households import VILLAGE, register

NOBODY = "01a00000-0000-7000-8000-000000000001"
ITEMS = [("former-names", {"name": "从前名"}), ("phones", {"phone": "13522223333", "kind": "family"})]
OUTSIDERS = [Role.SUPERVISOR, Role.BOOKKEEPER, Role.CUSTODIAN, Role.SYSTEM_ADMIN, Role.RESIDENT, Role.INTEGRATION]
READERS = [Role.GRID_WORKER, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.DEPARTMENT_OFFICER, Role.AUDITOR]


@pytest.fixture
async def who(registry):
    return await register(registry, "佟曾用", "1", "1975-03-04", phone="13522220000")


@pytest.mark.parametrize(("kind", "body"), ITEMS)
async def test_who_reads_a_person_reads_them_and_only_the_window_writes(registry, who, kind, body):
    path = f"residents/{who}/{kind}"
    item = (await registry.call("POST", path, body, Role.VILLAGE_OFFICIAL)).json()["id"]
    for role in READERS:
        assert (await registry.call("GET", path, role=role)).status_code == 200, role
        if role is not Role.VILLAGE_OFFICIAL:
            assert (await registry.call("POST", path, body, role)).status_code == 403, role
            assert (await registry.call("DELETE", f"{path}/{item}", role=role)).status_code == 403, role
    for role in OUTSIDERS:
        for method, place in (("GET", path), ("POST", path), ("DELETE", f"{path}/{item}")):
            given = body if method == "POST" else None
            assert (await registry.call(method, place, given, role)).status_code == 403, role
    assert (await registry.client.get(f"/api/registry/v1/{path}")).status_code == 401
    assert (await registry.call("DELETE", f"{path}/{item}")).status_code == 204
    assert (await registry.call("DELETE", f"{path}/{item}")).status_code == 404
    assert (await registry.call("GET", path)).json()["items"] == []


@pytest.mark.parametrize(("kind", "body"), ITEMS)
async def test_of_another_village_county_or_grid_they_do_not_exist(registry, who, kind, body):
    path = f"residents/{who}/{kind}"
    item = (await registry.call("POST", path, body)).json()["id"]
    places = [{"headers": registry.foreign()}, {"divisions": ["421202104001"]}]
    for place in places:
        for method, where in (("GET", path), ("POST", path), ("DELETE", f"{path}/{item}")):
            given = body if method == "POST" else None
            assert (await registry.call(method, where, given, **place)).status_code == 404, (method, place)
    bound = await registry.call("GET", path, role=Role.GRID_WORKER, grids=[NOBODY])
    assert bound.status_code == 404
    # An item of one person is no item of another.
    other = await register(registry, "佟另人", "1", "1976-03-04")
    assert (await registry.call("DELETE", f"residents/{other}/{kind}/{item}")).status_code == 404
    assert (await registry.call("GET", f"residents/{NOBODY}/{kind}")).status_code == 404


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("former-names", {}),
        ("former-names", {"name": ""}),
        ("former-names", {"name": "12"}),
        ("former-names", {"name": "旧名", "until": "then"}),
        ("former-names", {"name": "旧名", "colour": "red"}),
        ("phones", {}),
        ("phones", {"phone": "12"}),
        ("phones", {"phone": "13522224444", "kind": "secret"}),
        ("phones", {"phone": None}),
    ],
)
async def test_malformed_names_and_phones_are_refused(registry, who, kind, body):
    answer = await registry.call("POST", f"residents/{who}/{kind}", body)
    assert answer.status_code == 422, answer.text
    assert (await registry.call("DELETE", f"residents/{who}/{kind}/x")).status_code == 422


async def test_an_auditor_reads_a_masked_former_name_and_nobody_a_whole_phone(registry, who):
    for kind, body in ITEMS:
        await registry.call("POST", f"residents/{who}/{kind}", body)
    masked = await registry.call("GET", f"residents/{who}/former-names", role=Role.AUDITOR)
    assert [one["name"] for one in masked.json()["items"]] == ["从*"]
    for role in (Role.CLERK, Role.AUDITOR):
        shown = await registry.call("GET", f"residents/{who}/phones", role=role)
        assert [one["phone_masked"] for one in shown.json()["items"]] == ["135****3333"]
        assert "13522223333" not in shown.text


async def test_reading_and_writing_them_leaves_entries_without_the_values(registry, who):
    for kind, body in ITEMS:
        item = (await registry.call("POST", f"residents/{who}/{kind}", body)).json()["id"]
        await registry.call("DELETE", f"residents/{who}/{kind}/{item}")
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.act.v1' AND data->>'object_id' = $1 ORDER BY seq", who
    )
    acts = [row["data"]["action"].removeprefix("resident.") for row in rows]
    assert acts[-4:] == ["former_name_added", "former_name_removed", "phone_added", "phone_removed"]
    assert "从前名" not in str(rows)
    assert "13522223333" not in str(rows)


@pytest.fixture
async def grid(registry):
    return (await read(registry, f"grids?division={VILLAGE}"))["items"][0]["id"]


@pytest.fixture
async def area(registry, grid):
    return await make(registry, "areas", {"name": "老街院落", "kind": "old_courtyard", "grids": [grid]})


async def test_areas_are_kept_by_who_keeps_grids_and_read_by_who_oversees(registry, grid, area):
    body, path = {"name": "新区", "kind": "zone", "grids": [grid]}, f"areas/{area}"
    for role in (Role.CLERK, Role.GRID_WORKER, Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.CUSTODIAN):
        assert (await registry.call("GET", "areas", role=role)).status_code == 200, role
        assert (await registry.call("POST", "areas", body, role)).status_code == 403, role
        assert (await registry.call("PATCH", path, {"name": "x"}, role, match=1)).status_code == 403, role
    for role in (Role.SYSTEM_ADMIN, Role.RESIDENT, Role.INTEGRATION):
        assert (await registry.call("GET", "areas", role=role)).status_code == 403, role
        assert (await registry.call("GET", "communities", role=role)).status_code == 403, role
    for role, within in ((Role.TOWNSHIP_OFFICER, VILLAGE[:9]), (Role.COUNTY_ADMIN, VILLAGE[:6])):
        made = await registry.call("POST", "areas", body, role, divisions=[within])
        assert made.status_code == 201, role


async def test_an_area_of_another_place_is_neither_seen_nor_changed(registry, area):
    for place in ({"headers": registry.foreign(OFFICIAL)}, {"role": OFFICIAL, "divisions": ["421202104001"]}):
        listed = await registry.call("GET", "areas", **place)
        assert area not in listed.text
        assert (await registry.call("PATCH", f"areas/{area}", {"name": "x"}, match=1, **place)).status_code == 404
    assert (await registry.call("PATCH", f"areas/{area}", {"name": "x"}, OFFICIAL)).status_code == 428
    assert (await registry.call("PATCH", f"areas/{NOBODY}", {"name": "x"}, OFFICIAL, match=1)).status_code == 404


async def test_an_area_over_two_villages_belongs_to_the_township_and_its_officer(registry, grid):
    neighbour = "421202104001"
    officer = {"role": Role.TOWNSHIP_OFFICER, "divisions": [VILLAGE[:9]]}
    body = {"division": neighbour, "code": "A1", "name": "邻村网格"}
    there = (await registry.call("POST", "grids", body, **officer)).json()["id"]
    both = {"name": "跨村小区", "kind": "estate", "grids": [grid, there]}
    # Of the village's own official the second grid lies outside.
    assert (await registry.call("POST", "areas", both, OFFICIAL)).status_code == 422
    made = (await registry.call("POST", "areas", both, **officer)).json()["id"]
    found = {a["id"]: a for a in (await registry.call("GET", "areas", **officer)).json()["items"]}[made]
    assert found["division"] == f"{VILLAGE[:9]}000"
    assert (await registry.call("PATCH", f"areas/{made}", {"name": "x"}, OFFICIAL, match=1)).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x", "kind": "zone", "grids": []},
        {"name": "", "kind": "zone", "grids": [NOBODY]},
        {"name": "x", "kind": "moon", "grids": [NOBODY]},
        {"name": "x", "kind": "zone", "grids": [NOBODY]},
        {"name": "x", "kind": "zone", "grids": ["y"]},
    ],
)
async def test_malformed_areas_are_refused(registry, area, body):
    assert (await registry.call("POST", "areas", body, OFFICIAL)).status_code == 422
    for patch in ({"name": None}, {"grids": []}, {"grids": [NOBODY]}, {"kind": "zone"}, {"ended_on": "then"}):
        assert (await registry.call("PATCH", f"areas/{area}", patch, OFFICIAL, match=1)).status_code == 422, patch


async def test_a_village_is_described_by_its_own_township_or_county_only(registry):
    path, body = f"communities/{VILLAGE}", {"type": "城郊"}
    for role in (Role.CLERK, Role.VILLAGE_OFFICIAL, Role.DEPARTMENT_OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN):
        assert (await registry.call("PUT", path, body, role)).status_code == 403, role
    other = await registry.call("PUT", path, body, Role.TOWNSHIP_OFFICER, divisions=["421202103"])
    assert other.status_code == 404
    for bad in ({"type": ""}, {"type": "山" * 21}, {"pilot_since": "then"}, {"pilot": "maybe"}):
        officer = {"role": Role.TOWNSHIP_OFFICER, "divisions": [VILLAGE[:9]]}
        assert (await registry.call("PUT", path, bad, **officer)).status_code == 422, bad
    assert (await registry.call("PUT", "communities/4212", body, Role.COUNTY_ADMIN)).status_code == 422


async def test_a_further_phone_becomes_the_one_that_is_reached_first(registry, who):
    item = (await registry.call("POST", f"residents/{who}/phones", {"phone": "13522229999", "kind": "family"})).json()
    path = f"residents/{who}/phones/{item['id']}/first"
    for role in (Role.GRID_WORKER, Role.AUDITOR, Role.TOWNSHIP_OFFICER):
        assert (await registry.call("POST", path, role=role)).status_code == 403
    assert (await registry.call("POST", path, headers=registry.foreign())).status_code == 404
    assert (await registry.call("POST", path)).status_code == 201
    assert (await read(registry, f"residents/{who}"))["phone_masked"] == "135****9999"
    others = (await registry.call("GET", f"residents/{who}/phones")).json()["items"]
    assert [(one["phone_masked"], one["kind"]) for one in others] == [("135****0000", "own")]
    assert who in {one["id"] for one in (await registry.search(phone="13522220000"))["items"]}
    assert (await registry.call("POST", path)).status_code == 404
