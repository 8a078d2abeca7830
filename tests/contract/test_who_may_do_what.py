"""Every route × every role × (own area, another village, another county), from the table in `access.py`."""

from __future__ import annotations

import http.client
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.routing import APIRoute
from linli_kernel.identity import Role
from linli_kernel.openapi import all_routes, permissions_of

from tests.contract.access import TABLE, Row
from tests.contract.system import COUNTY_ROLES, PARTS, SERVICES, System

OPERATIONS = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/docs"}
# Objects of the county: everybody in it who may call at all finds them.
OF_THE_COUNTY = {"tenant", "village", "matter_id", "index", "alarm_id", "new"}
UPWARD = ("/../../..", "/%2e%2e/%2e%2e/%2e%2e", "/..%2f..%2f..", "\\..\\..\\..", "/.%2E/.%2E/.%2E")
ROWS = pytest.mark.parametrize("row", TABLE, ids=str)


def call(system: System, row: Row, headers: dict[str, str]) -> httpx.Response:
    body, path = system.fill(row.body), system.fill(row.path)
    options = {"files": row.files, "data": body} if row.files else {} if body is None else {"json": body}
    return system.clients[row.service].request(row.method, path, headers={**headers, "If-Match": '"1"'}, **options)


def objects_in(path: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", path.partition("?")[0]))


def told(role: Role, answer: httpx.Response) -> str:
    return f"{role}: {answer.status_code} {answer.text[:300]}"


def assert_finds_nothing(system: System, row: Row, role: Role, headers: dict[str, str], ignored: set[str]) -> None:
    answer = call(system, row, headers)
    assert answer.status_code < 500, told(role, answer)
    if objects_in(row.path) - ignored:
        assert answer.status_code == 404, told(role, answer)
    else:
        given = str(system.fill(row.path)) + str(system.fill(row.body))
        own = {str(value) for name, value in system.objects.items() if name.endswith("_id") and name != "material_id"}
        seen = {value for value in own if value in answer.text and value not in given}
        assert not seen, f"{role} of another place sees {seen}"


@ROWS
def test_only_the_roles_of_the_table_may_call(system: System, row: Row) -> None:
    if not row.roles:
        answer = call(system, row, {})
        assert answer.status_code < 500, answer.text
        assert row.finer or answer.status_code not in (401, 403), answer.text
        return
    assert call(system, row, {}).status_code == 401
    for role in Role:
        if role in row.roles and row.spared:
            continue
        answer = call(system, row, system.auth(role))
        assert answer.status_code < 500, told(role, answer)
        if role not in row.roles:
            assert answer.status_code == 403, told(role, answer)
        else:
            refused = (401,) if row.finer or role is Role.SERVICE else (401, 403, 404)
            assert answer.status_code not in refused, told(role, answer)


@ROWS
def test_a_caller_of_another_county_finds_nothing(system: System, row: Row) -> None:
    for role in row.roles:
        if not row.shared and role not in (Role.SERVICE, Role.SYSTEM_ADMIN):
            assert_finds_nothing(system, row, role, system.auth(role, abroad=True), {"village", "new"})


@ROWS
def test_a_caller_of_another_village_finds_nothing_that_belongs_to_this_one(system: System, row: Row) -> None:
    for role in row.roles:
        if not row.shared and role not in COUNTY_ROLES and objects_in(row.path) - OF_THE_COUNTY:
            assert_finds_nothing(system, row, role, system.elsewhere(role), OF_THE_COUNTY)


def route_of(routes: list[tuple[str, APIRoute]], row: Row) -> tuple[str, APIRoute] | None:
    path = re.sub(r"\{\w+\}", "x", row.path.partition("?")[0])
    fitting = (
        found
        for found in routes
        if found[0] == row.service and row.method in (found[1].methods or ()) and found[1].path_regex.match(path)
    )
    return next(fitting, None)


def outward_routes(system: System) -> list[tuple[str, APIRoute]]:
    return [
        (part, route)
        for part, app in system.apps.items()
        for route in all_routes(app)
        if not route.path_format.startswith("/internal/") and route.path_format not in OPERATIONS
    ]


def test_the_table_names_every_route(system: System) -> None:
    routes = outward_routes(system)
    named = {id(found[1]) for row in TABLE if (found := route_of(routes, row)) is not None}
    missing = [f"{part}: {route.methods} {route.path_format}" for part, route in routes if id(route) not in named]
    assert not missing, "no line in tests/contract/access.py for " + ", ".join(missing)


@ROWS
def test_every_row_has_its_route(system: System, row: Row) -> None:
    assert route_of(outward_routes(system), row) is not None


@pytest.mark.parametrize("part", PARTS)
def test_no_route_is_without_a_line_in_the_policy(system: System, part: str) -> None:
    # The kernel's own two inner routes ask for the service's role themselves.
    inner = {"/internal/v1/events", "/internal/v1/revocations"}
    bare = [route.path_format for route in all_routes(system.apps[part]) if not permissions_of(route)]
    assert set(bare) <= OPERATIONS | inner


def inner_calls(system: System, part: str) -> list[tuple[str, str]]:
    return [
        (method, re.sub(r"\{[^}]*\}", "00000000-0000-7000-8000-000000000000", route.path_format))
        for route in all_routes(system.apps[part])
        if route.path_format.startswith("/internal/")
        for method in route.methods or ()
    ]


@pytest.mark.parametrize("part", PARTS)
def test_inner_routes_refuse_everybody_but_services(system: System, part: str) -> None:
    calls = inner_calls(system, part)
    assert calls
    answers: list[Any] = []
    for method, path in calls:
        assert system.clients[part].request(method, path).status_code == 401
        for role in Role:
            if role is not Role.SERVICE:
                answer = system.clients[part].request(method, path, headers=system.auth(role))
                answers.append((answer.status_code, method, path, role))
    assert [found for found in answers if found[0] != 403] == []


def raw(url: str, method: str, path: str, headers: dict[str, str]) -> int:
    """Send a path exactly as it is written; HTTP clients tidy it up."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("part", SERVICES)
def test_no_inner_route_of_a_service_is_reached_through_the_gateway(system: System, part: str) -> None:
    """Not even by a service's own token, nor by a path that leads back out of a service's prefix."""
    headers = system.auth(Role.SERVICE)
    for method, path in inner_calls(system, part):
        assert system.clients[part].request(method, path, headers=headers).status_code != 403
        detours = [f"/api/{part}/v1{up}{path}" for up in UPWARD]
        for outward in [path, f"/{path}", f"/.{path}", *detours]:
            if (method, outward) in inner_calls(system, "gateway"):
                continue
            status = raw(system.urls["gateway"], method, outward, headers)
            assert status in (404, 405), f"{method} {outward}: {status}"
