"""A resident's news in the app: the own ones only, newest first, read or unread on the server."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from linli_kernel.identity import Role, account_of_resident

from tests.services_desk.conftest import ELDER_FACTS
from tests.services_desk.integration.test_meeting_notices import Meeting
from tests.services_desk.integration.test_subscriptions import published, tell

NEWS = "/api/desk/v1/subscriptions/news"
ALLOWANCE = "80周岁以上老年人高龄津贴发放"


class Villager:
    """Somebody of the registry with the own phone."""

    def __init__(self, hire: Any, neighbours: Any) -> None:
        self.resident = str(uuid4())
        neighbours.residents[self.resident] = ELDER_FACTS
        self.account = account_of_resident("421202", UUID(self.resident))
        self.phone = hire(Role.RESIDENT, sub=self.account, resident=self.resident)

    async def news(self, query: str = "") -> list[dict[str, Any]]:
        answer = await self.phone.get(f"{NEWS}{query}")
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def unread(self) -> int:
        return int((await self.phone.get(f"{NEWS}/unread")).json()["count"])


@pytest.fixture
def villager(hire: Any, neighbours: Any) -> Villager:
    return Villager(hire, neighbours)


@pytest.fixture
def invited(app: Any, tokens: Any, neighbours: Any, villager: Villager) -> Callable[[], Meeting]:
    """A meeting to which the villager is called among others."""

    def make() -> Meeting:
        meeting = Meeting(app, tokens, neighbours)
        meeting.roll[1] = villager.resident
        return meeting

    return make


async def test_what_came_is_unread_until_it_was_read_on_whatever_device_and_stays_so(
    villager: Villager, invited: Callable[[], Meeting], hire: Any
) -> None:
    first, second = invited(), invited()
    for meeting in (first, second):
        await meeting.tell(meeting.event())
        await meeting.work()
    newest, older = await villager.news()
    assert (newest["link"], older["link"]) == (f"/v/d/{second.id}", f"/v/d/{first.id}")
    assert (newest["topic"], newest["read"], await villager.unread()) == ("meeting", False, 2)
    assert "花坪村定于11月25日19:30" in newest["body"]
    one = await villager.phone.get(f"{NEWS}/{newest['id']}")
    # To look at it marks nothing: that is said by whoever has read it.
    assert (one.json(), await villager.unread()) == (newest, 2)
    marked = await villager.phone.post(f"{NEWS}/read", {"ids": [newest["id"]]})
    assert marked.json() == {"read": 1, "more": False}
    again = await villager.phone.post(f"{NEWS}/read", {"ids": [newest["id"]]})
    assert again.json()["read"] == 0
    other_device = hire(Role.RESIDENT, sub=villager.account, resident=villager.resident)
    assert [each["read"] for each in (await other_device.get(NEWS)).json()["items"]] == [True, False]
    assert [each["id"] for each in await villager.news("?unread=true")] == [older["id"]]
    await villager.phone.post(f"{NEWS}/read", {"everything": True})
    assert await villager.unread() == 0


async def test_telling_others_or_telling_again_moves_nothing_and_makes_nothing_unread(
    villager: Villager, invited: Callable[[], Meeting]
) -> None:
    first, second = invited(), invited()
    for meeting in (first, second):
        await meeting.tell(meeting.event())
        await meeting.work()
    before = await villager.news()
    await villager.phone.post(f"{NEWS}/read", {"everything": True})
    # A worker that was killed tells the whole roll of the first meeting once more.
    await first.app.state.linli.database.autocommit.fetch(
        "UPDATE job SET state = 'queued' WHERE payload->>'deliberation_id' = $1", (first.id,)
    )
    await first.work()
    assert [each["id"] for each in await villager.news()] == [each["id"] for each in before]
    assert await villager.unread() == 0


async def test_news_are_read_by_pages_without_doubles_while_new_ones_come(
    villager: Villager, invited: Callable[[], Meeting]
) -> None:
    for _ in range(3):
        meeting = invited()
        await meeting.tell(meeting.event())
        await meeting.work()
    page = (await villager.phone.get(f"{NEWS}?limit=2")).json()
    late = invited()
    await late.tell(late.event())
    await late.work()
    rest = (await villager.phone.get(f"{NEWS}?limit=2&cursor={page['next_cursor']}")).json()
    ids = [each["id"] for each in page["items"] + rest["items"]]
    assert (len(ids), len(set(ids)), rest["next_cursor"]) == (3, 3, None)
    assert ids == sorted(ids, reverse=True)


async def test_news_of_somebody_else_do_not_exist(
    villager: Villager, invited: Callable[[], Meeting], hire: Any, neighbours: Any
) -> None:
    meeting = invited()
    await meeting.tell(meeting.event())
    await meeting.work()
    (mine,) = await villager.news()
    stranger = Villager(hire, neighbours)
    assert (await stranger.phone.get(f"{NEWS}/{mine['id']}")).status_code == 404
    assert (await stranger.phone.get(f"{NEWS}/{uuid4()}")).status_code == 404
    assert (await stranger.phone.get(f"{NEWS}/x")).status_code == 422
    marked = await stranger.phone.post(f"{NEWS}/read", {"ids": [mine["id"]]})
    assert marked.json() == {"read": 0, "more": False}
    assert (await stranger.news(), await villager.unread()) == ([], 1)
    abroad = hire(Role.RESIDENT, sub=villager.account, resident=villager.resident, tenant="511681", divisions=[])
    assert (await abroad.get(f"{NEWS}/{mine['id']}")).status_code == 404
    for role in (Role.CLERK, Role.COUNTY_ADMIN):
        staff = hire(role)
        assert (await staff.get(f"{NEWS}/{mine['id']}")).status_code == 403
        assert (await staff.post(f"{NEWS}/read", {"everything": True})).status_code == 403
    assert (await villager.phone.post(f"{NEWS}/read", {})).status_code == 422


async def test_what_a_followed_village_published_is_among_the_news_until_it_is_followed_no_more(
    villager: Villager, app: Any, tokens: Any
) -> None:
    village = "421202104499"
    follows = await villager.phone.post("/api/desk/v1/subscriptions", {"division": village, "categories": []})
    assert follows.status_code == 201, follows.text
    event = published(village)
    await tell(app, tokens, event)
    (one,) = await villager.news()
    assert (one["topic"], one["link"]) == ("disclosure", f"/disclosures/{event[1]['disclosure_id']}")
    assert (await villager.phone.post(f"{NEWS}/read", {"ids": [one["id"]]})).json()["read"] == 1
    left = f"/api/desk/v1/subscriptions/{follows.json()['id']}"
    await villager.phone.http.delete(left, headers=villager.phone.headers)
    assert await villager.news() == []
    assert (await villager.phone.get(f"{NEWS}/{one['id']}")).status_code == 404


async def test_an_applicant_reads_what_is_still_wanted_and_what_became_of_it_with_the_way_to_the_receipt(
    villager: Villager, app: Any, clerk: Any
) -> None:
    case = await clerk.open(
        ALLOWANCE, form={"bank_account": "6217001234567890123"}, channel="telephone", applicant_id=villager.resident
    )
    asked = await clerk.post(f"/api/desk/v1/cases/{case['id']}/materials/bank_card/message")
    assert asked.status_code == 202, asked.text
    (one,) = await villager.news()
    # Before it is accepted there is no receipt to follow it by.
    assert (one["topic"], one["urgent"], "银行卡" in one["body"], one["link"]) == ("case", True, True, "")
    await clerk.tick_all(case["id"])
    await clerk.do(case["id"], "accept")
    accepted, wanted = await villager.news()
    assert (accepted["title"], wanted["id"]) == (f"已受理：{ALLOWANCE}", one["id"])
    assert accepted["link"] == wanted["link"]
    receipt = await app.state.client.get(f"/api/public/v1/receipts/{accepted['link'].removeprefix('/v/')}")
    assert receipt.json()["matter_name"] == ALLOWANCE
    # The case is another person's by now: what was told stays, its receipt is no longer shown.
    await app.state.linli.database.autocommit.fetch(
        "UPDATE desk_case SET resident_id = $1 WHERE id = $2", (uuid4(), UUID(case["id"]))
    )
    assert [each["link"] for each in await villager.news()] == ["", ""]
