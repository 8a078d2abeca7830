"""The cockpit: its figures equal a recount of what was told, however often it was told, and stay within the viewer's area."""

from collections import Counter
from datetime import date, timedelta
from io import BytesIO
from random import Random
from typing import Any

import pytest
from linli_kernel.calendar import WorkCalendar
from linli_kernel.codes.succession import Succession
from linli_kernel.contracts import desk, whistles
from linli_kernel.ids import new_id
from linli_supervision.cockpit import volume
from linli_supervision.disclosures.overview import rolled_up
from openpyxl import load_workbook

from tests.supervision.conftest import Service
from tests.supervision.deciding import Deciding
from tests.supervision.disclosing import Disclosing

PATH = "/api/supervision/v1/cockpit"
TOWNSHIP = "421202104"
VILLAGES = ("421202104221", "421202104222", "421202104217")
CASE = {"department": "民政局", "matter_id": str(new_id()), "matter_version": 1, "round": 1, "link": "linked"}
STEPS = {
    "draft": [(desk.CASE_ACCEPTED, "accepted"), (desk.CASE_NOT_ACCEPTED, "not_accepted"), (desk.CASE_SUPPLEMENT_ASKED, "supplement")],
    "supplement": [(desk.CASE_RESUMED, "draft"), (desk.CASE_WITHDRAWN, "withdrawn")],
    "accepted": [(desk.CASE_DECIDED, "decided"), (desk.CASE_RETURNED, "draft"), (desk.CASE_SUSPENDED, "suspended")],
    "suspended": [(desk.CASE_RESUMED, "accepted")],
    "decided": [(desk.CASE_DELIVERED, "delivered"), ("rate", "decided")],
    "delivered": [(desk.CASE_REOPENED, "accepted"), ("rate", "delivered")],
}  # fmt: skip


async def cockpit(service: Service, role: str = "county_admin", **params: Any) -> Any:
    claims = params.pop("claims", {"divisions": ["421202"]})
    answer = await service.client.get(PATH, params=params, headers=service.auth(role, **claims))
    assert answer.status_code == 200, answer.text
    return answer.json()


def lives(random: Random, today: date, number: int = 30) -> list[dict[str, Any]]:
    """Random lives of cases, one event after another, each with what is known after it."""
    told: list[dict[str, Any]] = []
    for _ in range(number):
        case, state, rated = str(new_id()), "draft", False
        about = {**CASE, "case_id": case, "division": random.choice(VILLAGES)}
        due = today + timedelta(days=random.randint(-3, 9))
        told.append({**about, "type": desk.CASE_OPENED, "from_state": None, "to_state": state})
        for _ in range(random.randint(0, 8)):
            if state not in STEPS:
                break
            kind, following = random.choice(STEPS[state])
            if kind == "rate":
                if not rated:
                    level, source = random.randint(1, 5), random.choice(("code", "code", "receipt"))
                    told.append({**about, "type": desk.EVALUATION_GIVEN, "level": level, "source": source})
                rated = True
                continue
            running = following not in ("draft", "not_accepted")
            told.append(
                {**about, "type": kind, "from_state": state, "to_state": following}
                | ({"due": due.isoformat()} if running else {})
            )
            state = following
    return told


def recount(told: list[dict[str, Any]], today: date) -> dict[str, Counter[str]]:
    """The same figures, from the beginning, by cases instead of by events."""
    found: dict[str, Counter[str]] = {village: Counter() for village in VILLAGES}
    by_case: dict[str, list[dict[str, Any]]] = {}
    for event in told:
        by_case.setdefault(event["case_id"], []).append(event)
    for events in by_case.values():
        line = found[events[0]["division"]]
        first = {event["type"]: event for event in reversed(events)}
        moves = [event for event in events if "to_state" in event]
        state, due = moves[-1]["to_state"], moves[-1].get("due")
        line["accepted"] += desk.CASE_ACCEPTED in first
        line["not_accepted"] += sum(event["type"] == desk.CASE_NOT_ACCEPTED for event in events)
        if decided := first.get(desk.CASE_DECIDED):
            line["decided"] += 1
            line["on_time"] += date.fromisoformat(decided["due"]) >= today
        rating = first.get(desk.EVALUATION_GIVEN)
        if rating and rating["source"] == "code":
            line += Counter(rated=1, satisfied=int(rating["level"] >= 3), levels=rating["level"])
            found[events[0]["division"]] = line
        line["in_work"] += state in ("draft", "supplement", "accepted", "suspended", "decided")
        line["paused"] += state in ("supplement", "suspended")
        line["running"] += state == "accepted"
        line["overdue"] += state == "accepted" and date.fromisoformat(due or "9999-01-01") < today
    return found


COUNTED = (
    "accepted", "not_accepted", "decided", "on_time", "rated", "satisfied", "levels", "in_work", "paused", "running", "overdue",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
async def test_figures_equal_a_recount_after_random_events_told_in_any_portions(service: Service, seed: int) -> None:
    random, today = Random(seed), service.clock.today()
    told = lives(random, today)
    rest = list(told)
    while rest:
        some = random.randint(1, 40)
        await service.deliver(rest[:some], source="desk")
        rest = rest[some:]
    expected = recount(told, today)
    shown = await cockpit(service, division=TOWNSHIP)
    by_village = {one["division"]: one["figures"] for one in shown["below"]}
    for village in VILLAGES:
        assert {name: by_village[village][name] for name in COUNTED} == {
            name: expected[village][name] for name in COUNTED
        }
    total = sum(expected.values(), Counter[str]())
    assert {name: shown["figures"][name] for name in COUNTED} == {name: total[name] for name in COUNTED}
    assert shown["months"][-1]["accepted"] == total["accepted"], "all of it happened this month"
    week = await cockpit(service, division=TOWNSHIP, week=today.isoformat())
    assert week["figures"]["decided"] == total["decided"]
    county = await cockpit(service)
    assert [one["figures"]["accepted"] for one in county["below"] if one["division"] == TOWNSHIP] == [total["accepted"]]


async def test_a_delivery_that_is_repeated_moves_no_figure(service: Service) -> None:
    await service.deliver(lives(Random(9), service.clock.today()), source="desk")
    before = await cockpit(service)
    pool = service.linli.database.pool
    last = await pool.fetchval("SELECT last_seq FROM inbox WHERE source = 'desk'")
    again = [
        {"specversion": "1.0", "id": str(new_id()), "source": "/desk", "type": desk.CASE_ACCEPTED, "subject": "",
         "time": service.clock.now().isoformat(), "tenant": "421202", "sequence": last,
         "data": {**CASE, "case_id": str(new_id()), "division": VILLAGES[0], "from_state": "draft", "to_state": "accepted"}}
    ]  # fmt: skip
    headers = {
        "X-Linli-Source": "desk",
        "X-Linli-Tenant": "421202",
        "X-Linli-After": str(last - 1),
        "X-Linli-Upto": str(last),
    }
    answer = await service.client.post("/internal/v1/events", json=again, headers=headers | service.auth("service"))
    assert answer.status_code == 204
    assert (await cockpit(service))["figures"] == before["figures"]


async def test_a_rating_whose_appeal_was_upheld_is_not_rated_again(service: Service) -> None:
    about = {**CASE, "case_id": str(new_id()), "division": VILLAGES[0]}
    await service.deliver(
        [
            {**about, "type": desk.CASE_DECIDED, "from_state": "accepted", "to_state": "decided"},
            {**about, "type": desk.EVALUATION_GIVEN, "level": 1, "source": "code"},
        ],
        source="desk",
    )
    figures = (await cockpit(service, division=VILLAGES[0]))["figures"]
    assert (figures["decided"], figures["rated"], figures["satisfied"]) == (1, 1, 0)
    await service.deliver([{**about, "type": desk.RECTIFICATION_MOVED, "level": 1, "state": "upheld"}], source="desk")
    figures = (await cockpit(service, division=VILLAGES[0]))["figures"]
    assert (figures["decided"], figures["rated"], figures["levels"]) == (1, 0, 0)


async def test_a_clock_of_a_whistle_counts_once_by_what_came_first(service: Service) -> None:
    about = {
        "whistle_id": str(new_id()),
        "division": VILLAGES[0],
        "category": "road",
        "urgency": "urgent",
        "from_state": None,
    }

    def event(kind: str, state: str, **more: Any) -> dict[str, Any]:
        return {**about, "type": kind, "to_state": state, "departments": ["交通局", "水利局"], **more}

    await service.deliver(
        [
            event(whistles.WHISTLED, "whistled"),
            event(whistles.REPORTED_IN, "handling", department="交通局"),
            event(whistles.ESCALATED, "handling", department="水利局", clock="report_in"),
            event(whistles.ESCALATED, "handling", department="水利局", clock="report_in"),
            event(whistles.REPORTED_IN, "handling", department="水利局"),
            event(whistles.SOLVED, "handling", department="交通局"),
        ],
        source="desk",
    )
    figures = (await cockpit(service, division=VILLAGES[0]))["figures"]
    assert (figures["whistles"], figures["whistles_open"]) == (1, 1)
    assert (figures["response_met"], figures["response_missed"], figures["solution_met"]) == (1, 1, 1)
    await service.deliver([event(whistles.CLOSED, "closed")], source="desk")
    figures = (await cockpit(service, division=VILLAGES[0]))["figures"]
    assert (figures["whistles_closed"], figures["whistles_open"]) == (1, 0)


async def test_what_villages_owe_is_counted_as_the_overview_of_disclosures_counts_it(service: Service) -> None:
    village = Disclosing(service)
    profile, today = service.linli.profiles.for_tenant("421202"), service.clock.today()
    await service.linli.database.pool.execute(
        "INSERT INTO disclosure_village (tenant, division, since) VALUES ('421202', $1, $2), ('421202', $3, $4)",
        village.division, date(today.year - 1, 1, 1), VILLAGES[1], date(today.year - 1, 8, 15),
    )  # fmt: skip
    months = [item for item in profile.supervision.disclosure.items if item.frequency == "monthly"]
    await village.publish(item=months[0].code, period_start=f"{today.year - 1}-01-01")
    await service.client.post(
        "/api/supervision/v1/disclosure-occasions",
        json={"division": village.division, "item": next(i.code for i in profile.supervision.disclosure.items if i.frequency == "at_once"), "day": f"{today.year - 1}-02-03", "title": "低保公示"},
        headers=village.people["village_official"],
    )  # fmt: skip
    assert WorkCalendar.official()
    for year in (today.year - 1, today.year):
        overview = (await rolled_up(service.linli.database, "421202", profile, TOWNSHIP, year, today))["total"]
        figures = (await cockpit(service, division=TOWNSHIP, year=year))["figures"]
        names = ("done", "late", "due", "missing")
        assert [figures[f"duties_{name}"] for name in names] == [overview[name] for name in names]
        assert figures["villages"] == overview["villages"]
    assert (await cockpit(service, division=TOWNSHIP))["figures"]["disclosures"] == 1


async def test_a_village_that_became_part_of_another_one_counts_there(service: Service) -> None:
    old, new = "421202105209", VILLAGES[0]
    told = {**CASE, "case_id": str(new_id()), "division": old, "from_state": "draft", "to_state": "accepted"}
    await service.deliver([{**told, "type": desk.CASE_ACCEPTED}], source="desk")
    service.linli.extra["succession"] = Succession([(old, new)])
    shown = await cockpit(service, division=TOWNSHIP)
    assert {one["division"]: one["figures"]["accepted"] for one in shown["below"]}[new] == 1
    assert (await cockpit(service, division=new))["figures"]["accepted"] == 1
    county = (await cockpit(service))["below"]
    assert {one["division"]: one["figures"]["accepted"] for one in county if one["figures"]["accepted"]} == {
        TOWNSHIP: 1
    }


async def test_the_registry_names_places_and_counts_people_and_is_missed_by_nothing_else(service: Service) -> None:
    part = {"division": VILLAGES[0], "division_name": "花坪村", "residents": 90, "actual": 80, "households": 30}
    service.neighbours.population = {"residents": 90, "actual": 80, "households": 30, "below": [part]}
    shown = await cockpit(service, division=TOWNSHIP)
    assert shown["registry"]
    assert shown["people"] == {"residents": 90, "actual": 80, "households": 30}
    assert {one["division"]: one["people"]["residents"] for one in shown["below"]} == {VILLAGES[0]: 90, VILLAGES[1]: 0}
    service.neighbours.registry_down = True
    shown = await cockpit(service, division=TOWNSHIP)
    assert (shown["registry"], shown["people"], shown["below"]) == (False, None, [])
    assert shown["figures"]["accepted"] == 0


async def test_an_area_beyond_the_own_one_is_not_found_and_flags_are_for_those_who_watch(service: Service) -> None:
    own = {"divisions": [TOWNSHIP]}
    assert (await cockpit(service, "township_officer", claims=own))["figures"]["flags_open"] is None
    assert (await cockpit(service))["figures"]["flags_open"] == 0
    for params, status in (
        ({"division": "421202105"}, 404),
        ({"division": "421202"}, 404),
        ({"division": "x"}, 422),
        ({"week": "2026-11-02", "year": 2026}, 422),
        ({"month": 13}, 422),
        ({"colour": "red"}, 422),
    ):
        answer = await service.client.get(PATH, params=params, headers=service.auth("township_officer", **own))
        assert answer.status_code == status, params
    assert (await service.client.get(PATH, headers=service.auth("clerk"))).status_code == 403
    assert (await service.client.get(PATH)).status_code == 401


async def test_the_weekly_report_is_a_paper_of_the_own_area_alone(service: Service) -> None:
    await service.deliver(lives(Random(4), service.clock.today(), 5), source="desk")
    headers = service.auth("township_officer", divisions=[TOWNSHIP])
    answer = await service.client.get(f"{PATH}/report", headers=headers)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    service.neighbours.registry_down = True
    assert (await service.client.get(f"{PATH}/report", headers=headers)).status_code == 200
    beyond = await service.client.get(f"{PATH}/report", params={"division": "421202105"}, headers=headers)
    assert beyond.status_code == 404
    assert (await service.client.get(f"{PATH}/report", headers=service.auth("clerk"))).status_code == 403
    malformed = await service.client.get(f"{PATH}/report", params={"week": "x"}, headers=headers)
    assert malformed.status_code == 422


async def test_meetings_of_villagers_groups_are_counted_apart(service: Service) -> None:
    village = Deciding(service)
    people = village.eligible(3)
    await village.meet(await village.open("group_meeting"), {"group_members": people})
    figures = (await cockpit(service, division=TOWNSHIP))["figures"]
    assert (figures["group_meetings"], figures["meetings"]) == (1, 0)


async def test_what_a_figure_counts_is_what_the_list_behind_it_shows(service: Service) -> None:
    supervisors = {village: service.auth("supervisor", divisions=[village]) for village in VILLAGES[:2]}
    for number, (village, headers) in enumerate(supervisors.items(), start=1):
        for day in range(1, number + 1):
            met = {"division": village, "day": f"{service.clock.today().year}-01-0{day}", "present": 3}
            body = {**met, "topics": "一季度账目", "decisions": "账目相符"}
            answer = await service.client.post("/api/supervision/v1/committee/meetings", json=body, headers=headers)
            assert answer.status_code == 201, answer.text
        order = {"division": village, "question": 1, "origin": "planned", "subject": "窗口服务态度"}
        one = (await service.client.post("/api/supervision/v1/inquiries", json=order, headers=headers)).json()
    closing = {"begin": "查看三天", "clear": "未发现问题"}
    for step, note in closing.items():
        path, match = f"/api/supervision/v1/inquiries/{one['id']}/{step}", {"If-Match": f'"{one["version"]}"'}
        one = (await service.client.post(path, json={"note": note}, headers=headers | match)).json()
    assert one["state"] == "closed"

    async def behind(path: str, **params: Any) -> int:
        headers = service.auth("county_admin", divisions=["421202"])
        answer = await service.client.get(f"/api/supervision/v1/{path}", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        return len(answer.json()["items"])

    for area, meetings, inquiries in (("421202", 3, 1), (TOWNSHIP, 3, 1), (VILLAGES[0], 1, 1), (VILLAGES[1], 2, 0)):
        figures = (await cockpit(service, division=area))["figures"]
        assert (figures["committee_meetings"], figures["inquiries_open"]) == (meetings, inquiries)
        assert await behind("committee/meetings", division=area) == meetings
        assert await behind("inquiries", division=area, open=True) == inquiries
    assert await behind("inquiries", division=VILLAGES[1]) == 1
    # An auditor of the prefecture works in one of its counties and reads in all.
    auditor, there = service.auth("auditor", tenant="421221"), {"county": "421202"}
    seen = await service.client.get("/api/supervision/v1/inquiries", params=there, headers=auditor)
    assert [found["division"] for found in seen.json()["items"]] == [VILLAGES[1], VILLAGES[0]]
    detail = await service.client.get(f"/api/supervision/v1/inquiries/{one['id']}", params=there, headers=auditor)
    assert [found["step"] for found in detail.json()["history"]] == ["begin", "clear"]
    elsewhere = service.auth("supervisor", divisions=[VILLAGES[2]])
    for path in ("committee/meetings", "inquiries"):
        found = await service.client.get(
            f"/api/supervision/v1/{path}", params={"division": VILLAGES[0]}, headers=elsewhere
        )
        assert found.json()["items"] == []
        bad = await service.client.get(f"/api/supervision/v1/{path}", params={"division": "x"}, headers=elsewhere)
        assert bad.status_code == 422


async def test_ranking_and_year_are_workbooks_of_numbers_and_no_name_becomes_a_formula(service: Service) -> None:
    told = {**CASE, "from_state": "draft", "to_state": "accepted", "type": desk.CASE_ACCEPTED}
    for times, village in enumerate(VILLAGES[:2], start=1):
        await service.deliver(
            [{**told, "case_id": str(new_id()), "division": village} for _ in range(times)], source="desk"
        )
    service.neighbours.place_name = '=HYPERLINK("http://evil","花坪村")'
    headers = service.auth("township_officer", divisions=[TOWNSHIP])

    async def sheet(**params: Any) -> Any:
        answer = await service.client.get(f"{PATH}/workbook", params=params, headers=headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["Content-Disposition"].startswith("attachment")
        return load_workbook(BytesIO(answer.content)).active

    ranking = await sheet(kind="ranking", by="accepted")
    column = [cell.value for cell in ranking[2]].index("受理（件）")
    places = [(row[0].value, row[1].value, row[column].value) for row in ranking.iter_rows(min_row=3, max_row=4)]
    assert places == [(1, VILLAGES[1], 2), (2, VILLAGES[0], 1)]
    assert {cell.data_type for row in ranking.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    assert ranking.cell(3, 3).value == "'" + service.neighbours.place_name
    yearly = await sheet(kind="yearly")
    assert [cell.value for cell in yearly[2]][:3] == ["区划代码", "地方", "公开村（居）务（次）"]
    assert [row[1].value for row in yearly.iter_rows(min_row=5, max_row=5)] == ["合计"]
    for params, status in (
        ({"kind": "x"}, 422),
        ({"kind": "ranking", "by": "colour"}, 422),
        ({}, 422),
        ({"kind": "yearly", "division": "421202105"}, 404),
    ):
        answer = await service.client.get(f"{PATH}/workbook", params=params, headers=headers)
        assert answer.status_code == status, params
    assert (await service.client.get(f"{PATH}/workbook?kind=yearly", headers=service.auth("clerk"))).status_code == 403


async def test_made_villages_have_a_year_of_figures_and_a_village_of_its_own_records_is_left_alone(
    service: Service,
) -> None:
    await service.linli.database.pool.execute(
        "INSERT INTO disclosure_village (tenant, division, since) VALUES ('421202', $1, $2)",
        VILLAGES[0], service.clock.today(),
    )  # fmt: skip
    today, profiles = service.clock.today(), service.linli.profiles
    for added in (2, 0):
        assert await volume.fill(service.database.owner_url, profiles, VILLAGES, today) == added
    shown = await cockpit(service, division="421202")
    figures = shown["figures"]
    assert figures["villages"] == len(VILLAGES)
    names = (
        "accepted",
        "in_work",
        "duties_done",
        "deliberations",
        "meetings",
        "committee_meetings",
        "inquiries_open",
        "whistles_open",
    )
    assert [name for name in names if not figures[name]] == []
    assert all(month["decided"] for month in shown["months"])
