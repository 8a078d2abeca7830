"""The pad at a window: paired by a code, rating with a code the clerk never holds, signing before a witness."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role

from tests.services_desk.flow import accepted_case, decided_case

PADS = "/api/public/v1/pads"
DESK = "/api/desk/v1"
# One white point: the smallest PNG that a reader takes.
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


@pytest.fixture
async def window(clerk: Any) -> str:
    windows = (await clerk.get(f"{DESK}/windows")).json()["items"]
    return str(windows[0]["id"])


async def paired(clerk: Any, window: str) -> str:
    code = (await clerk.post(f"{DESK}/windows/{window}/pad-code")).json()["code"]
    answer = await clerk.http.post(PADS, json={"code": code})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


async def ask(clerk: Any, window: str, kind: str, case: dict[str, Any]) -> Any:
    return await clerk.post(f"{DESK}/windows/{window}/pad/tasks", {"kind": kind, "case_id": case["id"]})


async def screen(http: Any, token: str) -> dict[str, Any]:
    answer = await http.get(f"{PADS}/{token}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def sign(http: Any, token: str, task: str, content: bytes = PNG) -> Any:
    return await http.post(f"{PADS}/{token}/signature", data={"task_id": task}, files={"file": ("s.png", content)})


async def test_a_question_that_is_put_off_is_over_for_pad_and_clerk(hire: Any, clerk: Any, window: str) -> None:
    token = await paired(clerk, window)
    case = await accepted_case(hire, clerk)
    await ask(clerk, window, "signature", case)
    task = (await screen(clerk.http, token))["task"]["id"]
    assert (await clerk.http.delete(f"{PADS}/{token}/tasks/{task}")).status_code == 204
    assert (await screen(clerk.http, token))["task"] is None
    assert (await clerk.get(f"{DESK}/windows/{window}/pad")).json()["asking"] is None
    assert (await sign(clerk.http, token, task)).json()["code"] == "desk.pad_task_gone"
    await ask(clerk, window, "signature", case)
    assert (await clerk.http.delete(f"{PADS}/{token}/tasks/{task}")).status_code == 204
    assert (await screen(clerk.http, token))["task"] is not None, "the next question is not the one that was put off"
    assert (await clerk.http.delete(f"{PADS}/421202.{'0' * 22}/tasks/{task}")).status_code == 404


async def test_a_code_pairs_one_pad_within_its_minute(clerk: Any, window: str, clock: FrozenClock) -> None:
    first = (await clerk.post(f"{DESK}/windows/{window}/pad-code")).json()["code"]
    assert (await clerk.http.post(PADS, json={"code": first})).status_code == 201
    again = await clerk.http.post(PADS, json={"code": first})
    assert (again.status_code, again.json()["code"]) == (404, "desk.pad_code_unknown")
    late = (await clerk.post(f"{DESK}/windows/{window}/pad-code")).json()["code"]
    clock.move(timedelta(seconds=61))
    assert (await clerk.http.post(PADS, json={"code": late})).status_code == 404
    assert (await clerk.http.post(PADS, json={"code": "12"})).status_code == 422


async def test_a_window_has_one_pad_and_a_pad_that_was_taken_away_is_told_so(clerk: Any, window: str) -> None:
    former = await paired(clerk, window)
    token = await paired(clerk, window)
    assert (await clerk.http.get(f"{PADS}/{former}")).status_code == 404
    assert (await screen(clerk.http, token))["task"] is None
    assert (await clerk.get(f"{DESK}/windows/{window}/pad")).json()["paired"] is True
    removed = await clerk.http.delete(f"{DESK}/windows/{window}/pad", headers=clerk.headers)
    assert removed.status_code == 204
    assert (await clerk.http.get(f"{PADS}/{token}")).status_code == 404
    assert (await clerk.get(f"{DESK}/windows/{window}/pad")).json()["paired"] is False
    gone = await clerk.http.delete(f"{DESK}/windows/{window}/pad", headers=clerk.headers)
    assert (gone.status_code, gone.json()["code"]) == (409, "desk.no_pad")


async def test_the_rating_goes_from_the_pad_with_a_code_that_no_answer_to_the_clerk_holds(
    app: Any, hire: Any, window: str
) -> None:
    clerk = hire(Role.CLERK)
    token, case = await paired(clerk, window), await decided_case(hire)
    asked = await ask(clerk, window, "rating", case)
    assert asked.status_code == 201, asked.text
    task = (await screen(clerk.http, token))["task"]
    assert (task["kind"], task["applicant_name"], len(task["levels"])) == ("rating", "张*", 5)
    secret = task["code"].split(".")[1]
    said = (
        asked.text + (await clerk.get(f"{DESK}/windows/{window}/pad")).text + json.dumps(await clerk.case(case["id"]))
    )
    assert secret not in said
    rated = await clerk.http.post(f"/api/public/v1/evaluations/{task['code']}", json={"level": 5, "pad": token})
    assert rated.status_code == 201, rated.text
    row = await app.state.linli.database.pool.fetchrow(
        "SELECT level, source FROM evaluation WHERE case_id = $1", case["id"]
    )
    assert tuple(row) == (5, "code")
    assert (await screen(clerk.http, token))["task"] is None, "the pad is idle again"
    assert (await ask(clerk, window, "rating", case)).json()["code"] == "desk.already_rated"


async def test_many_ratings_of_a_busy_window_are_no_bulk_but_more_than_it_can_serve_are(
    app: Any, hire: Any, window: str
) -> None:
    clerk = hire(Role.CLERK)
    token = await paired(clerk, window)
    before = await app.state.linli.database.pool.fetchval("SELECT count(*) FROM evaluation_flag")

    async def rate() -> None:
        await ask(clerk, window, "rating", await decided_case(hire))
        code = (await screen(clerk.http, token))["task"]["code"]
        answer = await clerk.http.post(f"/api/public/v1/evaluations/{code}", json={"level": 5, "pad": token})
        assert answer.status_code == 201, answer.text

    for _ in range(11):
        await rate()
    assert await app.state.linli.database.pool.fetchval("SELECT count(*) FROM evaluation_flag") == before
    await rate()
    assert await app.state.linli.database.pool.fetchval("SELECT count(*) FROM evaluation_flag") == before + 1


async def test_a_question_left_alone_is_over_and_an_undecided_case_is_not_asked_about(
    hire: Any, window: str, clock: FrozenClock
) -> None:
    clerk = hire(Role.CLERK)
    running = await accepted_case(hire)
    token = await paired(clerk, window)
    assert (await ask(clerk, window, "rating", running)).json()["code"] == "desk.not_decided_yet"
    assert (await ask(clerk, window, "signature", running)).status_code == 201
    task = (await screen(clerk.http, token))["task"]
    clock.move(timedelta(minutes=3, seconds=1))
    assert (await screen(clerk.http, token))["task"] is None
    late = await sign(clerk.http, token, task["id"])
    assert (late.status_code, late.json()["code"]) == (409, "desk.pad_task_gone")


async def test_a_signature_is_kept_with_its_witness_and_stands_on_the_receipt(app: Any, hire: Any, window: str) -> None:
    clerk = hire(Role.CLERK)
    token = await paired(clerk, window)
    draft = await clerk.open("80周岁以上老年人高龄津贴发放", form={"bank_account": "6217001234567890123"})
    await clerk.tick_all(draft["id"])
    await ask(clerk, window, "signature", draft)
    task = (await screen(clerk.http, token))["task"]
    assert task["code"] is None
    assert (await sign(clerk.http, token, task["id"], b"GIF89a")).status_code == 422
    assert (await sign(clerk.http, token, task["id"], PNG + b"0" * 400_000)).status_code == 413
    broken = await sign(clerk.http, token, task["id"], PNG[:8] + b"0" * 64)
    assert (broken.status_code, broken.json()["errors"][0]["code"]) == (422, "desk.signature_broken")
    assert (await sign(clerk.http, token, task["id"])).status_code == 201
    listed = (await clerk.get(f"{DESK}/cases/{draft['id']}/signatures")).json()["items"]
    assert [one["on_pad"] for one in listed] == [True]
    drawn = await clerk.get(f"{DESK}/cases/{draft['id']}/signatures/{listed[0]['id']}")
    assert (drawn.content, drawn.headers["content-type"]) == (PNG, "image/png")
    plain = await accepted_case(hire)
    signed = await clerk.do(draft["id"], "accept")

    async def receipt(case: dict[str, Any], **query: str) -> bytes:
        href = next(item["href"] for item in case["documents"] if item["kind"] == "receipt")
        answer = await clerk.get(href, params=query)
        assert answer.status_code == 200, answer.text
        return bytes(answer.content)

    for layout in ("a4", "slip"):
        with_drawing, without = await receipt(signed, layout=layout), await receipt(plain, layout=layout)
        # The seal and the code are vectors; a picture is there only where somebody signed.
        assert with_drawing.count(b"/Subtype/Image") + with_drawing.count(b"/Subtype /Image") > 0, layout
        assert without.count(b"/Subtype/Image") + without.count(b"/Subtype /Image") == 0, layout


async def test_pads_and_signatures_are_the_own_halls(hire: Any, clerk: Any, stranger: Any, window: str) -> None:
    case = await decided_case(hire)
    for call in (
        stranger.post(f"{DESK}/windows/{window}/pad-code"),
        stranger.get(f"{DESK}/windows/{window}/pad"),
        stranger.get(f"{DESK}/cases/{case['id']}/signatures"),
        ask(stranger, window, "rating", case),
    ):
        assert (await call).status_code == 404
    officer = hire(Role.TOWNSHIP_OFFICER)
    assert (await officer.post(f"{DESK}/windows/{window}/pad-code")).status_code == 403
    assert (await clerk.http.get(f"{PADS}/421202.{'0' * 22}")).status_code == 404
    assert (await clerk.http.get(f"{PADS}/nonsense")).status_code == 404
