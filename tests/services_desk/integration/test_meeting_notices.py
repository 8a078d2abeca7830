"""Those on the roll of a meeting are told of it once, in the app and on the phone; who is not reached is counted and named to the caller."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role, account_of_resident
from linli_kernel.jobs import JobRunner
from linli_services_desk.meetings import telling
from linli_services_desk.notices.sms import DemoSms, SmsQueue

from tests.services_desk.integration.test_disclosure_notices import tell

VILLAGE = "421202104231"
CALLS = "/api/desk/v1/meeting-calls"
HOUR = datetime.fromisoformat("2026-11-25T19:30:00+08:00")
PHONES = ("13800000001", "13800000002")


class Meeting:
    """A meeting of supervision with its roll: two with a phone, one without."""

    def __init__(self, app: Any, tokens: Any, neighbours: Any) -> None:
        self.app, self.tokens, self.neighbours = app, tokens, neighbours
        self.id = str(uuid4())
        self.roll = [str(uuid4()) for _ in range(3)]
        neighbours.phones |= dict(zip(self.roll, PHONES, strict=False))
        self.known: dict[str, Any] = {"title": "三组道路硬化", "place": "文化礼堂", "calls": 0, "items": self.roll}
        neighbours.meetings[self.id] = self.known

    def event(self, state: str = "called", at: datetime = HOUR) -> tuple[str, dict[str, Any]]:
        """Call, change or call it off, as supervision tells of it."""
        self.known["calls"] += 1
        about = {"deliberation_id": self.id, "division": VILLAGE, "position": 3, "call": self.known["calls"]}
        return contract.MEETING_MOVED, {**about, "state": state, "at": at.isoformat()}

    async def tell(self, *events: tuple[str, dict[str, Any]]) -> None:
        await tell(self.app, self.tokens, *events)

    async def work(self) -> None:
        """Run the jobs that wait."""
        linli = self.app.state.linli
        runner = JobRunner(linli.database, {telling.JOB: telling.TELL}, linli)
        while await runner.run_one():
            pass

    async def send(self) -> None:
        """Send the messages that are due."""
        linli = self.app.state.linli
        queue = SmsQueue(linli.database, linli.extra["desk"], DemoSms(linli.database))
        while await queue.send_due():
            pass

    async def texts(self) -> list[str]:
        sql = "SELECT phone_masked, text FROM demo_sms WHERE text LIKE $1 ORDER BY text, phone_masked"
        rows = await self.app.state.linli.database.autocommit.fetch(sql, (f"%/v/d/{self.id}%",))
        return [f"{row['phone_masked']} {row['text']}" for row in rows]

    async def calls(self, role: Role = Role.VILLAGE_OFFICIAL, **claims: Any) -> list[dict[str, Any]]:
        headers = self.tokens.auth(role, **{"divisions": [VILLAGE], **claims})
        answer = await self.app.state.client.get(f"{CALLS}?deliberation_id={self.id}", headers=headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


@pytest.fixture
def meeting(app: Any, tokens: Any, neighbours: Any) -> Meeting:
    return Meeting(app, tokens, neighbours)


def counted(call: dict[str, Any]) -> dict[str, int]:
    names = ("people", "sent", "waiting", "no_phone", "declined", "failed", "outdated")
    return {name: call[name] for name in names if call[name]}


async def test_everybody_on_the_roll_is_told_once_however_often_the_event_comes_and_the_job_runs(
    meeting: Meeting, hire: Callable[..., Any]
) -> None:
    clerk = uuid4()
    meeting.neighbours.accounts[meeting.roll[2]] = [str(clerk)]
    event = meeting.event()
    # The same call twice in one delivery and once more from another one: a relay that was killed sends again.
    await meeting.tell(event, event)
    await meeting.tell(event)
    (call,) = await meeting.calls()
    assert (call["told_at"], call["people"]) == (None, 0)
    await meeting.work()
    (call,) = await meeting.calls()
    assert (call["state"], counted(call)) == ("called", {"people": 3, "waiting": 2, "no_phone": 1})
    database = meeting.app.state.linli.database
    # A worker that was killed after its last page: the job is taken up from its beginning.
    await database.autocommit.fetch(
        "UPDATE job SET state = 'queued' WHERE payload->>'deliberation_id' = $1", (meeting.id,)
    )
    await meeting.work()
    await meeting.send()
    await meeting.send()
    (call,) = await meeting.calls()
    assert counted(call) == {"people": 3, "sent": 2, "no_phone": 1}
    first, second = await meeting.texts()
    assert first.startswith("138****0001")
    assert "花坪村定于11月25日19:30在文化礼堂开会，议“三组道路硬化”" in first
    assert second.startswith("138****0002")
    resident = hire(Role.RESIDENT, sub=account_of_resident("421202", meeting.roll[2]), resident=meeting.roll[2])
    news = (await resident.get("/api/desk/v1/subscriptions/news")).json()["items"]
    assert [(one["title"], one["link"]) for one in news] == [
        ("请参加11月25日19:30的会议：三组道路硬化", f"/v/d/{meeting.id}")
    ]
    staff = hire(Role.CLERK, sub=clerk, divisions=["421202104239"])
    notices = (await staff.get("/api/desk/v1/notices")).json()["items"]
    assert [(one["title"], one["topic"]) for one in notices] == [("请参加11月25日19:30的会议：三组道路硬化", "meeting")]


async def test_no_phone_and_no_name_is_kept_of_those_who_are_told(meeting: Meeting) -> None:
    await meeting.tell(meeting.event())
    await meeting.work()
    await meeting.send()
    rows = await meeting.app.state.linli.database.autocommit.fetch(
        "SELECT to_jsonb(m)::text AS kept FROM sms_message m WHERE facts->>'deliberation_id' = $1"
        " UNION ALL SELECT to_jsonb(n)::text FROM notice n WHERE facts->>'deliberation_id' = $1"
        " UNION ALL SELECT data::text FROM outbox WHERE data->>'object_id' = $1",
        (meeting.id,),
    )
    assert len(rows) == 3 + 3 + 2
    assert not any(phone in row["kept"] for row in rows for phone in PHONES)


async def test_another_day_and_the_end_of_it_are_told_and_what_was_overtaken_is_not_sent_any_more(
    meeting: Meeting,
) -> None:
    called, changed = meeting.event(), meeting.event("changed", HOUR + timedelta(days=1))
    meeting.known["calls"] = 1
    await meeting.tell(called)
    await meeting.work()
    meeting.known["calls"] = 2
    await meeting.tell(changed)
    await meeting.work()
    await meeting.send()
    assert all("有变，改为11月26日19:30，地点：文化礼堂" in text for text in await meeting.texts())
    newest, first = await meeting.calls()
    assert counted(newest) == {"people": 3, "sent": 2, "no_phone": 1}
    assert counted(first) == {"people": 3, "outdated": 2, "no_phone": 1}
    await meeting.tell(meeting.event("off", HOUR + timedelta(days=1)))
    await meeting.work()
    await meeting.send()
    assert sum("原定11月26日19:30议“三组道路硬化”的会议取消" in text for text in await meeting.texts()) == 2
    assert [call["state"] for call in await meeting.calls()] == ["off", "changed", "called"]


async def test_a_call_that_was_overtaken_before_its_turn_leaves_the_telling_to_the_later_one(meeting: Meeting) -> None:
    first, second = meeting.event(), meeting.event("changed", HOUR + timedelta(days=1))
    await meeting.tell(first, second)
    await meeting.work()
    newest, overtaken = await meeting.calls()
    assert (newest["people"], overtaken["people"]) == (3, 0)
    assert None not in (newest["told_at"], overtaken["told_at"])


async def test_nobodys_phone_rings_at_night_and_who_wants_no_messages_gets_none(meeting: Meeting, clock: Any) -> None:
    wish = (
        "INSERT INTO notice_preference (tenant, kind, subject, muted, sms, language, updated_at)"
        " VALUES ('421202', 'resident', $1, '{}', false, 'zh', now())"
    )
    await meeting.app.state.linli.database.autocommit.fetch(wish, (UUID(meeting.roll[0]),))
    clock.set(datetime(2026, 11, 23, 23, 0))  # noqa: DTZ001 - FrozenClock reads it as China's time
    await meeting.tell(meeting.event())
    await meeting.work()
    await meeting.send()
    assert await meeting.texts() == []
    clock.set(datetime(2026, 11, 24, 7, 0))  # noqa: DTZ001
    await meeting.send()
    assert [text[:11] for text in await meeting.texts()] == ["138****0002"]
    (call,) = await meeting.calls()
    assert counted(call) == {"people": 3, "sent": 1, "no_phone": 1, "declined": 1}


async def test_neighbours_that_are_away_delay_the_telling_and_lose_nobody(meeting: Meeting, clock: Any) -> None:
    database = meeting.app.state.linli.database
    wake = "UPDATE job SET not_before = now() WHERE payload->>'deliberation_id' = $1 AND state = 'queued'"
    for neighbour in ("supervision_down", "down"):
        setattr(meeting.neighbours, neighbour, True)
        if neighbour == "supervision_down":
            await meeting.tell(meeting.event())
        await meeting.work()
        assert (await meeting.calls())[0]["told_at"] is None
        setattr(meeting.neighbours, neighbour, False)
        await database.autocommit.fetch(wake, (meeting.id,))
    await meeting.work()
    meeting.neighbours.down = True
    await meeting.send()
    assert await meeting.texts() == []
    meeting.neighbours.down = False
    clock.move(timedelta(minutes=5))
    await meeting.send()
    assert len(await meeting.texts()) == 2


async def test_a_meeting_that_is_over_is_told_to_nobody(meeting: Meeting, clock: Any) -> None:
    await meeting.tell(meeting.event())
    clock.set(HOUR + timedelta(minutes=1))
    await meeting.work()
    (call,) = await meeting.calls()
    assert (call["people"], call["told_at"] is not None) == (0, True)


async def test_whoever_calls_the_meeting_sees_who_is_told_in_person_and_others_only_how_many(
    meeting: Meeting, hire: Callable[..., Any]
) -> None:
    await meeting.tell(meeting.event())
    await meeting.work()
    (call,) = await meeting.calls()
    where = f"{CALLS}/{call['id']}/untold"
    clerk = hire(Role.CLERK, divisions=[VILLAGE])
    assert (await clerk.get(where)).json() == {
        "items": [{"resident": meeting.roll[2], "reason": "no_phone"}],
        "next_cursor": None,
    }
    database = meeting.app.state.linli.database
    act = "SELECT data FROM outbox WHERE data->>'action' = 'meeting.untold' AND data->>'object_id' = $1"
    assert len(await database.autocommit.fetch(act, (meeting.id,))) == 1
    assert (await hire(Role.CLERK, divisions=["421202104222"]).get(where)).status_code == 404
    assert (await hire(Role.SUPERVISOR, divisions=[VILLAGE]).get(where)).status_code == 403
    assert (await clerk.get(f"{CALLS}/x/untold")).status_code == 422
    assert (await clerk.get(f"{CALLS}/{uuid4()}/untold")).status_code == 404
    assert (await meeting.calls(Role.SUPERVISOR))[0]["people"] == 3
    assert await meeting.calls(Role.CLERK, divisions=["421202104222"]) == []
    stranger = hire(Role.GRID_WORKER, divisions=[VILLAGE])
    assert (await stranger.get(f"{CALLS}?deliberation_id={meeting.id}")).status_code == 403
    assert (await clerk.get(f"{CALLS}?deliberation_id=x")).status_code == 422


async def test_a_meeting_without_a_vote_invites_in_its_own_words_and_tells_the_posts_once(
    meeting: Meeting, hire: Callable[..., Any]
) -> None:
    form = {"zh": "民情恳谈会", "en": "residents' talk"}
    meeting.known |= {"vote": False, "form": form, "posts": ["grid_worker"]}
    event = meeting.event()
    await meeting.tell(event, event)
    await meeting.work()
    await meeting.send()
    first, _ = await meeting.texts()
    assert "花坪村定于11月25日19:30在文化礼堂举行民情恳谈会，议“三组道路硬化”，请您参加" in first
    assert "名册" not in first
    grid = hire(Role.GRID_WORKER, divisions=[VILLAGE])
    told = [one for one in (await grid.get("/api/desk/v1/notices")).json()["items"] if one["link"].endswith(meeting.id)]
    assert [one["title"] for one in told] == ["请参加11月25日19:30的民情恳谈会：三组道路硬化"]
    elsewhere = hire(Role.GRID_WORKER, divisions=["421202104222"])
    notices = (await elsewhere.get("/api/desk/v1/notices")).json()["items"]
    assert not any(one["link"].endswith(meeting.id) for one in notices)
    (call,) = await meeting.calls()
    assert counted(call) == {"people": 3, "sent": 2, "no_phone": 1}
    await meeting.tell(meeting.event("off"))
    await meeting.work()
    told = [one for one in (await grid.get("/api/desk/v1/notices")).json()["items"] if one["link"].endswith(meeting.id)]
    assert next(one["title"] for one in told) == "原定11月25日19:30的会议取消：三组道路硬化"


async def test_those_to_be_told_in_person_are_listed_page_by_page(meeting: Meeting, hire: Callable[..., Any]) -> None:
    meeting.roll += [str(uuid4()) for _ in range(4)]
    await meeting.tell(meeting.event())
    await meeting.work()
    (call,) = await meeting.calls()
    clerk = hire(Role.CLERK, divisions=[VILLAGE])
    where, found, cursor = f"{CALLS}/{call['id']}/untold?limit=2", [], ""
    for _ in range(3):
        page = (await clerk.get(f"{where}{cursor}")).json()
        found += [one["resident"] for one in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert (found, page["next_cursor"]) == (sorted(meeting.roll[2:]), None)
    assert (await clerk.get(f"{where}&cursor=x")).status_code == 422
