"""What is still missing can be asked for by a message to the applicant's phone, from the counter's one list."""

from datetime import timedelta
from typing import Any

from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_services_desk.notices.sms import DemoSms, SmsQueue

MATTER = "80周岁以上老年人高龄津贴发放"


async def ask(person: Any, case_id: str, material: str = "bank_card") -> Any:
    return await person.post(f"/api/desk/v1/cases/{case_id}/materials/{material}/message")


async def texts(app: Any, case_id: str) -> list[str]:
    """What the demo's phone received for a case."""
    database = app.state.linli.database
    queue = SmsQueue(database, app.state.desk, DemoSms(database))
    while await queue.send_due():
        pass
    rows = await database.pool.fetch("SELECT text FROM demo_sms WHERE key LIKE '%' || $1 || '%'", case_id)
    return [row["text"] for row in rows]


async def test_the_applicant_is_told_once_a_day_what_is_still_wanted(app: Any, clerk: Any, clock: FrozenClock) -> None:
    case = await clerk.open(MATTER)
    for _ in range(2):
        assert (await ask(clerk, case["id"])).status_code == 202
    (text,) = await texts(app, case["id"])
    assert MATTER in text
    assert "银行卡" in text
    assert "张" not in text
    clock.move(timedelta(days=1))
    assert (await ask(clerk, case["id"])).status_code == 202
    assert len(await texts(app, case["id"])) == 2


async def test_nobody_is_asked_for_what_is_there_or_what_the_matter_does_not_need(clerk: Any) -> None:
    case = await clerk.open(MATTER)
    await clerk.tick_all(case["id"])
    there = await ask(clerk, case["id"])
    assert (there.status_code, there.json()["code"]) == (409, "desk.material_there")
    assert (await ask(clerk, case["id"], "a_dragon")).status_code == 404


async def test_only_the_counter_asks_and_only_for_its_own_cases(clerk: Any, hire: Any, stranger: Any) -> None:
    case = await clerk.open(MATTER)
    assert (await ask(hire(Role.SUPERVISOR), case["id"])).status_code == 403
    assert (await ask(stranger, case["id"])).status_code == 404
