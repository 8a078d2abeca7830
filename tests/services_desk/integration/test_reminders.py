"""Reminders before and escalation after a deadline: each once, whatever dies in between."""

import asyncio
import os
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.reminders.domain import due_reminders
from linli_services_desk.reminders.scheduler import Scheduler

from tests.services_desk.flow import ALLOWANCE, accepted_case, decided_case

API = "/api/desk/v1"
MONDAY = date(2026, 11, 23)
BANK = {"bank_account": "6217001234567890123"}


class Rule:
    def __init__(self, overdue_days: int, role: str) -> None:
        self.overdue_days, self.role = overdue_days, role


RULES = [Rule(1, "village_official"), Rule(3, "township_officer")]


@pytest.mark.parametrize(
    ("due", "kinds"),
    [
        (date(2026, 11, 27), []),
        (date(2026, 11, 26), ["before-3"]),
        (date(2026, 11, 25), ["before-3"]),
        (date(2026, 11, 24), ["before-1"]),
        (MONDAY, ["before-0"]),
        (date(2026, 11, 20), ["overdue-1-village_official"]),
        (date(2026, 11, 18), ["overdue-1-village_official", "overdue-3-township_officer"]),
    ],
)
def test_a_deadline_asks_for_the_reminder_that_is_next_to_it(due: date, kinds: list[str]) -> None:
    found = due_reminders(WorkCalendar.official(), due, MONDAY, (3, 1, 0), RULES)
    assert [one.kind for one in found] == kinds


async def fired(app: Any, case_id: str) -> list[str]:
    rows = await app.state.linli.database.pool.fetch(
        "SELECT kind FROM reminder WHERE case_id = $1 ORDER BY fired_at, kind", case_id
    )
    return [row["kind"] for row in rows]


async def test_a_case_is_reminded_of_and_escalated_once_each(app: Any, hire: Any, clock: FrozenClock) -> None:
    case = await accepted_case(hire)
    scheduler = Scheduler(app.state.linli.database, app.state.desk)
    for days in range(22):
        clock.set(clock.now().replace(hour=9) if days == 0 else clock.now() + timedelta(days=1))
        await scheduler.look()
        await Scheduler(app.state.linli.database, app.state.desk).look()
    assert await fired(app, case["id"]) == [
        "before-3", "before-1", "before-0",
        "overdue-1-village_official", "overdue-3-township_officer", "overdue-5-county_admin",
    ]  # fmt: skip
    notices = (await hire(Role.COUNTY_ADMIN).get(f"{API}/notices?limit=200")).json()["items"]
    assert [n["topic"] for n in notices if n["case_id"] == case["id"]] == ["escalation"]
    events = await app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.desk.case.escalated.v1' AND subject = $1", case["id"]
    )
    assert len(events) == 3
    assert "张" not in str([row["data"] for row in events])


async def test_the_step_that_waits_is_told_and_not_another(app: Any, hire: Any, clock: FrozenClock) -> None:
    case = await accepted_case(hire)
    clock.move(timedelta(days=11))
    await Scheduler(app.state.linli.database, app.state.desk).look()

    async def told(role: Role) -> int:
        items = (await hire(role).get(f"{API}/notices?limit=200")).json()["items"]
        return sum(1 for item in items if item["case_id"] == case["id"])

    assert await told(Role.VILLAGE_OFFICIAL) == 1
    assert await told(Role.TOWNSHIP_OFFICER) == 0
    await hire(Role.VILLAGE_OFFICIAL).do(case["id"], "steps/village_check/complete")
    await Scheduler(app.state.linli.database, app.state.desk).look()
    assert await told(Role.TOWNSHIP_OFFICER) == 1, "the next step has its own reminder"


async def test_a_paused_or_finished_case_is_left_alone(app: Any, hire: Any, clock: FrozenClock) -> None:
    paused, done = await accepted_case(hire), await decided_case(hire)
    await hire(Role.VILLAGE_OFFICIAL).do(paused["id"], "suspend", {"reason": "等待鉴定"})
    clock.move(timedelta(days=30))
    await Scheduler(app.state.linli.database, app.state.desk).look()
    assert await fired(app, paused["id"]) == []
    assert await fired(app, done["id"]) == []


async def test_papers_that_were_asked_for_are_reminded_of_and_missed_without_blaming_anybody(
    app: Any, hire: Any, clock: FrozenClock
) -> None:
    clerk, pool = hire(Role.CLERK), app.state.linli.database.pool
    gone, came = await clerk.open(ALLOWANCE, form=BANK), await clerk.open(ALLOWANCE, form=BANK)
    wanted = {"items": [{"material_id": "photo", "text": "请补近照"}, {"material_id": "bank_card", "text": "看不清"}]}
    for case in (gone, came):
        await clerk.do(case["id"], "supplement", wanted)
    clock.move(timedelta(days=1))
    await clerk.tick_all(came["id"])
    await clerk.do(came["id"], "resume")
    for _ in range(22):
        for _twice in range(2):
            await Scheduler(app.state.linli.database, app.state.desk).look()
        clock.move(timedelta(days=1))
    steps = "SELECT kind FROM reminder WHERE case_id = $1 AND step = 'supplement' ORDER BY fired_at"
    assert [row["kind"] for row in await pool.fetch(steps, gone["id"])] == ["before-3", "before-1", "late"]
    assert await pool.fetch(steps, came["id"]) == []
    messages = await pool.fetch(
        "SELECT facts->>'materials' AS names FROM sms_message WHERE case_id = $1 AND template = 'supplement.due'",
        gone["id"],
    )
    assert [set(row["names"].split("、")) for row in messages] == [{"本人银行卡（社保卡）", "近期免冠照片"}] * 2
    listed = (await clerk.get(f"{API}/notices?limit=200")).json()["items"]
    assert len([one for one in listed if one["case_id"] == gone["id"]]) == 3
    escalated = "SELECT count(*) FROM outbox WHERE type = 'cn.linli.desk.case.escalated.v1' AND subject = $1"
    assert await pool.fetchval(escalated, gone["id"]) == 0


# Each argument is the seconds after which a scheduler is ended by the kernel, wherever it is; two at a time. What they are made of
# is imported once, and each begins as a copy of the process that did.
LOOK = """
import asyncio, os, signal, sys
from datetime import datetime
from linli_kernel.clock import FrozenClock
from linli_kernel.database import Database
from linli_services_desk import api
from linli_services_desk.app import Settings
from linli_services_desk.context import make_desk
from linli_services_desk.reminders import scheduler
from linli_kernel.neighbours import Neighbours
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profiles

scheduler.BATCH = 3
settings = Settings()
clock = FrozenClock(datetime.fromisoformat(os.environ["NOW"]))
ring = KeyRing.from_json(settings.keyring.get_secret_value())
profiles = Profiles.load(settings.profiles_dir)

async def look(seconds):
    database = await Database.open(settings.sqlalchemy_url, clock, 2)
    desk = make_desk(settings, ring, profiles, Neighbours(settings))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    for _ in range(200):
        await scheduler.Scheduler(database, desk).look()

def begin(seconds):
    child = os.fork()
    if child:
        return child
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    asyncio.run(look(seconds))
    os._exit(0)

lives = [float(one) for one in sys.argv[1:]]
for pair in zip(lives[::2], lives[1::2]):
    for child in [begin(seconds) for seconds in pair]:
        _, status = os.waitpid(child, 0)
        ended = os.waitstatus_to_exitcode(status)
        assert ended in (0, -signal.SIGALRM), ended
"""


async def test_killing_schedulers_at_random_sends_nothing_twice_and_loses_nothing(
    app: Any, hire: Any, clock: FrozenClock, tmp_path: Path
) -> None:
    clerk = hire(Role.CLERK)
    cases = [(await accepted_case(hire, clerk))["id"] for _ in range(8)]
    settings = app.state.linli.settings
    clock.move(timedelta(days=21))
    script = tmp_path / "look.py"
    script.write_text(LOOK)
    environment = {
        **os.environ,
        "LINLI_ENVIRONMENT": "demo",
        "LINLI_DATABASE_URL": settings.database_url,
        "LINLI_KEYRING": settings.keyring.get_secret_value(),
        "LINLI_PROFILES_DIR": str(settings.profiles_dir),
        "NOW": clock.now().isoformat(),
    }
    chance = Random(16)
    lives = [str(chance.uniform(0.005, 0.25)) for _ in range(8)]
    process = await asyncio.create_subprocess_exec(sys.executable, str(script), *lives, env=environment)
    assert await process.wait() == 0
    await Scheduler(app.state.linli.database, app.state.desk).look()
    rows = await app.state.linli.database.pool.fetch(
        "SELECT case_id, kind, count(*) AS n FROM reminder WHERE case_id = ANY($1) GROUP BY case_id, kind", cases
    )
    assert {(str(row["case_id"]), row["n"]) for row in rows} == {(case, 1) for case in cases}
    assert len(rows) == 3 * len(cases)
    told = await app.state.linli.database.pool.fetch(
        "SELECT key FROM notice WHERE case_id = ANY($1) AND template = 'case.overdue'", cases
    )
    assert len(told) == len({row["key"] for row in told}) == 3 * len(cases)
    escalated = await app.state.linli.database.pool.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'cn.linli.desk.case.escalated.v1' AND subject = ANY($1)", cases
    )
    assert escalated == 3 * len(cases)
