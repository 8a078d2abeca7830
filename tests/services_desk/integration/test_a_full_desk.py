"""No question at the desk reads more because more is stored.

The desk is filled with made cases; then every reading route is asked by every post, and what each of its statements looked at is
taken from the server's own plan. A new reading route is asked here by itself; its variants belong into `VARIANTS`.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest
from fastapi.routing import APIRoute
from linli_kernel import bulk
from linli_kernel.autocommit import Autocommit
from linli_kernel.identity import Role
from linli_kernel.testing import VILLAGE, TokenMaker
from linli_services_desk.cases.workflow import IN_WORK, State
from linli_services_desk.volume import load

from tests.services_desk.conftest import Person

CASES = 15_000
WORK = 300
WHISTLES = CASES // load.CASES_TO_A_WHISTLE
# Cases in work, a page, and a month of notices fit; a tenth of what is stored does not.
MOST_ROWS = 1_400
MOST_PAGES = 2_500
TENANT = "421202"
VILLAGES = [VILLAGE, *(f"421202104{number}" for number in range(301, 307)), *(f"421202105{n}" for n in range(301, 307))]
POSTS = (Role.CLERK, Role.VILLAGE_OFFICIAL, Role.TOWNSHIP_OFFICER, Role.DEPARTMENT_OFFICER, Role.COUNTY_ADMIN)
VARIANTS = {
    "/api/desk/v1/cases": [
        *(f"state={state.value}" for state in State),
        *(f"clock={colour}" for colour in ("green", "amber", "red", "overdue", "paused", "done")),
        "mine=true", "q={number}", "matter_id={matter_id}", "resident_id={resident_id}", "state=draft&state=supplement",
    ],
    "/api/desk/v1/whistles": [
        "state=called", "state=closed", "clock=overdue", "clock=running", "mine=true", "escalated=true",
        "department=水利局", "division=421202105",
    ],
    "/api/desk/v1/outlook": ["department=民政局", "day=2026-11-30"],
    "/api/desk/v1/sms": ["state=failed"],
    "/api/desk/v1/evaluations": ["most=2", "source=code"],
    "/api/desk/v1/notices": ["unread=true"],
}  # fmt: skip
# Sums over a span of time that the caller chooses; what they read is that span, and the span has an end.
SUMS = {
    "/api/desk/v1/evaluations/figures",
    "/api/desk/v1/asked-twice/figures",
    "/api/desk/v1/supplement-reasons/figures",
}
Asked = tuple[str, Sequence[Any]]


@pytest.fixture(scope="module")
async def full(app: Any) -> Any:
    settings, owner_url = app.state.linli.settings, app.state.urls.owner_url
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(load, "IN_WORK", WORK)
        patched.setattr(load, "OPEN_WHISTLES", WORK // 10)
        ring = settings.keyring.get_secret_value()
        added = await load.fill(owner_url, ring, settings.profiles_dir, TENANT, VILLAGES, CASES, workers=1)
    assert added > CASES * 0.99
    async with bulk.connect(owner_url) as connection:
        await connection.execute("ANALYZE")
    app.state.owner_url = bulk.dsn(owner_url)
    return app


@pytest.fixture
async def owner(full: Any) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(full.state.owner_url)
    yield connection
    await connection.close()


@pytest.fixture
def asked(full: Any, monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """What reads of this service ask, as they ask it; other services may run in this process."""
    seen: list[Asked] = []
    own = full.state.linli.database
    quick, pooled = Autocommit.fetch, asyncpg.Pool.fetch

    async def one(self: Any, sql: str, values: Sequence[Any]) -> Any:
        if self is own.autocommit:
            seen.append((sql, values))
        return await quick(self, sql, values)

    async def other(self: Any, sql: str, *values: Any, **options: Any) -> Any:
        if self is own.pool:
            seen.append((sql, values))
        return await pooled(self, sql, *values, **options)

    monkeypatch.setattr(Autocommit, "fetch", one)
    monkeypatch.setattr(asyncpg.Pool, "fetch", other)
    return seen


def reading_routes(app: Any) -> list[str]:
    """Every GET that lists or counts: an object by its id is one row whatever is stored."""
    routes = [route for route in app.routes if isinstance(route, APIRoute) and "GET" in (route.methods or ())]
    return [route.path for route in routes if route.path.startswith("/api/desk/") and "{" not in route.path]


async def looked_at(owner: asyncpg.Connection, asked: Asked) -> tuple[int, int, str]:
    """Rows and pages that a statement read, and the plan."""
    sql, values = asked
    explained = await owner.fetchval(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *values)
    plan = json.loads(explained)[0]["Plan"]
    pages = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return _rows(plan), pages, json.dumps(plan, ensure_ascii=False)


def _rows(node: dict[str, Any]) -> int:
    own = 0
    if "Relation Name" in node and node["Relation Name"] != "matter":
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        own = round((node["Actual Rows"] + removed) * node["Actual Loops"])
    return own + sum(_rows(inner) for inner in node.get("Plans", []))


async def examples(owner: asyncpg.Connection) -> dict[str, str]:
    row = await owner.fetchrow(
        "SELECT number, matter_id, resident_id FROM desk_case WHERE division = $1 AND state = 'closed' ORDER BY id LIMIT 1",
        VILLAGE,
    )
    assert row is not None
    return {name: str(value) for name, value in dict(row).items()}


@pytest.mark.parametrize("role", POSTS)
async def test_no_list_and_no_count_reads_what_it_does_not_show(
    full: Any, tokens: TokenMaker, owner: asyncpg.Connection, asked: list[Asked], role: Role
) -> None:
    department = {"department": "民政局"} if role is Role.DEPARTMENT_OFFICER else {}
    person = Person(full.state.client, tokens.auth(role, **department), None)  # type: ignore[arg-type]
    known, found = await examples(owner), []
    for path in reading_routes(full):
        if path in SUMS:
            continue
        for query in ("", *VARIANTS.get(path, ())):
            asked.clear()
            answer = await person.get(f"{path}?{query.format(**known)}" if query else path)
            assert answer.status_code in (200, 403, 404, 422), f"{path}?{query}: {answer.status_code} {answer.text}"
            for statement in [one for one in asked if one[0].lstrip().startswith(("SELECT", "WITH"))]:
                rows, pages, plan = await looked_at(owner, statement)
                if rows > MOST_ROWS or pages > MOST_PAGES:
                    found.append(f"{path}?{query}: {rows} rows, {pages} pages\n{statement[0]}\n{plan[:3000]}")
    assert not found, "\n\n".join(found)


async def test_a_search_by_name_or_number_reads_only_what_it_finds(
    full: Any, tokens: TokenMaker, owner: asyncpg.Connection, asked: list[Asked]
) -> None:
    known = await examples(owner)
    for role in POSTS:
        department = {"department": "民政局"} if role is Role.DEPARTMENT_OFFICER else {}
        headers = tokens.auth(role, **department)
        for q in (known["number"], "张桂兰", "无此人"):
            asked.clear()
            answer = await full.state.client.post("/api/desk/v1/cases/search", json={"q": q}, headers=headers)
            assert answer.status_code == 200, answer.text
            for statement in [one for one in asked if one[0].lstrip().startswith("SELECT")]:
                rows, pages, plan = await looked_at(owner, statement)
                assert rows <= MOST_ROWS, f"{role} {q}: {rows} rows, {pages} pages\n{plan}"


async def test_made_cases_are_whole_and_their_numbers_have_no_gap(owner: asyncpg.Connection) -> None:
    assert await owner.fetchval("SELECT count(*) FROM desk_case WHERE tenant = $1", TENANT) == CASES
    for kind, sql in (
        ("case", "SELECT count(*) FROM desk_case WHERE tenant = $1 AND number IS NOT NULL"),
        ("decision", "SELECT count(*) FROM document WHERE tenant = $1 AND kind IN ('decision', 'not_accepted_notice')"),
        ("receipt", "SELECT count(*) FROM document WHERE tenant = $1 AND kind = 'receipt'"),
        ("whistle", "SELECT count(*) FROM whistle WHERE tenant = $1"),
    ):
        drawn = await owner.fetchval(
            "SELECT sum(last) FROM number_counter WHERE tenant = $1 AND kind = $2", TENANT, kind
        )
        assert drawn == await owner.fetchval(sql, TENANT), kind
    torn = "SELECT count(*) FROM desk_case c WHERE version <> (SELECT max(version) FROM case_history h WHERE (h.tenant, h.case_id) = (c.tenant, c.id))"
    assert await owner.fetchval(torn) == 0
    assert await owner.fetchval("SELECT count(*) FROM whistle WHERE tenant = $1", TENANT) == WHISTLES
    duties = await owner.fetchrow("SELECT count(*) AS assigned, count(solved_at) AS solved FROM whistle_duty")
    for table in ("whistle_tally", "whistle_county_tally"):
        counted = await owner.fetchrow(f"SELECT sum(assigned) AS assigned, sum(solved) AS solved FROM {table}")
        assert counted == duties, table


async def test_a_made_case_is_shown_like_any_other(full: Any, tokens: TokenMaker, owner: asyncpg.Connection) -> None:
    person = Person(full.state.client, tokens.auth(Role.CLERK), None)  # type: ignore[arg-type]
    for state in sorted(State):
        case = await owner.fetchval(
            "SELECT id FROM desk_case WHERE division = $1 AND state = $2 ORDER BY id LIMIT 1", VILLAGE, state.value
        )
        if case is None:
            assert state in IN_WORK, "the few in work may miss a state in one village"
            continue
        shown = await person.case(str(case))
        assert shown["state"] == state.value
        assert shown["applicant"]["name"] == shown["applicant_name"]


async def test_filling_again_adds_nothing_and_makes_the_indexes_whole(full: Any, owner: asyncpg.Connection) -> None:
    settings = full.state.linli.settings
    await owner.execute("DROP INDEX desk_case_work_idx")
    ring = settings.keyring.get_secret_value()
    assert await load.fill(full.state.owner_url, ring, settings.profiles_dir, TENANT, VILLAGES, CASES) == 0
    assert await owner.fetchval("SELECT count(*) FROM pg_indexes WHERE indexname = 'desk_case_work_idx'") == 1
