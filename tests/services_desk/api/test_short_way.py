"""The desk's hot endpoints answer past FastAPI's layers what they answer through them."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

CARD = "老年人优待证办理"


@pytest.fixture
def ordinary(app: Any) -> httpx.AsyncClient:
    """A client whose requests go through FastAPI's own layers."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await FastAPI.__call__(app, scope, receive, send)

    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://linli.test")


def seen(answer: httpx.Response) -> tuple[int, str | None, dict[str, Any]]:
    return answer.status_code, answer.headers.get("etag"), {**answer.json(), "request_id": ""}


def test_a_case_and_a_matter_are_hot(app: Any) -> None:
    patterns = {plan.route.path for plan in app._hot["GET"]}
    assert patterns == {"/api/desk/v1/cases/{case_id}", "/api/desk/v1/matters/{matter_id}"}


@pytest.mark.parametrize(
    "body", [b'{"form": {"x": ' + b"9" * 5000 + b"}}", b"\xff", b'{"a":' * 3000], ids=["digits", "bytes", "deep"]
)
async def test_a_body_that_nobody_can_read_is_malformed_on_both_ways(
    http: httpx.AsyncClient, ordinary: httpx.AsyncClient, clerk: Any, body: bytes
) -> None:
    headers = {**clerk.headers, "Content-Type": "application/json"}
    for way in (http, ordinary):
        answer = await way.post("/api/desk/v1/cases", content=body, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("kind", ["cases", "matters"])
@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 200), ("absent", 404), ("county", 404), ("role", 403), ("nobody", 401)]
)
async def test_both_ways_answer_the_same(
    http: httpx.AsyncClient, ordinary: httpx.AsyncClient, clerk: Any, hire: Any, kind: str, who: str, status: int
) -> None:
    opened = await clerk.open(CARD)
    known = {"cases": opened["id"], "matters": (await clerk.matter(CARD))["id"]}[kind]
    path = f"/api/desk/v1/{kind}/{new_id() if who == 'absent' else known}"
    headers: dict[str, str] = clerk.headers
    if who == "nobody":
        headers = {}
    elif who == "role":
        headers = hire(Role.SYSTEM_ADMIN).headers
    elif who == "county":
        headers = hire(Role.CLERK, tenant="421223", divisions=["421223100201"]).headers
    short = await http.get(path, headers=headers)
    assert seen(short) == seen(await ordinary.get(path, headers=headers))
    assert short.status_code == status
