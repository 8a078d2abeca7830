"""What will be overdue, several cases with one command, and handing over to a colleague."""

from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_services_desk.reminders.scheduler import Scheduler

from tests.services_desk.flow import accepted_case, decided_case

API = "/api/desk/v1"


async def test_a_leader_sees_what_will_be_overdue_by_department_person_and_day(
    app: Any, hire: Any, clerk: Any, clock: FrozenClock
) -> None:
    case = await accepted_case(hire, clerk)
    leader = hire(Role.TOWNSHIP_OFFICER)
    listed = (await leader.get(f"{API}/outlook", params={"holder": str(clerk.subject)})).json()["items"]
    assert [item["id"] for item in listed] == [case["id"]]
    assert (listed[0]["due"], listed[0]["overdue"], listed[0]["holder_name"]) == ("2026-12-07", False, "clerk")
    department = listed[0]["department"]
    for params, expected in (
        ({"department": department, "holder": str(clerk.subject)}, 1),
        ({"department": "没有的局", "holder": str(clerk.subject)}, 0),
        ({"day": "2026-12-07", "holder": str(clerk.subject)}, 1),
        ({"day": "2026-12-08", "holder": str(clerk.subject)}, 0),
        ({"upto": "2026-12-04", "holder": str(clerk.subject)}, 0),
    ):
        assert len((await leader.get(f"{API}/outlook", params=params)).json()["items"]) == expected, params
    clock.move(timedelta(days=15))
    figures = (await leader.get(f"{API}/outlook/figures")).json()
    load = next(item for item in figures["items"] if item["holder"] == str(clerk.subject))
    assert (load["cases"], load["holder_name"], load["department"]) == (1, "clerk", department)
    assert figures["overdue"] >= 1


async def test_a_case_that_came_back_to_the_window_stays_in_sight_until_its_deadline_and_after_it(
    app: Any, hire: Any, clerk: Any, clock: FrozenClock
) -> None:
    case = await accepted_case(hire, clerk)
    await hire(Role.VILLAGE_OFFICIAL).do(case["id"], "return", {"reason": "请核对账号"})
    leader, mine = hire(Role.TOWNSHIP_OFFICER), {"holder": str(clerk.subject)}
    listed = (await leader.get(f"{API}/outlook", params=mine)).json()["items"]
    assert [(item["id"], item["due"]) for item in listed] == [(case["id"], "2026-12-07")]
    clock.move(timedelta(days=15))
    figures = (await leader.get(f"{API}/outlook/figures")).json()
    assert [item["cases"] for item in figures["items"] if item["holder"] == str(clerk.subject)] == [1]
    late = (await leader.get(f"{API}/cases", params={"clock": "overdue", "limit": 200})).json()["items"]
    assert case["id"] in [item["id"] for item in late]
    await Scheduler(app.state.linli.database, app.state.desk).look()
    kinds = await app.state.linli.database.pool.fetch("SELECT step, kind FROM reminder WHERE case_id = $1", case["id"])
    assert ("window", "overdue-1-village_official") in [(row["step"], row["kind"]) for row in kinds]


async def test_the_outlook_pages_through_all_cases_in_the_order_of_their_deadlines(hire: Any, clerk: Any) -> None:
    made = {(await accepted_case(hire, clerk))["id"] for _ in range(3)}
    leader = hire(Role.COUNTY_ADMIN)
    params: dict[str, Any] = {"holder": str(clerk.subject), "limit": 2}
    first = (await leader.get(f"{API}/outlook", params=params)).json()
    second = (await leader.get(f"{API}/outlook", params={**params, "cursor": first["next_cursor"]})).json()
    assert {item["id"] for item in first["items"] + second["items"]} == made
    assert second["next_cursor"] is None


async def test_the_outlook_is_for_leaders_within_their_scope(hire: Any, clerk: Any, stranger: Any) -> None:
    await accepted_case(hire, clerk)
    params = {"holder": str(clerk.subject)}
    for page in ("outlook", "outlook/figures"):
        assert (await clerk.get(f"{API}/{page}")).status_code == 403
        assert (await hire(Role.VILLAGE_OFFICIAL).get(f"{API}/{page}", params={"upto": "soon"})).status_code == 422
    for elsewhere in (
        hire(Role.VILLAGE_OFFICIAL, divisions=["421202104222"]),
        hire(Role.COUNTY_ADMIN, tenant="511681", divisions=["511681"]),
        hire(Role.DEPARTMENT_OFFICER, department="医保局"),
    ):
        assert (await elsewhere.get(f"{API}/outlook", params=params)).json()["items"] == []
        assert str(clerk.subject) not in (await elsewhere.get(f"{API}/outlook/figures")).text


async def test_one_command_on_several_cases_does_what_it_can_and_says_what_it_could_not(
    app: Any, hire: Any, clerk: Any
) -> None:
    good, stale, decided = await accepted_case(hire, clerk), await accepted_case(hire, clerk), await decided_case(hire)
    unknown = str(new_id())
    official = hire(Role.VILLAGE_OFFICIAL)
    order = {
        "command": "complete-step",
        "comment": "入户核实",
        "items": [
            {"case_id": good["id"], "version": good["version"]},
            {"case_id": stale["id"], "version": 1},
            {"case_id": decided["id"], "version": decided["version"]},
            {"case_id": unknown, "version": 1},
        ],
    }
    answer = (await official.post(f"{API}/cases/batch", order)).json()
    results = {item["case_id"]: item for item in answer["items"]}
    assert answer["done"] == 1
    assert results[good["id"]]["done"] is True
    assert {key: results[key]["code"] for key in (stale["id"], decided["id"], unknown)} == {
        stale["id"]: "stale_version", decided["id"]: "desk.step_not_waiting", unknown: "not_found",
    }  # fmt: skip
    assert (await clerk.case(good["id"]))["state"] == "handling"
    assert (await clerk.case(stale["id"]))["state"] == "accepted"
    told = await app.state.linli.database.pool.fetch(
        "SELECT subject FROM outbox WHERE type = 'cn.linli.desk.case.step-completed.v1' AND subject = ANY($1)",
        [good["id"], stale["id"], unknown],
    )
    assert [row["subject"] for row in told] == [good["id"]], "a refused case is not announced"


async def test_a_batch_needs_the_permission_of_its_command(hire: Any, clerk: Any) -> None:
    case = await decided_case(hire, clerk)
    order = {"command": "deliver", "items": [{"case_id": case["id"], "version": case["version"]}]}
    department = hire(Role.DEPARTMENT_OFFICER)
    assert (await department.post(f"{API}/cases/batch", order)).status_code == 403
    assert (await hire(Role.GRID_WORKER).post(f"{API}/cases/batch", order)).status_code == 403
    assert (await clerk.post(f"{API}/cases/batch", order)).json()["done"] == 1


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"command": "decide", "items": [{"case_id": str(new_id()), "version": 1}]},
        {"command": "close", "items": []},
        {"command": "close", "items": [{"case_id": "x", "version": 1}]},
        {"command": "close", "items": [{"case_id": "01990000-0000-7000-8000-000000000009", "version": 1}] * 2},
    ],
)
async def test_a_malformed_batch_is_refused(clerk: Any, order: dict[str, Any]) -> None:
    assert (await clerk.post(f"{API}/cases/batch", order)).status_code == 422


def colleague(neighbours: Any, person: Any, name: str = "李强") -> None:
    neighbours.colleagues.append({"id": str(person.subject), "name": name, "role": "clerk", "title": "综合窗口"})


async def test_everything_in_hand_goes_to_a_colleague_at_once(hire: Any, neighbours: Any) -> None:
    leaving, coming = hire(Role.CLERK), hire(Role.CLERK)
    colleague(neighbours, coming)
    colleague(neighbours, leaving, "王敏")
    draft = await leaving.open("80周岁以上老年人高龄津贴发放")
    running = await accepted_case(hire, leaving)
    listed = (await leaving.get(f"{API}/colleagues")).json()["items"]
    assert [one["name"] for one in listed] == ["李强"], "oneself is nobody to hand over to"
    answer = (await leaving.post(f"{API}/cases/hand-over", {"everything": True, "to": str(coming.subject)})).json()
    assert answer["done"] == 2
    mine = (await coming.get(f"{API}/cases?mine=true")).json()["items"]
    assert draft["id"] in {item["id"] for item in mine}
    assert draft["id"] not in str((await leaving.get(f"{API}/cases?mine=true")).json())
    assert (await coming.case(running["id"]))["history"][-1]["command"] == "hand-over"
    assert (await coming.get(f"{API}/notices/unread")).json()["latest"][0]["topic"] == "hand_over"


async def test_only_what_is_in_ones_hands_is_handed_over_unless_one_leads_the_hall(hire: Any, neighbours: Any) -> None:
    holder, other = hire(Role.CLERK), hire(Role.CLERK)
    colleague(neighbours, other)
    case = await accepted_case(hire, holder)
    order = {"case_ids": [case["id"]], "to": str(other.subject)}
    refused = (await hire(Role.CLERK).post(f"{API}/cases/hand-over", order)).json()
    assert refused["items"][0]["code"] == "desk.not_in_your_hands"
    led = (await hire(Role.VILLAGE_OFFICIAL).post(f"{API}/cases/hand-over", order)).json()
    assert led["done"] == 1
    assert (await hire(Role.DEPARTMENT_OFFICER).post(f"{API}/cases/hand-over", order)).status_code == 403
    abroad = hire(Role.CLERK, tenant="511681", divisions=["511681002001"])
    assert (await abroad.post(f"{API}/cases/hand-over", order)).json()["items"][0]["code"] == "not_found"


async def test_a_case_is_handed_over_only_to_a_colleague_of_the_same_desk(hire: Any, clerk: Any) -> None:
    case = await accepted_case(hire, clerk)
    for order in (
        {"case_ids": [case["id"]], "to": str(new_id())},
        {"case_ids": [case["id"]], "to": str(clerk.subject)},
        {"case_ids": [case["id"]]},
        {"to": str(new_id())},
    ):
        assert (await clerk.post(f"{API}/cases/hand-over", order)).status_code == 422
