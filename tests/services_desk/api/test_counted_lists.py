"""Lists of cases and whistles show what a figure of the cockpit counts."""

from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role

from tests.services_desk.flow import accepted_case, decided_case
from tests.services_desk.whistle_story import whistled

DESK = "/api/desk/v1"


async def ids(person: Any, leaf: str, **query: Any) -> set[str]:
    answer = await person.get(f"{DESK}/{leaf}", params={"limit": 200, **query})
    assert answer.status_code == 200, answer.text
    return {item["id"] for item in answer.json()["items"]}


async def test_cases_are_those_of_the_figure(hire: Any, clerk: Any, clock: FrozenClock) -> None:
    opened = (await clerk.open("老年人优待证办理"))["id"]
    accepted, decided = (await accepted_case(hire))["id"], (await decided_case(hire))["id"]
    today = clock.today()
    this, before = {"since": today, "until": today}, {"until": today - timedelta(days=1)}
    official = hire(Role.VILLAGE_OFFICIAL)

    async def shown(figure: str, **days: Any) -> set[str]:
        return {opened, accepted, decided} & await ids(official, "cases", counted=figure, **days)

    assert await shown("accepted", **this) == {accepted, decided}
    assert await shown("accepted", **before) == set()
    assert await shown("decided", **this) == {decided}
    assert await shown("in_work") == {opened, accepted, decided}
    assert await shown("due_soon") == await shown("overdue") == set()
    due = (await official.get(f"{DESK}/cases/{accepted}")).json()["clock"]["due"]
    clock.set(clock.now() + (type(today).fromisoformat(due[:10]) - today))
    assert await shown("due_soon") == {accepted}
    clock.set(clock.now() + timedelta(days=1))
    assert await shown("overdue") == {accepted}
    assert await shown("due_soon") == set()


async def test_what_was_refused_at_the_window_or_taken_back_was_not_decided(hire: Any, clerk: Any) -> None:
    refused, back = await clerk.open("老年人优待证办理"), await accepted_case(hire)
    await clerk.do(refused["id"], "not-accept", {"reason": "不在本村居住"})
    await clerk.do(back["id"], "withdraw", {"reason": "申请人不办了"})
    official = hire(Role.VILLAGE_OFFICIAL)
    assert not {refused["id"], back["id"]} & await ids(official, "cases", counted="decided")


async def test_whistles_are_those_of_the_figure(clerk: Any, officer: Any, clock: FrozenClock) -> None:
    view = (await whistled(clerk, officer))["id"]
    today = clock.today()
    assert view in await ids(officer, "whistles", counted="whistles", since=today, until=today)
    assert view not in await ids(officer, "whistles", counted="whistles", until=today - timedelta(days=1))
    assert view in await ids(officer, "whistles", counted="whistles_open")


@pytest.mark.parametrize("query", ["counted=solved", "since=2026-01-01", "counted=accepted&since=2026-02-30"])
async def test_what_no_list_counts_is_refused(clerk: Any, query: str) -> None:
    answer = await clerk.get(f"{DESK}/cases?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
