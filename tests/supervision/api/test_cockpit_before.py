"""Figures of the time before they were kept: told again they are what a recount says, whatever events had told of it."""

import asyncio
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import desk
from linli_kernel.ids import new_id
from linli_supervision.cockpit import retelling
from linli_supervision.cockpit.counting import Figures, RetoldWhistle, Whistle, whistle_retold
from linli_supervision.cockpit.retelling import NOUNS, EventsOnTheirWay, read_on, read_to_its_end

from tests.supervision.api.test_cockpit_api import CASE, COUNTED, TOWNSHIP, VILLAGES, cockpit, lives, recount
from tests.supervision.conftest import Service

CASES, WHISTLES = NOUNS


def remembered(told: list[dict[str, Any]], now: str) -> list[dict[str, Any]]:
    """Cases as the desk has them after these events."""
    found: dict[str, dict[str, Any]] = {}
    days = {
        desk.CASE_ACCEPTED: "accepted_at",
        desk.CASE_DECIDED: "decided_at",
        desk.CASE_NOT_ACCEPTED: "not_accepted_at",
    }
    blank: dict[str, Any] = {"due": None, **dict.fromkeys(days.values()), "level": None}
    for event in told:
        one = found.setdefault(event["case_id"], {"id": event["case_id"], "division": event["division"], **blank})
        one["state"] = event.get("to_state", one.get("state"))
        one["due"] = event.get("due", one["due"])
        if event["type"] in days:
            one[days[event["type"]]] = now
        if event["type"] == desk.EVALUATION_GIVEN and event["source"] == "code":
            one["level"] = event["level"]
    return list(found.values())


@pytest.mark.parametrize("seed", range(3))
async def test_what_is_told_again_counts_once_whatever_events_told_of_it(service: Service, seed: int) -> None:
    random, today = Random(seed), service.clock.today()
    told = lives(random, today)
    begun, asked = sorted(random.sample(range(len(told)), 2))
    # Before `begun` nobody counted; at `asked` the desk tells again; the rest comes as events.
    await service.deliver(told[begun:asked], source="desk")
    neighbours = service.neighbours
    neighbours.records["cases"] = remembered(told[:asked], service.clock.now().isoformat())
    neighbours.head = asked - begun
    assert (await cockpit(service))["before"]["complete"] is False
    for noun in NOUNS:
        await read_to_its_end(service.linli, "421202", noun)
    await service.deliver(told[asked:], source="desk")
    await read_to_its_end(service.linli, "421202", CASES)
    expected = recount(told, today)
    shown = await cockpit(service, division=TOWNSHIP)
    by_village = {one["division"]: one["figures"] for one in shown["below"]}
    for village in VILLAGES:
        assert {name: by_village[village][name] for name in COUNTED} == {
            name: expected[village][name] for name in COUNTED
        }
    assert shown["before"] == {"read": len(neighbours.records["cases"]), "complete": True}


async def test_the_trend_begins_when_things_happened_and_not_when_they_were_first_counted(service: Service) -> None:
    then = service.clock.now() - timedelta(days=95)
    about = {**CASE, "case_id": str(new_id()), "division": VILLAGES[0]}
    life = [{"type": desk.CASE_ACCEPTED, "to_state": "accepted"}, {"type": desk.CASE_DECIDED, "to_state": "decided"}]
    service.neighbours.records["cases"] = remembered([{**about, **one} for one in life], then.isoformat())
    await read_to_its_end(service.linli, "421202", CASES)
    months = {one["month"]: one for one in (await cockpit(service))["months"]}
    month = months[f"{then.astimezone(SHANGHAI):%Y-%m}"]
    assert (month["accepted"], month["on_time"]) == (1, 1)
    assert sum(one["decided"] for one in months.values()) == 1


async def test_a_page_waits_until_every_event_that_it_knows_of_has_been_applied(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retelling, "PATIENCE_SECONDS", 0)
    about = {**CASE, "case_id": str(new_id()), "division": VILLAGES[0], "from_state": "draft"}
    told = [{**about, "type": desk.CASE_NOT_ACCEPTED, "to_state": "not_accepted"}]
    service.neighbours.records["cases"] = remembered(told, service.clock.now().isoformat())
    service.neighbours.head = 1
    with pytest.raises(EventsOnTheirWay):
        await read_on(service.linli, "421202", CASES)
    assert (await cockpit(service))["figures"]["not_accepted"] == 0
    await service.deliver(told, source="desk")
    await read_to_its_end(service.linli, "421202", CASES)
    assert (await cockpit(service))["figures"]["not_accepted"] == 1


async def test_a_reading_that_broke_off_goes_on_where_it_was(service: Service) -> None:
    told = [
        {**CASE, "case_id": str(new_id()), "division": VILLAGES[0], "type": desk.CASE_ACCEPTED, "to_state": "accepted"}
        for _ in range(10)
    ]
    service.neighbours.records["cases"] = remembered(told, service.clock.now().isoformat())
    assert await read_on(service.linli, "421202", CASES)
    shown = await cockpit(service)
    assert (shown["before"], shown["figures"]["accepted"]) == ({"read": 7, "complete": False}, 7)
    # Two processes at once: the page that both read counts once.
    await asyncio.gather(*(read_to_its_end(service.linli, "421202", CASES) for _ in range(2)))
    assert (await cockpit(service))["figures"]["accepted"] == 10


def test_a_whistles_clock_that_an_event_has_counted_is_not_counted_again() -> None:
    today = date(2026, 3, 4)
    told = RetoldWhistle(
        VILLAGES[0], "closed", today, today, {"水利局:report_in": (today, True), "交通局:report_in": (today, False)}
    )
    figures = Figures()
    known = whistle_retold(told, Whistle(VILLAGES[0], "handling", frozenset({"whistles", "水利局:report_in"})), figures)
    assert figures.moved["month", today.replace(day=1), VILLAGES[0]] == {"whistles_closed": 1, "response_met": 1}
    assert known.state == "handling", "where it stands is known from its events"
    again = Figures()
    assert whistle_retold(told, known, again) == known
    assert not again.moved
