"""Every route × role × (own, foreign) area, from the table in `access.py`."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from linli_kernel.identity import Role
from linli_kernel.openapi import all_routes, permissions_of
from linli_kernel.testing import FOREIGN_TENANT, FOREIGN_VILLAGE

from tests.contract.access import TABLE, Row
from tests.contract.conftest import SERVICES, World

FOREIGN_AREAS = {
    Role.TOWNSHIP_OFFICER: [FOREIGN_VILLAGE[:9]],
    Role.DEPARTMENT_OFFICER: [FOREIGN_TENANT],
    Role.COUNTY_ADMIN: [FOREIGN_TENANT],
    Role.AUDITOR: [FOREIGN_TENANT[:4]],
    Role.INTEGRATION: [FOREIGN_TENANT],
    Role.SYSTEM_ADMIN: [],
    Role.RESIDENT: [],
}
ROWS = pytest.mark.parametrize("row", TABLE, ids=str)
OPERATIONS = {"/healthz", "/readyz", "/metrics", "/openapi.json"}


async def call(world: World, row: Row, headers: dict[str, str]) -> httpx.Response:
    path: str = world.fill(row.path)
    options: dict[str, Any] = {"headers": {**headers, "If-Match": '"1"'}}
    if row.path.endswith("matters/imports"):
        options["files"] = {"file": ("m.csv", b"name\n")}
    elif row.path.endswith("/materials") and row.method == "POST":
        options["files"] = {"file": ("id.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64)}
        options["data"] = {"material_id": world.objects["material_id"]}
    elif row.method in ("POST", "PUT", "PATCH") and row.body is not None:
        options["json"] = world.fill(row.body)
    return await world.clients[row.service].request(row.method, path, **options)


def foreign(world: World, role: Role) -> dict[str, str]:
    area = FOREIGN_AREAS.get(role, [FOREIGN_VILLAGE])
    return world.auth(role, tenant=FOREIGN_TENANT, divisions=area, sub=world.subjects[role][::-1].replace("-", "")[:32])


@ROWS
async def test_a_caller_of_another_county_finds_nothing(world: World, row: Row) -> None:
    own = {str(value) for key, value in world.objects.items() if key.endswith("_id") and key not in ("material_id",)}
    for role in row.roles:
        if role is Role.SERVICE or role is Role.SYSTEM_ADMIN:
            continue
        answer = await call(world, row, foreign(world, role))
        assert answer.status_code != 500, answer.text
        if row.names_an_object:
            assert answer.status_code == 404, f"{role}: {answer.status_code} {answer.text[:300]}"
        else:
            seen = {value for value in own if value in answer.text}
            assert not seen, f"{role} of another county sees {seen}"


@ROWS
async def test_only_the_roles_of_the_table_may_call(world: World, row: Row) -> None:
    if not row.roles:
        answer = await call(world, row, {})
        assert answer.status_code not in (401, 403, 500), answer.text
        return
    assert (await call(world, row, {})).status_code == 401
    for role in Role:
        answer = await call(world, row, world.auth(role))
        assert answer.status_code != 500, answer.text
        if role not in row.roles:
            assert answer.status_code == 403, f"{role}: {answer.status_code} {answer.text[:300]}"
        elif not row.finer and role is not Role.SERVICE:
            assert answer.status_code not in (401, 403, 404), f"{role}: {answer.status_code} {answer.text[:300]}"
        else:
            assert answer.status_code != 401


def shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path.split("?")[0])


def test_the_table_names_every_route_and_no_other(world: World) -> None:
    routes = {
        (method, shape(route.path_format))
        for app in world.apps.values()
        for route in all_routes(app)
        for method in route.methods or ()
        if not route.path_format.startswith("/internal/") and route.path_format not in OPERATIONS
    }
    # Two rows give values where the route has a parameter.
    rows = {(row.method, re.sub("dictionaries/relation", "dictionaries/{}", shape(row.path)).replace("tile/0/000", "tile/{}")) for row in TABLE}
    assert rows == routes


@pytest.mark.parametrize("service", SERVICES)
async def test_no_route_is_without_a_line_in_the_policy(world: World, service: str) -> None:
    for route in all_routes(world.apps[service]):
        if route.path_format in OPERATIONS or route.path_format in ("/internal/v1/events", "/internal/v1/revocations"):
            continue
        assert permissions_of(route), route.path_format


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("role", list(Role))
async def test_internal_routes_are_for_services_only(world: World, service: str, role: Role) -> None:
    if role is Role.SERVICE:
        return
    for route in all_routes(world.apps[service]):
        if route.path_format.startswith("/internal/"):
            path = re.sub(r"\{[^}]*\}", "00000000-0000-7000-8000-000000000000", route.path_format)
            for method in route.methods or ():
                answer = await world.clients[service].request(method, path, headers=world.auth(role))
                assert answer.status_code == 403, f"{method} {path} {answer.status_code}"
