"""Residents are told of what they follow: once, in the app and on the phone they registered, until they leave."""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role
from linli_kernel.jobs import JobRunner
from linli_kernel.public_tokens import new_secret
from linli_services_desk.notices.sms import DemoSms, SmsQueue
from linli_services_desk.subscriptions import telling

from tests.services_desk.conftest import ELDER_FACTS
from tests.services_desk.integration.test_disclosure_notices import tell

OWN, NEWS, LINK = "/api/desk/v1/subscriptions", "/api/desk/v1/subscriptions/news", "/api/public/v1/subscriptions"
PHONE = "13800005678"
KNOWN = f"421202.{new_secret()}"
_villages = count(100)


@pytest.fixture
def village() -> str:
    """A village that no other test follows."""
    return f"421202104{next(_villages)}"


@pytest.fixture
def resident(hire: Any, neighbours: Any) -> Callable[[], Any]:
    """Somebody of the registry, signed in by phone."""

    def make() -> Any:
        one = uuid4()
        neighbours.residents[str(one)] = ELDER_FACTS
        return hire(Role.RESIDENT, resident=str(one))

    return make


def published(village: str, **about: Any) -> tuple[str, dict[str, Any]]:
    data = {
        "disclosure_id": str(uuid4()),
        "division": village,
        "category": "finance",
        "item": "accounts",
        "edition": 1,
        "version": 4,
        **about,
    }
    return contract.DISCLOSURE_PUBLISHED, data


async def rows(app: Any, sql: str, *values: Any) -> list[Any]:
    return list(await app.state.linli.database.autocommit.fetch(sql, values))


async def queued(app: Any) -> None:
    """Run every job that waits."""
    runner = JobRunner(app.state.linli.database, {telling.JOB: telling.TELL}, app.state.linli)
    while await runner.run_one():
        pass


async def work(app: Any) -> None:
    """Run every job that waits, then send every message that is due."""
    linli = app.state.linli
    await queued(app)
    queue = SmsQueue(linli.database, linli.extra["desk"], DemoSms(linli.database))
    while await queue.send_due():
        pass


async def sent(app: Any, about: str) -> list[Any]:
    """What the demo's phones received of one disclosure."""
    return await rows(app, "SELECT text FROM demo_sms WHERE text LIKE $1", f"%/disclosures/{about} %")


async def follow(person: Any, village: str, **order: Any) -> dict[str, Any]:
    answer = await person.post(OWN, {"division": village, **order})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def news(person: Any) -> list[str]:
    return [one["title"] for one in (await person.get(NEWS)).json()["items"]]


async def test_a_publication_and_its_correction_are_told_once_in_the_app_and_on_the_phone(
    app: Any, tokens: Any, resident: Any, village: str
) -> None:
    person, silent = resident(), resident()
    assert (await follow(person, village, phone=PHONE))["phone_masked"] == "138****5678"
    await follow(silent, village)
    first, second = published(village), published(village, edition=2)
    await tell(app, tokens, first, first, second)
    await work(app)
    assert await news(person) == ["已更正：财务收支明细", "新公开：财务收支明细"] == await news(silent)
    texts = [row["text"] for row in await sent(app, first[1]["disclosure_id"])]
    assert len(texts) == 1
    assert "您关注的花坪村公开了“财务收支明细”" in texts[0]
    assert len(await sent(app, second[1]["disclosure_id"])) == 1


async def test_who_follows_one_category_or_another_village_hears_of_nothing_else(
    app: Any, tokens: Any, resident: Any, village: str
) -> None:
    of_affairs, elsewhere = resident(), resident()
    await follow(of_affairs, village, categories=["affairs"], phone=PHONE)
    await follow(elsewhere, "421202104001", phone=PHONE)
    event = published(village)
    await tell(app, tokens, event)
    await work(app)
    assert await sent(app, event[1]["disclosure_id"]) == []
    assert await news(of_affairs) == [] == await news(elsewhere)


async def test_following_again_changes_the_wish_and_keeps_one_row(resident: Any, village: str) -> None:
    person = resident()
    first = await follow(person, village, phone=PHONE)
    again = await follow(person, village, categories=["finance"])
    assert again["id"] == first["id"]
    mine = (await person.get(OWN)).json()["items"]
    assert [(one["categories"], one["phone_masked"]) for one in mine] == [(["finance"], None)]


async def test_the_link_in_the_message_ends_it_without_signing_in(
    app: Any, tokens: Any, http: httpx.AsyncClient, resident: Any, village: str
) -> None:
    person = resident()
    await follow(person, village, phone=PHONE)
    event = published(village)
    await tell(app, tokens, event)
    await work(app)
    text = (await sent(app, event[1]["disclosure_id"]))[0]["text"]
    token = text.rsplit("/v/s/", 1)[1]
    assert (await http.get(f"{LINK}/{token}")).json() == {"division": village, "categories": [], "question": False}
    assert (await person.get(OWN)).json()["items"] != [], "looking ends nothing"
    assert (await http.delete(f"{LINK}/{token}")).status_code == 204
    assert (await http.delete(f"{LINK}/{token}")).status_code == 204, "a second tap"
    assert (await http.get(f"{LINK}/{token}")).status_code == 404
    assert (await person.get(OWN)).json()["items"] == []
    later = published(village)
    await tell(app, tokens, later)
    await work(app)
    assert await sent(app, later[1]["disclosure_id"]) == []


async def test_who_leaves_while_the_message_waits_is_not_rung(
    app: Any, tokens: Any, resident: Any, village: str
) -> None:
    person = resident()
    made = await follow(person, village, phone=PHONE)
    event = published(village)
    await tell(app, tokens, event)
    await queued(app)
    other = resident()
    assert (await other.http.delete(f"{OWN}/{made['id']}", headers=other.headers)).status_code == 404
    assert (await person.http.delete(f"{OWN}/{made['id']}", headers=person.headers)).status_code == 204
    await work(app)
    assert await sent(app, event[1]["disclosure_id"]) == []


async def test_the_answer_to_an_own_question_is_told_to_the_asker_alone(
    app: Any, tokens: Any, neighbours: Any, resident: Any, village: str
) -> None:
    asker, follower = resident(), resident()
    await follow(follower, village)
    question = {"id": str(uuid4()), "disclosure_id": str(uuid4()), "division": village}
    neighbours.questions[KNOWN] = question
    made = await asker.post(f"{OWN}/questions", {"token": KNOWN, "phone": PHONE})
    assert made.status_code == 201, made.text
    assert (await asker.post(f"{OWN}/questions", {"token": f"421202.{new_secret()}"})).status_code == 404
    moved = {
        "question_id": question["id"],
        "disclosure_id": question["disclosure_id"],
        "division": village,
        "kind": "question",
    }
    for state in ("asked", "answered"):
        await tell(app, tokens, (contract.DISCLOSURE_QUESTION_MOVED, {**moved, "state": state}))
    await work(app)
    assert await news(asker) == ["您提出的质询已公开答复"]
    assert await news(follower) == []
    assert len(await sent(app, question["disclosure_id"])) == 1
    stored = str(await rows(app, "SELECT * FROM subscription WHERE id = $1", UUID(made.json()["id"])))
    assert question["disclosure_id"] in stored
    assert question["id"] not in stored, "who asked is not to be read from the row"
    assert PHONE not in stored


async def test_a_large_village_is_queued_in_turns_and_never_twice(app: Any, tokens: Any, village: str) -> None:
    await rows(
        app,
        "INSERT INTO subscription (tenant, id, account, resident_id, division, categories, phone, secret, created_at) "
        "SELECT '421202', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), $1, '{}', 'x', "
        "$1 || n, now() FROM generate_series(1, 1100) n",
        village,
    )
    event = published(village)
    await tell(app, tokens, event)
    ordered = await rows(app, "SELECT id, payload FROM job WHERE payload->>'of' = $1", event[1]["disclosure_id"])
    assert len(ordered) == 1, "one job"
    count = "SELECT count(*) AS queued FROM sms_message WHERE division = $1 AND state = 'queued'"
    await queued(app)
    assert (await rows(app, count, village))[0]["queued"] == 1100
    # A worker that died after its last turn: the job begins again.
    again = "UPDATE job SET state = 'queued', payload = $2, done = 0 WHERE id = $1"
    await rows(app, again, ordered[0]["id"], ordered[0]["payload"])
    await queued(app)
    assert (await rows(app, count, village))[0]["queued"] == 1100
    await rows(app, "DELETE FROM subscription WHERE division = $1", village)
    await rows(app, "UPDATE sms_message SET state = 'declined' WHERE division = $1", village)


async def test_staff_see_how_many_follow_their_village_and_nothing_else(
    resident: Any, official: Any, hire: Any, village: str
) -> None:
    person = resident()
    await follow(person, village)
    mine = hire(Role.VILLAGE_OFFICIAL, divisions=[village])
    path = f"/api/desk/v1/subscribers?division={village}"
    assert (await mine.get(path)).json() == {"division": village, "subscribers": 1}
    assert (await official.get(path)).status_code == 404, "another village's"
    assert (await mine.get(OWN)).status_code == 403
    assert (await person.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("order", "status", "code"),
    [
        ({"phone": "13900000000"}, 422, "desk.not_your_phone"),
        ({"categories": ["weather"]}, 422, "desk.no_such_category"),
        ({"division": "511681002001"}, 404, "not_found"),
        ({"division": "4212"}, 422, ""),
    ],
    ids=["somebody else's phone", "an unknown category", "another county", "no village"],
)
async def test_a_wish_that_cannot_be_is_refused(
    resident: Any, village: str, order: dict[str, Any], status: int, code: str
) -> None:
    answer = await resident().post(OWN, {"division": village, **order})
    assert answer.status_code == status, answer.text
    assert code in answer.text


async def test_a_resident_follows_at_most_twenty(resident: Any) -> None:
    person = resident()
    for number in range(20):
        await follow(person, f"4212021040{number:02}")
    answer = await person.post(OWN, {"division": "421202104020"})
    assert (answer.status_code, answer.json()["code"]) == (409, "desk.too_many_subscriptions")
    await follow(person, "421202104000", categories=["finance"])
