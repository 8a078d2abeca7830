"""Notices reach whom they are for, once; messages go out when a phone may ring, once."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI, FrozenClock
from linli_kernel.errors import Unavailable
from linli_kernel.identity import Role
from linli_kernel.testing import VILLAGE
from linli_services_desk.notices.domain import Audience, after_quiet_hours, sms_templates, staff_templates
from linli_services_desk.notices.service import Telling, tell_staff
from linli_services_desk.notices.sms import DemoSms, SmsQueue

from tests.services_desk.flow import ALLOWANCE, decided_case

API = "/api/desk/v1"
FACTS = {"matter": "高龄津贴", "number": "A-1", "step": "核实", "step_en": "check", "due": "2026-12-07", "days": 1}


class Flaky:
    """An adapter that takes the message and then does not answer, the first `failures` times."""

    def __init__(self, inner: DemoSms, failures: int) -> None:
        self.inner, self.failures = inner, failures
        self.calls = 0

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        self.calls += 1
        await self.inner.send(tenant, key, phone, text)
        if self.calls <= self.failures:
            raise Unavailable


async def tell(app: Any, key: str, audience: Audience, template: str = "case.due_soon") -> None:
    async with app.state.linli.database.transaction("421202") as tx:
        tell_staff(tx, Telling(key, template, audience, FACTS))


async def drain(queue: SmsQueue) -> None:
    while await queue.send_due():
        pass


async def rows(app: Any, statement: str, *values: Any) -> list[Any]:
    found: list[Any] = await app.state.linli.database.pool.fetch(statement, *values)
    return found


async def test_a_notice_to_a_role_reaches_that_role_over_the_village_and_nobody_else(app: Any, hire: Any) -> None:
    await tell(app, "role-1", Audience(VILLAGE, role="village_official"))
    await tell(app, "role-1", Audience(VILLAGE, role="village_official"))

    async def sees(role: Role, **claims: Any) -> int:
        items = (await hire(role, **claims).get(f"{API}/notices?limit=200")).json()["items"]
        return sum(1 for item in items if item["title"] == "“高龄津贴”还剩 1 个工作日" and item["case_id"] is None)

    assert await sees(Role.VILLAGE_OFFICIAL) == 1, "the same key is told once"
    assert await sees(Role.CLERK) == 0
    assert await sees(Role.VILLAGE_OFFICIAL, divisions=["421202104222"]) == 0
    assert await sees(Role.VILLAGE_OFFICIAL, tenant="511681", divisions=["511681002001"]) == 0


async def test_a_departments_notice_is_not_seen_by_another_department(app: Any, hire: Any) -> None:
    await tell(app, "department-1", Audience(VILLAGE, role="department_officer", department="民政局"))
    for department, expected in (("民政局", 1), ("医保局", 0)):
        officer = hire(Role.DEPARTMENT_OFFICER, department=department)
        items = (await officer.get(f"{API}/notices")).json()["items"]
        assert sum(1 for item in items if item["topic"] == "reminder") == expected


async def test_reading_a_notice_is_ones_own_affair(app: Any, hire: Any) -> None:
    one, other = hire(Role.BOOKKEEPER), hire(Role.BOOKKEEPER)
    await tell(app, "read-1", Audience(VILLAGE, role="bookkeeper"))
    unread = (await one.get(f"{API}/notices/unread")).json()
    assert unread["count"] == 1
    marked = await one.post(f"{API}/notices/read", {"ids": [unread["latest"][0]["id"]]})
    assert marked.json() == {"read": 1, "more": False}
    assert (await one.post(f"{API}/notices/read", {"everything": True})).json()["read"] == 0
    assert (await one.get(f"{API}/notices/unread")).json()["count"] == 0
    assert (await one.get(f"{API}/notices?unread=true")).json()["items"] == []
    assert (await other.get(f"{API}/notices/unread")).json()["count"] == 1


async def test_everything_is_marked_in_bounded_portions_the_newest_first(
    app: Any, hire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linli_services_desk.notices.endpoints.MARKED_AT_ONCE", 2)
    reader = hire(Role.GRID_WORKER)
    for number in range(3):
        await tell(app, f"portion-{number}", Audience(VILLAGE, account=reader.subject))
    newest = [item["id"] for item in (await reader.get(f"{API}/notices")).json()["items"]]
    everything = {"everything": True}
    assert (await reader.post(f"{API}/notices/read", everything)).json() == {"read": 2, "more": True}
    assert [item["id"] for item in (await reader.get(f"{API}/notices?unread=true")).json()["items"]] == newest[2:]
    assert (await reader.post(f"{API}/notices/read", everything)).json() == {"read": 1, "more": False}


async def test_somebody_elses_notice_cannot_be_marked(app: Any, hire: Any) -> None:
    owner, thief = hire(Role.GRID_WORKER), hire(Role.GRID_WORKER)
    await tell(app, "own-1", Audience(VILLAGE, account=owner.subject))
    notice = (await owner.get(f"{API}/notices")).json()["items"][0]["id"]
    assert (await thief.post(f"{API}/notices/read", {"ids": [notice]})).json()["read"] == 0
    assert (await owner.get(f"{API}/notices/unread")).json()["count"] == 1


async def test_a_muted_topic_does_not_call_but_stays_in_the_list(app: Any, hire: Any) -> None:
    reader = hire(Role.CUSTODIAN)
    await tell(app, "mute-1", Audience(VILLAGE, role="custodian"))
    assert (
        await reader.http.put(f"{API}/notice-preferences", json={"muted": ["reminder"]}, headers=reader.headers)
    ).status_code == 200
    assert (await reader.get(f"{API}/notices/unread")).json()["count"] == 0
    assert len((await reader.get(f"{API}/notices")).json()["items"]) == 1
    await tell(app, "mute-2", Audience(VILLAGE, role="custodian"), "case.overdue")
    assert (await reader.get(f"{API}/notices/unread")).json()["count"] == 1, "an escalation cannot be silenced"
    refused = await reader.http.put(f"{API}/notice-preferences", json={"muted": ["escalation"]}, headers=reader.headers)
    assert refused.status_code == 422


@pytest.mark.parametrize(
    "body", [{}, {"ids": [], "everything": False}, {"ids": ["x"]}, {"everything": True, "more": 1}]
)
async def test_a_malformed_mark_is_refused(hire: Any, body: dict[str, Any]) -> None:
    assert (await hire(Role.CLERK).post(f"{API}/notices/read", body)).status_code == 422


async def test_a_decision_is_told_to_the_phone_once_although_the_adapter_fails_after_taking_it(
    app: Any, hire: Any, neighbours: Any
) -> None:
    case = await decided_case(hire)
    database, desk = app.state.linli.database, app.state.desk
    flaky = Flaky(DemoSms(database), failures=2)
    queue = SmsQueue(database, desk, flaky)
    for _ in range(4):
        await drain(queue)
        database.clock.move(timedelta(minutes=30))
    key = f"case.decided:{case['id']}"
    sent = await rows(app, "SELECT * FROM demo_sms WHERE key LIKE $1 || '%'", key)
    assert len(sent) == 1
    assert "/e/421202." in sent[0]["text"]
    assert "138****5678" in sent[0]["phone_masked"].replace("●", "*")
    assert "张桂兰" not in sent[0]["text"]
    state = await rows(app, "SELECT state, attempts FROM sms_message WHERE case_id = $1", case["id"])
    assert [(row["state"]) for row in state] == ["sent"]


class Waiting:
    """An adapter that answers nobody before `together` messages are on their way."""

    def __init__(self, together: int) -> None:
        self._barrier = asyncio.Barrier(together)
        self.keys: list[str] = []

    async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
        self.keys.append(key)
        async with asyncio.timeout(5):
            await self._barrier.wait()


async def test_messages_to_different_people_do_not_wait_for_each_other(app: Any, hire: Any) -> None:
    database, desk = app.state.linli.database, app.state.desk
    await drain(SmsQueue(database, desk, DemoSms(database)))
    cases = [await decided_case(hire) for _ in range(2)]
    side_by_side = Waiting(together=2)
    await SmsQueue(database, desk, side_by_side).send_due()
    assert sorted(key.split(":")[1] for key in side_by_side.keys) == sorted(case["id"] for case in cases)
    states = "SELECT state FROM sms_message WHERE case_id = any($1::uuid[])"
    assert [row["state"] for row in await rows(app, states, [case["id"] for case in cases])] == ["sent", "sent"]


async def test_one_person_is_told_in_the_order_in_which_it_happened(app: Any, hire: Any) -> None:
    database, desk = app.state.linli.database, app.state.desk
    await drain(SmsQueue(database, desk, DemoSms(database)))
    clerk = hire(Role.CLERK)
    case = await clerk.open(ALLOWANCE, form={"bank_account": "6217001234567890123"}, channel="telephone")
    await clerk.tick_all(case["id"])
    await clerk.do(case["id"], "accept")
    await hire(Role.VILLAGE_OFFICIAL).do(case["id"], "steps/village_check/complete")
    await hire(Role.TOWNSHIP_OFFICER).do(case["id"], "decide", {"outcome": "approved"})
    told = Waiting(together=1)
    await drain(SmsQueue(database, desk, told))
    assert [key.split(":")[0] for key in told.keys] == ["case.accepted", "case.decided"]


async def test_two_processes_send_a_message_once(app: Any, hire: Any) -> None:
    case = await decided_case(hire)
    database, desk = app.state.linli.database, app.state.desk
    counting = Flaky(DemoSms(database), failures=0)
    await asyncio.gather(*(drain(SmsQueue(database, desk, counting)) for _ in range(4)))
    sent = await rows(app, "SELECT count(*) AS n FROM sms_message WHERE case_id = $1 AND state = 'sent'", case["id"])
    assert sent[0]["n"] == 1
    attempts = await rows(app, "SELECT attempts FROM sms_message WHERE case_id = $1", case["id"])
    assert attempts[0]["attempts"] == 1


async def test_a_message_that_was_being_sent_when_its_process_died_is_taken_up_again(app: Any, hire: Any) -> None:
    case = await decided_case(hire)
    database, desk = app.state.linli.database, app.state.desk
    await rows(app, "UPDATE sms_message SET state = 'sending', attempts = 1, not_before = $2 WHERE case_id = $1",
               case["id"], database.clock.now() + timedelta(minutes=1))  # fmt: skip
    await drain(SmsQueue(database, desk, DemoSms(database)))
    state = "SELECT state FROM sms_message WHERE case_id = $1"
    assert (await rows(app, state, case["id"]))[0]["state"] == "sending", "the lease still runs"
    database.clock.move(timedelta(minutes=2))
    await drain(SmsQueue(database, desk, DemoSms(database)))
    assert (await rows(app, state, case["id"]))[0]["state"] == "sent"


async def test_no_phone_rings_at_night(app: Any, hire: Any, clock: FrozenClock) -> None:
    clock.set(datetime(2026, 11, 23, 22, 30, tzinfo=SHANGHAI))
    case = await decided_case(hire)
    database, desk = app.state.linli.database, app.state.desk
    queue = SmsQueue(database, desk, DemoSms(database))
    await drain(queue)
    clock.set(datetime(2026, 11, 24, 6, 59, tzinfo=SHANGHAI))
    await drain(queue)
    assert not await rows(app, "SELECT 1 FROM demo_sms WHERE key LIKE '%' || $1 || '%'", str(case["id"]))
    clock.set(datetime(2026, 11, 24, 7, 0, tzinfo=SHANGHAI))
    await drain(queue)
    assert await rows(app, "SELECT 1 FROM demo_sms WHERE key LIKE '%' || $1 || '%'", str(case["id"]))


@pytest.mark.parametrize(
    ("hour", "quiet", "expected"),
    [
        (21, (22, 7), (23, 21)),
        (22, (22, 7), (24, 7)),
        (3, (22, 7), (23, 7)),
        (13, (12, 14), (23, 14)),
        (5, (0, 0), (23, 5)),
    ],
)
def test_quiet_hours_end_where_the_profile_says(hour: int, quiet: tuple[int, int], expected: tuple[int, int]) -> None:
    ring = after_quiet_hours(datetime(2026, 11, 23, hour, tzinfo=SHANGHAI), *quiet)
    assert (ring.day, ring.hour) == expected


async def test_a_resident_who_wants_no_messages_gets_none(app: Any, hire: Any, neighbours: Any, clerk: Any) -> None:
    case = await decided_case(hire)
    path = f"{API}/residents/{case['resident_id']}/notice-preferences"
    assert (await clerk.put(path, {"sms": False})).json() == {"sms": False, "language": "zh"}
    assert (await clerk.get(path)).json()["sms"] is False
    database, desk = app.state.linli.database, app.state.desk
    await drain(SmsQueue(database, desk, DemoSms(database)))
    assert (await clerk.put(path, {"sms": True})).status_code == 200
    state = await rows(app, "SELECT state FROM sms_message WHERE case_id = $1", case["id"])
    assert state[0]["state"] == "declined"


async def test_a_residents_wishes_are_noted_only_by_those_who_deal_with_them(hire: Any, stranger: Any) -> None:
    case = await decided_case(hire)
    path = f"{API}/residents/{case['resident_id']}/notice-preferences"
    assert (await stranger.put(path, {"sms": False})).status_code == 404
    assert (await stranger.get(path)).status_code == 404
    assert (await hire(Role.AUDITOR).put(path, {"sms": False})).status_code == 403
    assert (await hire(Role.CLERK).put(path, {"sms": "no"})).status_code == 422


async def test_messages_are_read_by_nobody_who_handles_cases(app: Any, hire: Any) -> None:
    await decided_case(hire)
    database, desk = app.state.linli.database, app.state.desk
    await drain(SmsQueue(database, desk, DemoSms(database)))
    for role in (Role.CLERK, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.DEPARTMENT_OFFICER):
        for page in ("sms-messages", "sms-messages/demo"):
            assert (await hire(role).get(f"{API}/{page}")).status_code == 403
    county = hire(Role.COUNTY_ADMIN)
    listed = (await county.get(f"{API}/sms-messages?state=sent")).json()["items"]
    assert listed
    assert "/e/" not in str(listed)
    assert "/e/421202." in str((await county.get(f"{API}/sms-messages/demo")).json())
    assert (await county.get(f"{API}/sms-messages?state=lost")).status_code == 422
    abroad = hire(Role.COUNTY_ADMIN, tenant="511681", divisions=["511681"])
    # The other county may have messages of its own by now.
    assert "421202" not in str((await abroad.get(f"{API}/sms-messages/demo")).json())


def test_every_template_can_be_filled_with_the_facts_it_is_given() -> None:
    facts = {
        **FACTS,
        "case_id": "x",
        "level": 1,
        "count": 2,
        "place": "咸宁",
        "outcome": "同意",
        "outcome_en": "ok",
        "link": "l",
        "whistle_id": "x",
        "category": "道路桥涵",
        "category_en": "roads",
        "department": "水利局",
        "material": "近照",
        "materials": "近照",
        "item": "财务收支",
        "item_en": "accounts",
        "disclosure_id": "x",
        "division": "421202104221",
        "matter_en": "old age allowance",
        "village": "花坪村",
        "stop": "s",
        "inquiry_id": "x",
        "flag_id": "x",
        "deliberation_id": "x",
        "at": "11月30日9时",
        "at_en": "30 November, 9:00",
        "hall": "村部",
        "form": "民情恳谈会",
        "form_en": "residents' talk",
        "receipt": "x",
    }
    for staff in staff_templates().values():
        assert staff.title.filled(facts).zh
        assert staff.body.filled(facts).en
        assert staff.link.format(**facts)
    for sms in sms_templates().values():
        assert "{" not in sms.text.filled(facts).zh + sms.text.filled(facts).en


def test_what_an_applicant_gets_by_message_stands_among_the_own_news_too() -> None:
    """Those who follow a village, report a whistle or are called to a meeting have no case that could tell them."""
    others = ("meeting", "subscription", "whistle")
    told = {name for name in sms_templates() if name.partition(".")[0] not in others}
    assert {f"own.{name}" for name in told} <= staff_templates().keys()
