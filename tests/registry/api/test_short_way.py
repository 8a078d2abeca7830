"""The hot endpoints: called past FastAPI's layers they answer what the ordinary way answers, and record the same."""

from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from linli_kernel.identity import Role
from linli_registry.population.known import ZHANG_GUILAN

SEARCH = "residents/search"
# Lists in lists: more than the reader of JSON takes, and more than what looks through a body takes. A number that is too long.
DEEP = (b"[" * 100_000, b'{"q": ' + b"[" * 600 + b"]" * 600 + b"}", b'{"q": ' + b"9" * 5_000 + b"}")
NUMBER = ZHANG_GUILAN.number("421202")


@pytest.fixture
async def ordinary(registry):
    """A client whose requests go through FastAPI's own layers."""

    async def application(scope, receive, send):
        await FastAPI.__call__(registry.app, scope, receive, send)

    transport = httpx.ASGITransport(app=application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://linli.test") as client:
        yield client


@pytest.fixture
async def paths(registry):
    guilan = await registry.known()
    return {
        "resident": f"residents/{guilan['id']}",
        "household": f"households/{guilan['household_id']}",
        "nobody": f"residents/{uuid4()}",
        "no household": f"households/{uuid4()}",
        "no id": "residents/123",
    }


async def acts(registry):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT seq, data FROM outbox WHERE type = 'cn.linli.act.v1' ORDER BY seq DESC LIMIT 3"
    )
    return rows[0]["seq"], {**rows[0]["data"], "request_id": ""}


def seen(answer):
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    body = answer.json()
    body.pop("request_id", None)
    return answer.status_code, headers | {"content-length": ""}, body


async def both(registry, ordinary, path, **options):
    headers = {"X-Request-Id": "same-for-both", **options.pop("headers")}
    method = "POST" if path == SEARCH else "GET"
    url = f"/api/registry/v1/{path}"
    short = await registry.client.request(method, url, headers=headers, **options)
    first = await acts(registry)
    long = await ordinary.request(method, url, headers=headers, **options)
    second = await acts(registry)
    assert short.headers["x-request-id"] == long.headers["x-request-id"] == "same-for-both"
    assert seen(short) == seen(long)
    return short, first, second


def test_the_most_used_reads_are_hot(registry):
    patterns = {plan.route.path for plans in registry.app._hot.values() for plan in plans}
    prefix = "/api/registry/v1"
    assert {f"{prefix}/residents/search", f"{prefix}/residents/{{resident_id}}"} <= patterns
    assert f"{prefix}/households/{{household_id}}" in patterns


@pytest.mark.parametrize("name", ["resident", "household"])
async def test_both_ways_show_and_record_the_same(registry, ordinary, paths, name):
    answer, first, second = await both(registry, ordinary, paths[name], headers=registry.auth(sub=str(uuid4())))
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    assert second[0] == first[0] + 1
    assert {**first[1], "post": ""} == {**second[1], "post": ""}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"identity_number": NUMBER}, 200),
        ({"q": "张"}, 200),
        ({}, 422),
        ({"q": "张", "limit": 1000}, 422),
        ({"q": "张", "unknown": 1}, 422),
        ({"q": "a\x00b"}, 422),
        ({"q": "张", "cursor": "nonsense"}, 422),
    ],
)
async def test_both_ways_search_and_refuse_the_same(registry, ordinary, body, status):
    answer, first, second = await both(registry, ordinary, SEARCH, json=body, headers=registry.auth())
    assert answer.status_code == status
    assert second[0] == first[0] + (status == 200)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@pytest.mark.parametrize(
    "content", [b'{"q": ', b"", b"[]", b"null", b'{"q": "\\ud800"}', b'{"q": "\xff"}', b"{} {}", *DEEP]
)
async def test_both_ways_refuse_a_body_that_is_no_such_json_the_same(registry, ordinary, content, media_type):
    headers = {**registry.auth(), "content-type": media_type}
    answer, *_ = await both(registry, ordinary, SEARCH, content=content, headers=headers)
    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["resident", "household", "nobody", "no household", "no id"])
@pytest.mark.parametrize("who", ["nobody", "bad token", "another role", "another county", "another village"])
async def test_both_ways_refuse_the_same_people(registry, ordinary, paths, name, who):
    headers = {
        "nobody": {},
        "bad token": {"Authorization": "Bearer abc"},
        "another role": registry.auth(Role.SYSTEM_ADMIN),
        "another county": registry.foreign(),
        "another village": registry.auth(divisions=["421202104217"]),
    }[who]
    answer, first, second = await both(registry, ordinary, paths[name], headers=headers)
    assert answer.status_code in (401, 403, 404, 422)
    assert first == second


async def test_a_query_string_takes_the_ordinary_way_and_is_refused(registry, paths):
    answer = await registry.client.get(f"/api/registry/v1/{paths['resident']}?x=1", headers=registry.auth())
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "query.unknown")
