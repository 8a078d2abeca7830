"""The ledger is complete: every route of every part writes its act, or its policy says why there is nothing to write."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

import asyncpg
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from linli_kernel.openapi import all_routes
from linli_kernel.permissions import OF_EVERY_SERVICE, Silent
from linli_kernel.testing import PROJECT

from tests.contract.access import TABLE, Row
from tests.contract.entries import ENTRIES
from tests.contract.reach import can_record
from tests.contract.system import PARTS, System
from tests.contract.test_who_may_do_what import call, outward_routes, route_of

PREFIX = {"gateway": "auth"}
# Recorded by a method that is only chosen at run time; `reach.py` follows names. Each with the test that sees the act.
SEEN_BY = {
    "whistle.": "tests/services_desk/api/test_whistles_api.py",
}
WORDS = json.loads((PROJECT / "frontend/src/modules/ledger/locale/acts.json").read_text(encoding="utf-8"))["actions"]


def silent(part: str) -> set[str]:
    package = "linli_services_desk" if part == "desk" else f"linli_{part}"
    own: Silent = import_module(f"{package}.policy").SILENT
    name = PREFIX.get(part, part)
    everywhere = {route.replace("{service}", name) for routes in OF_EVERY_SERVICE.values() for route in routes}
    return {route for routes in own.values() for route in routes} | everywhere


def routes_of(app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for route in all_routes(app):
        for method in route.methods or ():
            yield f"{method} {route.path_format.removeprefix('/api/').removeprefix('/')}", route


@pytest.mark.parametrize("part", PARTS)
def test_every_route_writes_its_entry_or_says_why_not(system: System, part: str) -> None:
    named = {name for name, _ in routes_of(system.apps[part])}
    writing, quiet = set(ENTRIES[part]), silent(part)
    assert sorted(named - writing - quiet) == [], "neither an act in entries.py nor a reason in SILENT of the policy"
    assert not writing & quiet
    assert not writing - named, "an act of a route that is no more"
    assert not quiet - named - {route for route in quiet if "/jobs" in route or route == "GET openapi.json"}


@pytest.mark.parametrize("part", PARTS)
def test_the_source_of_a_writing_route_leads_to_an_act_and_that_of_a_silent_one_to_none(
    system: System, part: str
) -> None:
    wrong = []
    for name, route in routes_of(system.apps[part]):
        writes = ENTRIES[part].get(name)
        seen_elsewhere = writes is not None and any(act.startswith(tuple(SEEN_BY)) for act in writes)
        if can_record(route.endpoint) != (writes is not None) and not seen_elsewhere:
            wrong.append(name)
    assert wrong == []


def test_every_act_of_the_table_has_its_words() -> None:
    acts = {act for routes in ENTRIES.values() for written in routes.values() for act in written}
    wordless = {act for act in acts if act.partition(".")[2] not in WORDS.get(act.partition(".")[0], {})}
    assert wordless == set()


@pytest.mark.parametrize(("prefix", "test"), SEEN_BY.items())
def test_what_only_the_run_shows_is_seen_by_a_test(prefix: str, test: str) -> None:
    text = (PROJECT / test).read_text(encoding="utf-8")
    acts = {act for routes in ENTRIES.values() for written in routes.values() for act in written}
    assert any(act.startswith(prefix) for act in acts)
    assert prefix in text


Written = Callable[[str, str], set[str]]


@pytest.fixture(scope="module")
def written(system: System) -> Iterator[Written]:
    """`written("desk", request_id)`: the acts that a request left in the outbox of its part."""
    with asyncio.Runner() as runner:
        urls = {
            part: made.owner_url.replace("postgresql+asyncpg", "postgresql") for part, made in system.databases.items()
        }
        connections = {part: runner.run(asyncpg.connect(url)) for part, url in urls.items()}

        def ask(part: str, request_id: str) -> set[str]:
            rows = connections[part].fetch(
                "SELECT data->>'action' AS action FROM outbox"
                " WHERE type = 'cn.linli.act.v1' AND data->>'request_id' = $1",
                request_id,
            )
            return {row["action"] for row in runner.run(rows)}

        yield ask
        for connection in connections.values():
            runner.run(connection.close())


# What an act depends on besides its route: then a success may write none, and the reason stands here.
MAY_WRITE_NONE: Mapping[str, str] = {
    "POST auth/v1/signing-keys": "written after the answer's own request",
    "POST desk/v1/cases/batch": "each case of a batch by itself; none is moved here",
    "GET desk/v1/cases/{case_id}/documents": "only when the paper itself is asked for, not its list",
    "POST registry/v1/grids/{grid_id}/dwellings": "a dwelling that is in the grid already stays there",
    "DELETE public/v1/subscriptions/{token}": "a second tap on the link finds it ended",
    "GET registry/v1/imports/{import_id}/rows": "only when cells are shown, to whoever uploaded them",
}


@pytest.mark.parametrize("row", [row for row in TABLE if not row.spared], ids=str)
def test_a_call_that_succeeds_leaves_exactly_its_act(system: System, written: Written, row: Row) -> None:
    found = route_of(outward_routes(system), row)
    assert found is not None
    name = f"{row.method} {found[1].path_format.removeprefix('/api/').removeprefix('/')}"
    for role in row.roles or (None,):
        answer = call(system, row, {} if role is None else system.auth(role))
        if not answer.is_success:
            continue
        acts = written(row.service, answer.headers["x-request-id"])
        expected = set(ENTRIES[row.service].get(name, ()))
        if not acts and name in MAY_WRITE_NONE:
            return
        assert bool(acts) == bool(expected), f"{name}: {acts or 'nothing'}"
        assert acts <= expected, f"{name}: {acts}"
        return
