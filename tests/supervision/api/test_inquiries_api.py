"""The supervision committee's inquiries, meetings and check list by the API."""

from datetime import date, datetime, time, timedelta
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import supervision as contract
from linli_kernel.ids import new_id
from linli_supervision.demo_inquiries import seed_inquiries
from linli_supervision.disclosures import reminding

INQUIRIES = "/api/supervision/v1/inquiries"
COMMITTEE = "/api/supervision/v1/committee"
VILLAGE, ELSEWHERE = "421202104221", "421202104217"
ORDER = {"division": VILLAGE, "question": 1, "origin": "planned", "group": "discipline", "subject": "窗口服务态度"}


async def planned(service: Any, **changed: Any) -> Any:
    return await service.client.post(INQUIRIES, json=ORDER | changed, headers=service.auth("supervisor"))


async def step(service: Any, one: dict[str, Any], name: str, role: str, note: str = "已核实") -> Any:
    headers = service.auth(role) | {"If-Match": f'"{one["version"]}"'}
    return await service.client.post(f"{INQUIRIES}/{one['id']}/{name}", json={"note": note}, headers=headers)


async def test_a_problem_is_closed_only_after_it_was_put_right_and_checked_again(service: Any) -> None:
    one = (await planned(service)).json()
    assert (one["state"], one["title"]["zh"], one["steps"]) == ("planned", "一问社区服务优劣，查纪律", ["begin"])
    assert (await step(service, one, "accept", "supervisor")).json()["code"] == "supervision.inquiry_state"
    one = (await step(service, one, "begin", "supervisor")).json()
    assert (await step(service, one, "object", "supervisor", "号码13912345678")).status_code == 422
    one = (await step(service, one, "object", "supervisor", "上午无人值守")).json()
    assert one["state"] == "rectifying"
    assert one["due"] > service.clock.today().isoformat()
    assert (await step(service, one, "rectify", "supervisor")).status_code == 403
    one = (await step(service, one, "rectify", "village_official", "已排值班表")).json()
    assert (await step(service, one, "accept", "village_official")).status_code == 403
    one = (await step(service, one, "reject", "supervisor", "值班表没有执行")).json()
    assert one["state"] == "rectifying"
    service.clock.move(timedelta(days=40))
    [listed] = (await service.client.get(f"{INQUIRIES}?state=rectifying", headers=service.auth("auditor"))).json()[
        "items"
    ]
    assert listed["overdue"] is True
    one = (await step(service, one, "rectify", "village_official", "已执行")).json()
    assert (await step(service, one | {"version": 1}, "accept", "supervisor")).status_code == 412
    one = (await step(service, one, "accept", "supervisor", "连续两周在岗")).json()
    assert (one["state"], one["steps"]) == ("closed", [])
    assert [done["step"] for done in one["history"]] == ["begin", "object", "rectify", "reject", "rectify", "accept"]


async def test_nobody_looks_again_at_the_own_work_under_another_post_or_account(service: Any) -> None:
    official, second, other = (str(new_id()) for _ in range(3))
    service.neighbours.one_person = [{official, second}]

    async def take(one: dict[str, Any], name: str, role: str, who: str) -> Any:
        headers = service.auth(role, sub=who) | {"If-Match": f'"{one["version"]}"'}
        return await service.client.post(f"{INQUIRIES}/{one['id']}/{name}", json={"note": "已核实"}, headers=headers)

    one = (await planned(service)).json()
    for name in ("begin", "object"):
        one = (await take(one, name, "supervisor", other)).json()
    one = (await take(one, "rectify", "village_official", official)).json()
    for who in (official, second):
        for name in ("accept", "reject"):
            refused = await take(one, name, "supervisor", who)
            assert (refused.status_code, refused.json()["code"]) == (403, "supervision.own_work")
    service.neighbours.registry_down = True
    assert (await take(one, "accept", "supervisor", other)).status_code == 503
    service.neighbours.registry_down = False
    assert (await take(one, "accept", "supervisor", other)).json()["state"] == "closed"


async def test_inquiries_belong_to_the_place_and_to_its_rules(service: Any) -> None:
    one = (await planned(service)).json()
    stranger = service.auth("supervisor", divisions=[ELSEWHERE])
    assert (await service.client.get(f"{INQUIRIES}/{one['id']}", headers=stranger)).status_code == 404
    assert (await service.client.post(INQUIRIES, json=ORDER, headers=stranger)).status_code == 404
    assert (await service.client.get(INQUIRIES, headers=stranger)).json()["items"] == []
    for role, status in (("clerk", 403), ("resident", 403), ("auditor", 200), ("village_official", 200)):
        assert (await service.client.get(INQUIRIES, headers=service.auth(role))).status_code == status
    assert (await service.client.get(INQUIRIES)).status_code == 401
    wrong = [
        {"question": 5},
        {"group": "nobody"},
        {"origin": "random"},
        {"draw": {"count": 1, "days": 1}},
        {"subject": " "},
    ]
    for one_wrong in wrong:
        assert (await planned(service, **one_wrong)).status_code == 422


async def test_the_committee_shows_its_meetings_and_how_many_of_the_five_things_it_has(service: Any) -> None:
    headers = service.auth("supervisor")
    today = service.clock.today()
    meeting = {
        "division": VILLAGE,
        "day": today.isoformat(),
        "present": 3,
        "topics": "三季度账目",
        "decisions": "账目相符",
    }
    assert (await service.client.post(f"{COMMITTEE}/meetings", json=meeting, headers=headers)).status_code == 201
    late = meeting | {"day": (today + timedelta(days=1)).isoformat()}
    assert (await service.client.post(f"{COMMITTEE}/meetings", json=late, headers=headers)).status_code == 422
    met = {"division": VILLAGE, "met": True, "note": "村部二楼"}
    for _ in range(2):
        assert (await service.client.put(f"{COMMITTEE}/checks/place", json=met, headers=headers)).status_code == 204
    assert (await service.client.put(f"{COMMITTEE}/checks/nothing", json=met, headers=headers)).status_code == 404
    for role in ("village_official", "auditor", "clerk"):
        refused = await service.client.put(f"{COMMITTEE}/checks/place", json=met, headers=service.auth(role))
        assert refused.status_code == 403
    path = f"{COMMITTEE}?division={VILLAGE}"
    told = (await service.client.get(path, headers=service.auth("township_officer"))).json()
    assert (told["score"], len(told["checks"]), len(told["groups"]), len(told["questions"])) == (1, 5, 3, 4)
    assert told["quarters"][(today.month - 1) // 3] == 1
    assert [one["decisions"] for one in told["meetings"]] == ["账目相符"]
    assert told["meetings"][0]["recorded_at"][:10] == service.clock.now().date().isoformat()
    stranger = service.auth("supervisor", divisions=[ELSEWHERE])
    assert (await service.client.get(path, headers=stranger)).status_code == 404
    assert (await service.client.get(f"{COMMITTEE}?division=1", headers=headers)).status_code == 422


async def test_a_finding_near_its_day_and_after_it_is_told_once_and_a_new_clock_anew(service: Any) -> None:
    async def told() -> list[tuple[str, int]]:
        await reminding.look(service.linli.database, "421202", service.linli.profiles.for_tenant("421202"), "421202")
        events = await service.outbox(contract.OVERSIGHT_REMINDED)
        return [(one["state"], one["days"]) for one in events if one["inquiry_id"] == one_id]

    one = (await planned(service)).json()
    one_id = one["id"]
    one = (await step(service, one, "begin", "supervisor")).json()
    one = (await step(service, one, "object", "supervisor", "上午无人值守")).json()
    due = date.fromisoformat(one["due"])
    assert await told() == []
    service.clock.set(datetime.combine(due - timedelta(days=2), time(9)))
    assert await told() == [("due", 2)] == await told()
    service.clock.set(datetime.combine(due + timedelta(days=1), time(9)))
    assert await told() == [("due", 2), ("missing", -1)] == await told()
    one = (await step(service, one, "rectify", "village_official", "已排班")).json()
    one = (await step(service, one, "reject", "supervisor", "没有执行")).json()
    service.clock.set(datetime.combine(date.fromisoformat(one["due"]), time(9)))
    assert (await told())[2:] == [("due", 0)]


async def test_a_committee_that_has_not_met_is_told_once_in_the_quarters_last_days(service: Any) -> None:
    async def told() -> list[str]:
        await reminding.look(service.linli.database, "421202", service.linli.profiles.for_tenant("421202"), "421202")
        events = await service.outbox(contract.OVERSIGHT_REMINDED)
        return [one["division"] for one in events if one["what"] == "meeting"]

    body = {"division": VILLAGE, "since": "2026-01-01"}
    service.neighbours.divisions = {VILLAGE: "village", ELSEWHERE: "village"}
    for village in (VILLAGE, ELSEWHERE):
        order = body | {"division": village}
        made = await service.client.post(
            "/api/supervision/v1/disclosure-villages", json=order, headers=service.auth("county_admin")
        )
        assert made.status_code in (200, 201), made.text
    service.clock.set(datetime(2026, 6, 15, 9))  # noqa: DTZ001 - read as China's time
    assert await told() == []
    meeting = {"division": VILLAGE, "day": "2026-06-15", "present": 3, "topics": "账目", "decisions": "相符"}
    kept = await service.client.post(f"{COMMITTEE}/meetings", json=meeting, headers=service.auth("supervisor"))
    assert kept.status_code == 201, kept.text
    service.clock.set(datetime(2026, 6, 25, 9))  # noqa: DTZ001
    assert await told() == [ELSEWHERE] == await told()


async def test_the_demo_shows_inquiries_in_three_states_once(service: Any) -> None:
    profile = service.linli.profiles.for_tenant("421202")
    now = datetime(2026, 11, 22, 9, tzinfo=SHANGHAI)
    made = [await seed_inquiries(service.linli.database, profile, "421202", VILLAGE, now) for _ in range(2)]
    assert made == [3, 0]
    service.clock.set(datetime(2026, 11, 22, 9))  # noqa: DTZ001
    listed = (await service.client.get(INQUIRIES, headers=service.auth("supervisor"))).json()["items"]
    assert sorted(one["state"] for one in listed) == ["closed", "planned", "rectifying"]
    assert not any(one["overdue"] for one in listed)
