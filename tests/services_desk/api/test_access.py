"""Who may call what, from one table: every route for every role, in the own and in a foreign area."""

import re
from collections.abc import Sequence
from typing import Any

import pytest
from fastapi.routing import APIRoute
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_services_desk.api import ROUTERS
from linli_services_desk.policy import POLICY, Permission

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
# A body that each command accepts, so that the answer is about the right and not about the form.
BODIES: dict[str, Any] = {
    "open_case": {"matter_id": str(new_id()), "applicant": {"name": "王芳"}},
    "search_cases": {"q": "王芳"},
    "reveal_form": {"purpose": "核对身份"},
    "not_accept": {"reason": "不符合条件"},
    "suspend": {"reason": "等待鉴定结果"},
    "withdraw": {"reason": "申请人撤回"},
    "reopen": {"reason": "发现新的情况"},
    "send_back": {"reason": "材料有误"},
    "decide": {"outcome": "approved"},
    "set_material": {"state": "original_checked"},
    "transfer": {"to_window_id": str(new_id())},
}


def permission_of(route: APIRoute) -> Permission:
    found = [d.call.__dict__["permission"] for d in route.dependant.dependencies if "permission" in d.call.__dict__]
    assert len(found) == 1, f"{route.path} names {found}"
    return Permission(found[0])


def path_of(route: APIRoute) -> str:
    return re.sub(r"\{\w+\}", str(new_id()), route.path)


def test_every_route_has_a_line_in_the_policy_and_every_line_a_route() -> None:
    # Jobs and upkeep are routes of the kernel under the desk's policy.
    used = {permission_of(route) for route in ROUTES} | {Permission.JOB_READ, Permission.UPKEEP}
    assert used == set(POLICY) == set(Permission)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{min(route.methods)} {route.path}")
async def test_a_route_is_for_its_roles_only(route: APIRoute, http: Any, tokens: Any) -> None:
    rule = POLICY[permission_of(route)]
    method = min(route.methods or {"GET"})
    body = BODIES.get(route.name, {})
    if not isinstance(rule, Sequence):
        answer = await http.request(method, path_of(route), json=body if method != "GET" else None)
        assert answer.status_code not in (401, 403)
        return
    for role in Role:
        headers = {**tokens.auth(role, department="民政局"), "If-Match": '"1"', "X-Linli-Tenant": "421202"}
        options: dict[str, Any] = {"json": body} if method != "GET" else {}
        if "/imports" in route.path:
            options = {"files": {"file": ("a.csv", b"name\n")}}
        if route.name == "upload_material":
            options = {"files": {"file": ("a.pdf", b"%PDF-1.7")}, "data": {"material_id": "photo"}}
        answer = await http.request(method, path_of(route), headers=headers, **options)
        may = any(all(predicate(_viewer(role)) for predicate in alternative) for alternative in rule)
        assert (answer.status_code == 403) is not may, f"{role}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code < 500
    assert (await http.request(method, path_of(route), headers={"If-Match": '"1"'})).status_code == 401


def _viewer(role: Role) -> Any:
    return Viewer(new_id(), "s", "421202", role, ("421202",))


@pytest.mark.parametrize(
    "path",
    ["cases/{id}", "cases/{id}/documents", "documents/{document}", "matters/{matter}"],
)
async def test_a_clerk_of_another_county_finds_nothing(path: str, clerk: Any, stranger: Any) -> None:
    opened = await clerk.open("老年人优待证办理")
    moved = await clerk.do(opened["id"], "receive")
    names = {"id": opened["id"], "document": moved["documents"][0]["id"], "matter": opened["matter_id"]}
    address = f"/api/desk/v1/{path.format(**names)}"
    assert (await clerk.get(address)).status_code == 200
    assert (await stranger.get(address)).status_code == 404


@pytest.mark.parametrize("command", ["receive", "accept", "supplement", "resume", "deliver", "close"])
async def test_commands_on_a_foreign_case_find_nothing(command: str, clerk: Any, stranger: Any) -> None:
    opened = await clerk.open("老年人优待证办理")
    answer = await stranger.post(f"/api/desk/v1/cases/{opened['id']}/{command}", {}, 1)
    assert answer.status_code == 404


async def test_a_department_officer_sees_only_the_departments_cases(clerk: Any, hire: Any) -> None:
    opened = await clerk.open("老年人优待证办理")
    civil, health = hire(Role.DEPARTMENT_OFFICER), hire(Role.DEPARTMENT_OFFICER, department="卫生健康局")
    assert (await civil.get(f"/api/desk/v1/cases/{opened['id']}")).status_code == 200
    assert (await health.get(f"/api/desk/v1/cases/{opened['id']}")).status_code == 404


async def test_the_neighbouring_village_of_the_same_township_finds_nothing(clerk: Any, hire: Any, officer: Any) -> None:
    opened = await clerk.open("老年人优待证办理")
    neighbour = hire(Role.CLERK, divisions=["421202104217"])
    assert (await neighbour.get(f"/api/desk/v1/cases/{opened['id']}")).status_code == 404
    assert (await officer.get(f"/api/desk/v1/cases/{opened['id']}")).status_code == 200
