"""Two people with the same thing open: whoever saves second is told, and nothing of the first is lost.

Every command on something that has a version is played here; each is sent with the version before first, which must be refused and
change nothing, and then as it should be. A route that takes no version has its reason in `WITHOUT`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from linli_kernel.http import SAFE_METHODS, match_version
from linli_kernel.identity import Role

from tests.services_desk.flow import ALLOWANCE, accepted_case, decided_case
from tests.services_desk.whistle_story import BOTH, STAFF, facts, reported
from tests.services_desk.whistle_story import newest as newest_whistle

API = "/api/desk/v1"
REASON = {"reason": "情况有变"}
OFFICIAL, OFFICER, CLERK = Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.CLERK
LEAD, ASSIST = BOTH[0]["department"], BOTH[1]["department"]
Act = tuple[Role, str, Any]
WITHOUT = {
    "makes something new": {
        "POST /matters/imports", "POST /matter-drafts", "POST /cases", "POST /tickets", "POST /refusal-notes", "POST /whistles",
        "POST /cases/{case_id}/signatures", "POST /whistles/{whistle_id}/photos", "POST /windows/{window_id}/pad-code",
        "POST /cases/{case_id}/materials", "POST /cases/{case_id}/materials/{material_id}/message",
    },
    "one paper is one row; the later look at it stands, both are recorded, and a version that is sent must be the newest": {
        "PUT /cases/{case_id}/materials/{material_id}",
    },
    "only reads": {"POST /whistles/{whistle_id}/reveal"},
    "has no content to lose": {"DELETE /jobs/{job_id}", "POST /upkeep/dead-letters/replay"},
    "carries the version of each case in its body": {"POST /cases/batch"},
    "is about whose hands a case is in, which the desk looks up itself": {"POST /cases/hand-over"},
    "waits for the window's lock, then acts on the ticket in hand, whoever pressed first": {
        "POST /windows/{window_id}/call-next", "POST /windows/{window_id}/recall", "POST /windows/{window_id}/skip",
        "POST /windows/{window_id}/transfer", "POST /tickets/{ticket_id}/come-back",
        "POST /windows/{window_id}/pad/tasks", "DELETE /windows/{window_id}/pad",
    },
    "is one's own, and the last wish holds": {
        "POST /notices/read", "POST /subscriptions/news/read", "PUT /notice-preferences", "PUT /residents/{resident_id}/notice-preferences",
        "POST /subscriptions", "POST /subscriptions/questions", "DELETE /subscriptions/{subscription_id}",
    },
}  # fmt: skip


def takes_version(dependant: Dependant) -> bool:
    return dependant.call is match_version or any(takes_version(inner) for inner in dependant.dependencies)


def changing_routes(app: Any) -> list[APIRoute]:
    return [
        route
        for route in app.routes
        if isinstance(route, APIRoute)
        and route.path.startswith(API)
        and not hasattr(route.endpoint, "linli_reads")
        and (route.methods or set()) - SAFE_METHODS
    ]


def name_of(route: APIRoute) -> str:
    return f"{min((route.methods or set()) - SAFE_METHODS)} {route.path.removeprefix(API)}"


async def drafted(hire: Any) -> str:
    opened = await hire(CLERK).open(ALLOWANCE, form={"bank_account": "6217001234567890123"})
    await hire(CLERK).tick_all(opened["id"])
    return f"{API}/cases/{opened['id']}"


async def accepted(hire: Any) -> str:
    return f"{API}/cases/{(await accepted_case(hire))['id']}"


async def unlinked(hire: Any) -> str:
    opened = await hire(CLERK).open(ALLOWANCE, applicant_id=None, applicant={"name": "张桂兰"})
    return f"{API}/cases/{opened['id']}"


async def badly_rated(hire: Any) -> str:
    case = await decided_case(hire)
    answer = await hire(CLERK).http.post(f"/api/public/v1/evaluations/{case['receipt_token']}", json={"level": 1})
    assert answer.status_code == 201, answer.text
    return f"{API}/rectifications/{case['id']}"


async def started(hire: Any) -> str:
    answer = await hire(CLERK).post(STAFF, facts())
    return f"{STAFF}/{answer.json()['id']}"


async def told_by_a_resident(hire: Any) -> str:
    await reported(hire(CLERK).http)
    return f"{STAFF}/{(await newest_whistle(hire(CLERK)))['id']}"


async def begun_draft(hire: Any) -> str:
    answer = await hire(Role.DEPARTMENT_OFFICER).post(f"{API}/matter-drafts", {"name": "同时修改的事项"})
    return f"{API}/matter-drafts/{answer.json()['id']}"


STORIES: tuple[tuple[Callable[[Any], Awaitable[str]], tuple[Act, ...]], ...] = (
    (drafted, (
        (CLERK, "PATCH", {"form": {"payee": "李四"}}), (CLERK, "receive", {}), (CLERK, "not-accept", REASON),
        (OFFICER, "reopen", REASON), (CLERK, "withdraw", REASON),
    )),
    (drafted, (
        (CLERK, "supplement", {"items": [{"material_id": "photo", "text": "请补照片"}]}), (CLERK, "resume", {}),
        (CLERK, "accept", {}), (OFFICIAL, "suspend", REASON), (OFFICER, "resume", {}),
    )),
    (accepted, (
        (OFFICIAL, "steps/village_check/complete", {}), (OFFICER, "return", {"to_step": "village_check", **REASON}),
        (OFFICIAL, "steps/village_check/complete", {}), (OFFICER, "decide", {"outcome": "approved"}),
        (CLERK, "deliver", {}), (CLERK, "close", {}),
    )),
    (unlinked, ((CLERK, "link", {"applicant_id": "01990000-0000-7000-8000-000000000001"}),)),
    (badly_rated, ((OFFICIAL, "call-back", {"outcome": "reached"}), (OFFICIAL, "complete", {"measures": "已登门说明"}))),
    (badly_rated, ((CLERK, "appeal", {"reason": "与事实不符"}), (OFFICER, "decide-appeal", {"outcome": "upheld", "answer": "属实"}))),
    (started, (
        (OFFICER, "whistle", {"departments": BOTH}),
        (OFFICER, "assign", {"departments": [{"department": "公安局", "part": "assist"}]}),
        (OFFICER, "take-over", REASON), (Role.DEPARTMENT_OFFICER, f"{ASSIST}/decline", REASON),
        (Role.DEPARTMENT_OFFICER, "公安局/decline", REASON), (Role.DEPARTMENT_OFFICER, f"{LEAD}/report-in", {}),
        (Role.DEPARTMENT_OFFICER, f"{LEAD}/solve", {"answer": "已修好"}), (OFFICER, "send-back", REASON),
        (Role.DEPARTMENT_OFFICER, f"{LEAD}/solve", {"answer": "又修了一次"}), (OFFICER, "close", {}),
    )),
    (told_by_a_resident, ((CLERK, "call", {}), (OFFICER, "dismiss", REASON))),
    (told_by_a_resident, ((CLERK, "join", {"into_id": "{other}"}),)),
    (begun_draft, ((Role.DEPARTMENT_OFFICER, "PUT", {"content": "{content}", "note": "改"}), (Role.DEPARTMENT_OFFICER, "discard", {"note": ""}))),
)  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story[0].__name__}-{story[1][0][1]}")
async def test_a_command_on_an_older_version_is_refused_and_changes_nothing(hire: Any, story: Any) -> None:
    begin, acts = story
    path = await begin(hire)
    # One officer throughout: only the whistler closes a whistle.
    people: dict[Any, Any] = {}
    for role, act, body in acts:
        department, _, command = act.rpartition("/") if role is Role.DEPARTMENT_OFFICER else ("", "", act)
        person = people.setdefault((role, department), hire(role, **({"department": department} if department else {})))
        if command == "take-over":
            people[role, department] = person = hire(role)
        await play(person, path, command, await filled(hire, path, body))


async def filled(hire: Any, path: str, body: Any) -> Any:
    """The body with what only the story knows."""
    if body.get("into_id") == "{other}":
        return {"into_id": (await started(hire)).rpartition("/")[2]}
    if body.get("content") == "{content}":
        answer = await hire(Role.DEPARTMENT_OFFICER).get(path)
        return {**body, "content": answer.json()["content"]}
    return body


async def seen(person: Any, path: str) -> Any:
    """A thing as its screen shows it; rectifications are shown in their list only."""
    if "/rectifications/" not in path:
        return (await person.get(path)).json()
    items = (await person.get(f"{API}/rectifications", params={"limit": 200})).json()["items"]
    return next(item for item in items if item["case_id"] == path.rpartition("/")[2])


async def play(person: Any, path: str, command: str, body: Any) -> None:
    before = await seen(person, path)
    plain = command.isupper()
    url = path if plain else f"{path}/{command}"

    async def send(version: int | None) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        method = command if plain else "POST"
        return await person.http.request(method, url, json=body, headers={**person.headers, **headers})

    assert (await send(None)).status_code == 428, f"{command} without a version"
    stale = await send(before["version"] - 1)
    assert stale.status_code == 412, f"{command} with an older version: {stale.status_code} {stale.text}"
    assert await seen(person, path) == before, f"{command} with an older version changed something"
    done = await send(before["version"])
    assert done.status_code == 200, f"{command}: {done.status_code} {done.text}"
    assert (await send(before["version"])).is_client_error, f"{command} a second time"


def test_every_changing_route_takes_a_version_or_says_why_not(app: Any) -> None:
    routes = {name_of(route): takes_version(route.dependant) for route in changing_routes(app)}
    spared = set().union(*WITHOUT.values())
    assert {name for name, versioned in routes.items() if not versioned} ^ spared == set()
    played = {
        act.rpartition("/")[2] if "steps/" not in act else "complete" for _, acts in STORIES for _, act, _ in acts
    }
    missing = {name for name, versioned in routes.items() if versioned and name.rpartition("/")[2] not in played} - {
        "PATCH /cases/{case_id}",
        "PUT /matter-drafts/{draft_id}",
        "POST /matter-drafts/{draft_id}/{command}",
        # Played where a seal is refused.
        "POST /cases/{case_id}/not-issue",
    }
    assert not missing, "a versioned route needs its act in STORIES"


async def test_a_material_that_is_ticked_on_an_older_screen_is_refused_when_the_screen_says_so(hire: Any) -> None:
    clerk = hire(CLERK)
    opened = await clerk.open(ALLOWANCE)
    path = f"{API}/cases/{opened['id']}/materials/photo"
    changed = await clerk.patch(f"{API}/cases/{opened['id']}", {"form": {"payee": "李四"}}, opened["version"])
    assert changed.status_code == 200
    headers = {**clerk.headers, "If-Match": f'"{opened["version"]}"'}
    late = await clerk.http.put(path, json={"state": "original_checked"}, headers=headers)
    assert late.status_code == 412
    assert (await clerk.case(opened["id"]))["materials"] == opened["materials"]
    headers["If-Match"] = changed.headers["etag"]
    assert (await clerk.http.put(path, json={"state": "original_checked"}, headers=headers)).status_code == 200


async def test_nothing_is_taken_away_from_a_case_in_the_moment_in_which_it_is_accepted(app: Any, hire: Any) -> None:
    clerk, path = hire(CLERK), await drafted(hire)
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    pool = app.state.linli.database.pool
    async with pool.acquire() as colleague, colleague.transaction():
        await colleague.execute("UPDATE desk_case SET state = 'accepted' WHERE id = $1", UUID(path.rsplit("/", 1)[1]))
        undone = asyncio.create_task(clerk.put(f"{path}/materials/photo", {"state": "missing"}))
        async with asyncio.timeout(10):
            while not undone.done() and not await pool.fetchval(waiting):
                pass
    assert (await undone).json()["code"] == "desk.not_editable"
