"""Where areas lie: derived from what is known, stated by the county, read by whoever reads figures."""

from typing import Any

import pytest
from linli_kernel.clock import SystemClock
from linli_kernel.identity import Role
from linli_kernel.testing import FOREIGN_TENANT
from linli_registry.statistics.counting import count_waiting

COUNTY, TOWNSHIP, VILLAGE, NEIGHBOUR = "421202", "421202104", "421202104221", "421202104217"
CENTRE = {"longitude": 114.41, "latitude": 30.05}


async def counted(registry: Any) -> None:
    while await count_waiting(registry.app.state.linli.database, SystemClock().today()):
        pass


async def below(registry: Any, division: str, role: Role = Role.COUNTY_ADMIN, **more: Any) -> dict[str, Any]:
    answer = await registry.call("GET", f"centres?division={division}", role=role, **more)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return {one["division"]: one for one in shown["below"]} | {"own": shown["own"]}


async def state(registry: Any, division: str, body: Any, role: Role = Role.COUNTY_ADMIN, **more: Any) -> Any:
    return await registry.call("PUT", f"centres/{division}", body, role, **more)


async def test_a_village_lies_where_its_dwellings_stand(own_registry):
    await counted(own_registry)
    was = (await below(own_registry, TOWNSHIP))[VILLAGE]
    assert was["source"] == "dwellings"
    assert (was["longitude"], was["latitude"]) == (pytest.approx(114.40, abs=0.1), pytest.approx(30.04, abs=0.1))
    far = {"division": NEIGHBOUR, "address": "邻村1号", "longitude": 114.5, "latitude": 30.1}
    made = await own_registry.call("POST", "dwellings", far, divisions=[TOWNSHIP])
    assert made.status_code == 201, made.text
    await counted(own_registry)
    there = (await below(own_registry, TOWNSHIP))[NEIGHBOUR]
    assert (there["longitude"], there["latitude"], there["source"]) == (114.5, 30.1, "dwellings")
    key = made.json()["id"]
    moved = await own_registry.call("PATCH", f"dwellings/{key}", {"latitude": 30.2}, match=1, divisions=[TOWNSHIP])
    assert moved.status_code == 200, moved.text
    await counted(own_registry)
    assert (await below(own_registry, TOWNSHIP))[NEIGHBOUR]["latitude"] == 30.2


async def test_every_place_below_an_area_has_a_place_of_its_own(own_registry):
    await counted(own_registry)
    for area in ("4212", COUNTY, TOWNSHIP):
        shown = await below(own_registry, area, Role.AUDITOR, divisions=["4212"])
        places = [(one["longitude"], one["latitude"]) for code, one in shown.items() if code != "own"]
        assert len(set(places)) == len(places) > 5, area
    by_source = [one["source"] for code, one in shown.items() if code != "own"]
    assert by_source.count("computed") == len(by_source) - 1
    assert shown[VILLAGE]["name"] == "花坪村"
    assert (await below(own_registry, VILLAGE))["own"]["source"] == "dwellings"


async def test_the_county_states_a_centre_and_takes_it_back(own_registry):
    was = (await below(own_registry, COUNTY))[TOWNSHIP]
    answer = await state(own_registry, f"{TOWNSHIP}000", CENTRE)
    assert (answer.status_code, answer.json()) == (200, CENTRE)
    stated = (await below(own_registry, COUNTY))[TOWNSHIP]
    assert stated == was | CENTRE | {"source": "stated"}
    assert (await below(own_registry, TOWNSHIP, Role.TOWNSHIP_OFFICER))["own"]["source"] == "stated"
    history = await own_registry.call("GET", f"communities/{TOWNSHIP}000/history", role=Role.COUNTY_ADMIN)
    assert history.json()["items"][0]["changes"] == {"centre": [None, "114.41, 30.05"]} or was["source"] == "stated"
    taken = await state(own_registry, f"{TOWNSHIP}000", {"longitude": None, "latitude": None})
    assert taken.status_code == 200
    assert (await below(own_registry, COUNTY))[TOWNSHIP]["source"] != "stated"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"longitude": 30.05, "latitude": 114.41}, "/longitude"),
        ({"longitude": 114.41, "latitude": None}, "/latitude"),
        ({"longitude": None, "latitude": 30.05}, "/longitude"),
        ({"longitude": 114.41}, "/latitude"),
        ({"longitude": "x", "latitude": 30.05}, "/longitude"),
        ({"longitude": 114.41, "latitude": 20.05}, "/longitude"),
        ({**CENTRE, "note": "x"}, "/note"),
    ],
)
async def test_a_centre_that_cannot_be_is_refused(registry, body, pointer):
    answer = await state(registry, VILLAGE, body)
    assert answer.status_code == 422, answer.text
    assert pointer in [fault["pointer"] for fault in answer.json()["errors"]]


async def test_a_far_off_centre_is_named_with_its_distance(registry):
    answer = await state(registry, VILLAGE, {"longitude": 114.41, "latitude": 20.05})
    (fault,) = answer.json()["errors"]
    assert fault["code"] == "registry.centre_far_off"
    assert "公里" in fault["detail"]


async def test_only_the_county_states_and_only_of_its_own(registry):
    for role in (Role.TOWNSHIP_OFFICER, Role.VILLAGE_OFFICIAL, Role.AUDITOR):
        assert (await state(registry, VILLAGE, CENTRE, role)).status_code == 403
    abroad = await state(registry, "511681002001", CENTRE)
    assert (abroad.status_code, (await state(registry, "421202104222", CENTRE)).status_code) == (404, 404)
    assert (await registry.call("GET", "centres?division=511681", role=Role.COUNTY_ADMIN)).status_code == 404
    assert (await registry.call("GET", f"centres?division={COUNTY}", role=Role.VILLAGE_OFFICIAL)).status_code == 404
    assert (await registry.call("GET", "centres?division=42120", role=Role.COUNTY_ADMIN)).status_code == 422
    assert (await registry.call("GET", "centres", role=Role.RESIDENT)).status_code == 403


async def test_an_auditor_at_work_in_one_county_of_a_prefecture_sees_where_another_lies(registry):
    whole = {"divisions": ["4212"], "tenant": "421221", "counties": ["421221", "421202"]}
    shown = await below(registry, COUNTY, Role.AUDITOR, **whole)
    assert shown[TOWNSHIP]["name"] == "贺胜桥镇"
    mine = await below(registry, COUNTY, Role.COUNTY_ADMIN)
    assert shown[TOWNSHIP] == mine[TOWNSHIP]


async def test_what_is_unchanged_is_not_sent_again(own_registry):
    first = await own_registry.call("GET", f"centres?division={COUNTY}", role=Role.COUNTY_ADMIN)
    assert first.headers["cache-control"] == "private, no-cache"
    headers = own_registry.auth(Role.COUNTY_ADMIN) | {"If-None-Match": first.headers["etag"]}
    again = await own_registry.call("GET", f"centres?division={COUNTY}", headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    await state(own_registry, f"{TOWNSHIP}000", CENTRE)
    changed = await own_registry.call("GET", f"centres?division={COUNTY}", headers=headers)
    assert changed.status_code == 200
    assert FOREIGN_TENANT not in changed.text
