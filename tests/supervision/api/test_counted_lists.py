"""Lists of disclosures, deliberations and meetings show what a figure of the cockpit counts, in the time that it counts."""

from datetime import timedelta
from typing import Any

import pytest

from tests.supervision.conftest import Service
from tests.supervision.deciding import Deciding
from tests.supervision.disclosing import Disclosing

VILLAGE = "421202104221"
BASE = "/api/supervision/v1"


async def listed(service: Service, path: str, **params: Any) -> list[dict[str, Any]]:
    headers = service.auth("county_admin", divisions=["421202"])
    answer = await service.client.get(f"{BASE}/{path}", params={"division": "421202", **params}, headers=headers)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def figures(service: Service, **params: Any) -> dict[str, int]:
    headers = service.auth("county_admin", divisions=["421202"])
    answer = await service.client.get(f"{BASE}/cockpit", params={"division": "421202", **params}, headers=headers)
    counted: dict[str, int] = answer.json()["figures"]
    return counted


async def test_figures_and_lists_of_a_time_agree(service: Service) -> None:
    village, wall, today = Deciding(service), Disclosing(service), service.clock.today()
    people = village.eligible(3)
    await village.meet(await village.open("group_meeting"), {"group_members": people})
    await village.open()
    published = await wall.publish()
    await wall.draft()
    year = {"since": today.replace(month=1, day=1), "until": today.replace(month=12, day=31)}
    now = await figures(service)
    assert (now["deliberations"], now["group_meetings"], now["disclosures"]) == (2, 1, 1)
    for figure in ("deliberations", "deliberations_open", "solved"):
        assert len(await listed(service, "deliberations", counted=figure, **year)) == now[figure], figure
    for figure in ("meetings", "group_meetings"):
        met = [one["met"] for one in await listed(service, "deliberations", counted=figure, **year)]
        assert (sum(met), 0 in met) == (now[figure], False), figure
    assert [one["met"] for one in await listed(service, "deliberations")] == [None, None]
    shown = await listed(service, "disclosures", counted="disclosures", **year)
    assert [one["id"] for one in shown] == [published["id"]]
    before = {"until": today - timedelta(days=1)}
    assert await listed(service, "deliberations", counted="deliberations", **before) == []
    assert await listed(service, "deliberations", counted="group_meetings", **before) == []
    assert await listed(service, "disclosures", counted="disclosures", **before) == []


async def test_meetings_of_the_committee_end_with_the_last_day(service: Service) -> None:
    today = service.clock.today()
    headers = service.auth("supervisor", divisions=[VILLAGE])
    for day in (today - timedelta(days=2), today):
        met = {"division": VILLAGE, "day": day.isoformat(), "present": 3, "topics": "账目", "decisions": "账目相符"}
        answer = await service.client.post(f"{BASE}/committee/meetings", json=met, headers=headers)
        assert answer.status_code == 201, answer.text
    until = {"until": today - timedelta(days=1)}
    assert len(await listed(service, "committee/meetings", **until)) == 1
    assert len(await listed(service, "committee/meetings")) == 2


@pytest.mark.parametrize("path", ["disclosures", "deliberations", "flags"])
async def test_a_figure_that_stands_on_another_list_is_refused(service: Service, path: str) -> None:
    headers = service.auth("county_admin", divisions=["421202"])
    answer = await service.client.get(f"{BASE}/{path}", params={"counted": "accepted"}, headers=headers)
    assert answer.status_code == 422
