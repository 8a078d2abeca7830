"""A village that nobody set up works like the others: its first number or case opens its hall."""

from typing import Any

import pytest
from linli_kernel.identity import Role
from linli_services_desk.clients.registry import Above, Place
from linli_services_desk.windows.halls import facts_of

TAOLIN = {
    "short_name": "桃林村",
    "above": [
        {"name": "湖北省", "level": "province"},
        {"name": "咸宁市", "level": "prefecture"},
        {"name": "咸安区", "level": "county"},
        {"name": "贺胜桥镇", "level": "township"},
    ],
}


async def windows_of(clerk: Any) -> list[str]:
    return [one["name"] for one in (await clerk.get("/api/desk/v1/windows")).json()["items"]]


async def test_the_first_number_of_a_village_opens_its_hall_with_the_places_counters(
    hire: Any, neighbours: Any
) -> None:
    village = "421202104217"
    neighbours.places[village] = TAOLIN
    clerk = hire(Role.CLERK, divisions=[village])
    assert await windows_of(clerk) == []
    assert (await clerk.post("/api/desk/v1/tickets", {})).status_code == 201
    opened = await windows_of(clerk)
    assert opened
    assert opened == await windows_of(hire(Role.CLERK)), "every village of a county has the counters of its profile"
    report = (await clerk.get("/api/desk/v1/queue/report")).json()
    assert report["hall"] == "桃林村便民服务大厅"
    await clerk.post("/api/desk/v1/tickets", {})
    assert await windows_of(clerk) == opened


async def test_a_number_is_given_while_the_registry_is_away_and_the_hall_opens_later(
    hire: Any, neighbours: Any
) -> None:
    village = "421202104218"
    neighbours.places[village] = TAOLIN | {"short_name": "黄祠村"}
    clerk = hire(Role.CLERK, divisions=[village])
    neighbours.down = True
    assert (await clerk.post("/api/desk/v1/tickets", {})).status_code == 201
    assert await windows_of(clerk) == []
    neighbours.down = False
    assert (await clerk.post("/api/desk/v1/tickets", {})).status_code == 201
    assert await windows_of(clerk)


@pytest.mark.parametrize(
    ("division", "short_name", "county", "body"),
    [
        ("421202104217", "桃林村", "咸安区", "咸宁市咸安区贺胜桥镇桃林村村民委员会"),
        ("511681002001", "古桥社区", "华蓥市", "华蓥市贺胜桥镇古桥社区居民委员会"),
        ("421202104003", "贺胜", "咸安区", "咸宁市咸安区贺胜桥镇贺胜居民委员会"),
    ],
)
def test_papers_name_the_committee_as_people_know_it(division: str, short_name: str, county: str, body: str) -> None:
    above = [Above("咸宁市", "prefecture"), Above(county, "county"), Above("贺胜桥镇", "township")]
    assert facts_of(division[:6], division, Place(short_name, above))["body"] == body
