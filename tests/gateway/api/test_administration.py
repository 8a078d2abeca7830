"""Administering accounts, posts and sessions: who may, who may not, and what it brings about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from linli_kernel.ids import new_id
from sqlalchemy import text

from tests.gateway.conftest import CLERK, FOREIGN_CLERK, Gateway, problem

BASE = "/api/auth/v1"
COUNTY = "county_admin.421202"
POST = {
    "role": "clerk",
    "tenants": ["421202"],
    "divisions": ["421202104221"],
    "title": "综合窗口",
}
ACCOUNT = {"username": "clerk2.421202104221", "name": "李芳", "password": "Mountain-Flower7", "posts": [POST]}


async def create(gateway: Gateway, by: str = "system_admin", **more: Any) -> Any:
    return await gateway.client.post(f"{BASE}/accounts", json={**ACCOUNT, **more}, headers=await gateway.auth(by))


async def find(gateway: Gateway, username: str) -> dict[str, Any]:
    answer = await gateway.client.get(f"{BASE}/accounts?q={username}", headers=await gateway.auth("system_admin"))
    found: dict[str, Any] = answer.json()["items"][0]
    return found


async def command(gateway: Gateway, username: str, name: str, *, by: str = "system_admin", body: Any = None) -> Any:
    account = await find(gateway, username)
    headers = {**await gateway.auth(by), "If-Match": f'"{account["version"]}"'}
    return await gateway.client.post(f"{BASE}/accounts/{account['id']}/{name}", json=body, headers=headers)


@pytest.mark.parametrize("by", ["system_admin", COUNTY])
async def test_an_administrator_creates_an_account_that_must_change_its_password(gateway: Gateway, by: str) -> None:
    made = await create(gateway, by)
    assert made.status_code == 201, made.text
    body = made.json()
    assert (body["tenant"], body["must_change_password"], body["posts"][0]["title"]) == ("421202", True, "综合窗口")
    assert made.headers["etag"] == '"1"'
    assert made.headers["location"] == f"{BASE}/accounts/{body['id']}"
    assert "password_hash" not in made.text


async def test_outside_the_demo_the_first_sign_in_sets_a_new_password(gateway: Gateway) -> None:
    await create(gateway)
    object.__setattr__(gateway.parts.settings, "environment", "production")
    name, first = ACCOUNT["username"], ACCOUNT["password"]
    problem(await gateway.sign_in(name, first), 403, "auth.password_change_required")  # type: ignore[arg-type]
    same = await gateway.sign_in(name, first, new_password=first)  # type: ignore[arg-type]
    assert problem(same, 422, "invalid")["errors"][0]["pointer"] == "/new_password"
    assert (await gateway.sign_in(name, first, new_password="River-Stone-88")).status_code == 201  # type: ignore[arg-type]
    problem(await gateway.sign_in(name, first), 401, "auth.invalid_credentials")  # type: ignore[arg-type]
    assert (await gateway.sign_in(name, "River-Stone-88")).status_code == 201  # type: ignore[arg-type]


async def test_the_same_request_again_makes_no_second_account(gateway: Gateway) -> None:
    headers = {**await gateway.auth("system_admin"), "Idempotency-Key": "once"}
    first = await gateway.client.post(f"{BASE}/accounts", json=ACCOUNT, headers=headers)
    again = await gateway.client.post(f"{BASE}/accounts", json=ACCOUNT, headers=headers)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = await gateway.client.post(f"{BASE}/accounts", json={**ACCOUNT, "name": "李芬"}, headers=headers)
    problem(other, 409, "idempotency.key_reused")
    problem(await create(gateway), 409, "auth.username_taken")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"password": "short"}, "/password"),
        ({"username": "Upper Case"}, "/username"),
        ({"name": ""}, "/name"),
        ({"posts": [{**POST, "role": "emperor"}]}, "/posts/0/role"),
        ({"posts": [{**POST, "role": "resident"}]}, "/role"),
        ({"posts": [{**POST, "role": "service"}]}, "/role"),
        ({"posts": [{**POST, "divisions": ["511681002001"]}]}, "/divisions/0"),
        ({"posts": [{**POST, "divisions": ["421202"]}]}, "/divisions/0"),
        ({"posts": [{**POST, "divisions": []}]}, "/divisions"),
        ({"posts": [{**POST, "tenants": ["999999"]}]}, "/tenants"),
        ({"posts": [{**POST, "tenants": ["421202", "421221"]}]}, "/tenants"),
        ({"posts": [{**POST, "role": "system_admin"}]}, "/tenants"),
        ({"extra": 1}, "/extra"),
    ],
)
async def test_each_malformed_field_is_named(shared_gateway: Gateway, change: dict[str, Any], pointer: str) -> None:
    body = problem(await create(shared_gateway, **change), 422, "invalid")
    assert pointer in {error["pointer"] for error in body["errors"]}


@pytest.mark.parametrize(
    "change",
    [
        {"tenant": "511681", "posts": []},
        {"tenant": "*", "posts": []},
        {"posts": [{**POST, "tenants": ["511681"], "divisions": ["511681002001"]}]},
        {"posts": [{**POST, "role": "system_admin", "tenants": ["*"], "divisions": []}]},
        {"posts": [{**POST, "role": "auditor", "tenants": ["421202"], "divisions": ["4212"]}]},
    ],
)
async def test_a_county_cannot_reach_beyond_itself(shared_gateway: Gateway, change: dict[str, Any]) -> None:
    problem(await create(shared_gateway, COUNTY, **change), 403, "auth.outside_your_county")


async def test_a_county_sees_its_own_accounts_only(shared_gateway: Gateway) -> None:
    foreign = await find(shared_gateway, FOREIGN_CLERK)
    auth = await shared_gateway.auth(COUNTY)
    listed = (await shared_gateway.client.get(f"{BASE}/accounts?limit=200", headers=auth)).json()["items"]
    assert {account["tenant"] for account in listed} == {"421202"}
    answer = await shared_gateway.client.get(f"{BASE}/accounts/{foreign['id']}", headers=auth)
    problem(answer, 404, "auth.account_not_found")


READS = ["accounts", "sessions", "sign-ins", "operations"]
SYSTEM_READS = ["clients", "messages"]


@pytest.mark.parametrize("path", READS + SYSTEM_READS)
@pytest.mark.parametrize("by", [CLERK, "auditor.4212", "supervisor.421202104221", None])
async def test_others_administer_nothing(shared_gateway: Gateway, path: str, by: str | None) -> None:
    headers = await shared_gateway.auth(by) if by else {}
    answer = await shared_gateway.client.get(f"{BASE}/{path}", headers=headers)
    assert answer.status_code == (403 if by else 401)


@pytest.mark.parametrize("path", SYSTEM_READS)
async def test_a_county_does_not_administer_the_system(shared_gateway: Gateway, path: str) -> None:
    answer = await shared_gateway.client.get(f"{BASE}/{path}", headers=await shared_gateway.auth(COUNTY))
    assert answer.status_code == 403


@pytest.mark.parametrize("path", READS + SYSTEM_READS)
async def test_lists_refuse_bad_limits_cursors_and_filters(shared_gateway: Gateway, path: str) -> None:
    auth = await shared_gateway.auth("system_admin")
    for query in ("limit=0", "limit=201", "limit=x", "cursor=!", "cursor=W10", "unknown=1"):
        answer = await shared_gateway.client.get(f"{BASE}/{path}?{query}", headers=auth)
        assert answer.status_code == 422, query


@pytest.mark.parametrize("path", ["accounts", "sign-ins"])
async def test_pages_follow_each_other_without_gap_or_double(shared_gateway: Gateway, path: str) -> None:
    auth = await shared_gateway.auth("system_admin")
    whole = (await shared_gateway.client.get(f"{BASE}/{path}?limit=200", headers=auth)).json()["items"]
    walked: list[Any] = []
    cursor = ""
    while cursor is not None:
        url = f"{BASE}/{path}?limit=3" + (f"&cursor={cursor}" if cursor else "")
        page = (await shared_gateway.client.get(url, headers=auth)).json()
        walked += page["items"]
        cursor = page["next_cursor"]
    assert [item["id"] for item in walked] == [item["id"] for item in whole]


async def test_disabling_ends_sessions_and_refuses_the_account(gateway: Gateway) -> None:
    auth = await gateway.auth(CLERK)
    answer = await command(gateway, CLERK, "disable", by=COUNTY)
    assert answer.json()["state"] == "disabled"
    assert (await gateway.client.get(f"{BASE}/me", headers=auth)).status_code == 401
    problem(await gateway.sign_in(CLERK), 401, "auth.invalid_credentials")
    await command(gateway, CLERK, "enable", by=COUNTY)
    assert (await gateway.sign_in(CLERK)).status_code == 201


async def test_a_new_password_from_the_administrator_ends_sessions(gateway: Gateway) -> None:
    auth = await gateway.auth(CLERK)
    answer = await command(gateway, CLERK, "reset-password", by=COUNTY, body={"password": "Mountain-Flower7"})
    assert answer.json()["must_change_password"] is True
    assert (await gateway.client.get(f"{BASE}/me", headers=auth)).status_code == 401
    problem(await gateway.sign_in(CLERK), 401, "auth.invalid_credentials")
    assert (await gateway.sign_in(CLERK, "Mountain-Flower7")).status_code == 201


async def test_nobody_disables_himself_or_the_last_administrator(gateway: Gateway) -> None:
    problem(await command(gateway, "system_admin", "disable"), 409, "auth.not_yourself")
    problem(
        await command(gateway, COUNTY, "reset-password", by=COUNTY, body={"password": "x"}), 409, "auth.not_yourself"
    )
    post = (await find(gateway, "system_admin"))["posts"][0]
    headers = {**await gateway.auth("system_admin"), "If-Match": f'"{post["version"]}"'}
    problem(await gateway.client.delete(f"{BASE}/posts/{post['id']}", headers=headers), 409, "auth.last_administrator")


@pytest.mark.parametrize("name", ["disable", "enable", "reset-otp", "reset-password"])
async def test_a_command_needs_the_present_version(shared_gateway: Gateway, name: str) -> None:
    account = await find(shared_gateway, "grid_worker.421202104221")
    url = f"{BASE}/accounts/{account['id']}/{name}"
    auth = await shared_gateway.auth("system_admin")
    body = {"password": "Mountain-Flower7"} if name == "reset-password" else None
    problem(await shared_gateway.client.post(url, json=body, headers=auth), 428, "if_match_required")
    stale = await shared_gateway.client.post(url, json=body, headers={**auth, "If-Match": '"999"'})
    problem(stale, 412, "stale_version")
    wrong = await shared_gateway.client.post(url, json=body, headers={**auth, "If-Match": "abc"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "accounts/{id}"),
        ("PATCH", "accounts/{id}"),
        ("POST", "accounts/{id}/disable"),
        ("POST", "accounts/{id}/posts"),
        ("DELETE", "accounts/{id}/sessions"),
        ("PATCH", "posts/{id}"),
        ("DELETE", "posts/{id}"),
        ("DELETE", "sessions/{id}"),
        ("GET", "clients/{id}"),
        ("PATCH", "clients/{id}"),
    ],
)
async def test_what_does_not_exist_is_404_and_no_id_is_422(shared_gateway: Gateway, method: str, path: str) -> None:
    headers = {**await shared_gateway.auth("system_admin"), "If-Match": '"1"'}
    body = POST if path.endswith("posts") else {} if method == "PATCH" else None
    for given, status in ((str(new_id()), 404), ("1", 422)):
        answer = await shared_gateway.client.request(
            method, f"{BASE}/{path.format(id=given)}", json=body, headers=headers
        )
        assert answer.status_code == status, answer.text


async def test_a_changed_scope_ends_the_sessions_under_the_post(gateway: Gateway) -> None:
    auth = await gateway.auth(CLERK)
    post = (await find(gateway, CLERK))["posts"][0]
    admin = await gateway.auth(COUNTY)
    url = f"{BASE}/posts/{post['id']}"
    titled = await gateway.client.patch(url, json={"title": "全科社工"}, headers={**admin, "If-Match": '"1"'})
    assert titled.json()["title"] == "全科社工"
    assert (await gateway.client.get(f"{BASE}/me", headers=auth)).status_code == 200
    scope = {"divisions": ["421202104217"]}
    assert (await gateway.client.patch(url, json=scope, headers={**admin, "If-Match": '"2"'})).status_code == 200
    assert (await gateway.client.get(f"{BASE}/me", headers=auth)).status_code == 401
    ended = await gateway.client.delete(url, headers={**admin, "If-Match": '"3"'})
    assert ended.status_code == 204
    problem(await gateway.sign_in(CLERK), 403, "auth.no_post")
    problem(await gateway.client.delete(url, headers={**admin, "If-Match": '"4"'}), 409, "auth.post_ended")


async def test_a_second_post_can_be_given_and_chosen(gateway: Gateway) -> None:
    account = await find(gateway, CLERK)
    body = {**POST, "role": "grid_worker", "title": "网格员"}
    given = await gateway.client.post(
        f"{BASE}/accounts/{account['id']}/posts", json=body, headers=await gateway.auth(COUNTY)
    )
    assert given.status_code == 201
    signed = (await gateway.sign_in(CLERK)).json()
    assert [post["role"] for post in signed["user"]["posts"]] == ["clerk", "grid_worker"]
    auth = {"Authorization": f"Bearer {signed['access_token']}"}
    chosen = await gateway.client.post(f"{BASE}/sessions/post", json={"post_id": given.json()["id"]}, headers=auth)
    assert chosen.json()["user"]["post_id"] == given.json()["id"]


async def test_people_on_line_are_seen_and_signed_out(gateway: Gateway) -> None:
    auth = await gateway.auth(CLERK)
    await gateway.auth(FOREIGN_CLERK)
    admin = await gateway.auth(COUNTY)
    online = (await gateway.client.get(f"{BASE}/sessions", headers=admin)).json()["items"]
    assert {one["username"] for one in online} == {CLERK, COUNTY}
    assert [one["current"] for one in online if one["username"] == COUNTY] == [True]
    session = next(one["id"] for one in online if one["username"] == CLERK)
    assert (await gateway.client.delete(f"{BASE}/sessions/{session}", headers=admin)).status_code == 204
    assert (await gateway.client.get(f"{BASE}/me", headers=auth)).status_code == 401
    foreign = (await gateway.client.get(f"{BASE}/sessions", headers=await gateway.auth("system_admin"))).json()["items"]
    other = next(one["id"] for one in foreign if one["username"] == FOREIGN_CLERK)
    problem(await gateway.client.delete(f"{BASE}/sessions/{other}", headers=admin), 404, "auth.session_not_found")


async def test_every_act_stands_in_the_operation_log_and_goes_to_the_ledger(gateway: Gateway) -> None:
    await create(gateway, COUNTY)
    await command(gateway, ACCOUNT["username"], "disable", by=COUNTY)  # type: ignore[arg-type]
    log = (await gateway.client.get(f"{BASE}/operations", headers=await gateway.auth(COUNTY))).json()["items"]
    assert [entry["action"] for entry in log] == ["account.disable", "account.create"]
    async with gateway.parts.database.transaction("*") as tx:
        rows = await tx.all(text("SELECT tenant, type, data FROM outbox ORDER BY tenant, seq"))
    assert [(row["tenant"], row["data"]["action"], row["data"]["role"]) for row in rows] == [
        ("421202", "account.create", "county_admin"),
        ("421202", "account.disable", "county_admin"),
    ]
    assert "李芳" not in str(rows)


async def test_accounts_are_found_by_name_role_and_state(shared_gateway: Gateway) -> None:
    auth = await shared_gateway.auth("system_admin")

    async def names(query: str) -> list[str]:
        items = (await shared_gateway.client.get(f"{BASE}/accounts?{query}", headers=auth)).json()["items"]
        return [item["username"] for item in items]

    assert await names("q=王敏") == [CLERK]
    assert await names("q=clerk.") == [CLERK, FOREIGN_CLERK]
    assert await names("q=%25") == []
    assert await names("role=auditor") == ["auditor.4212", "auditor.5116"]
    assert await names("state=disabled") == []
    assert await names("tenant=511681&role=clerk") == [FOREIGN_CLERK]


async def test_names_of_colleagues_are_told_within_the_county(shared_gateway: Gateway) -> None:
    ids = [(await find(shared_gateway, name))["id"] for name in (CLERK, FOREIGN_CLERK)]
    url = f"{BASE}/account-names?ids={','.join(ids)}"
    answer = await shared_gateway.client.get(url, headers=await shared_gateway.auth("supervisor.421202104221"))
    assert [item["name"] for item in answer.json()["items"]] == ["王敏"]
    bad = await shared_gateway.client.get(f"{BASE}/account-names?ids=1", headers=await shared_gateway.auth(CLERK))
    assert bad.status_code == 422


async def test_services_ask_who_let_themselves_into_an_account_and_nobody_else_does(gateway: Gateway) -> None:
    answer = await gateway.client.post(
        "/oauth2/token", data={"grant_type": "client_credentials"}, auth=("service-registry", "secret-of-the-registry")
    )
    service = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    clerk, county = await find(gateway, CLERK), await find(gateway, COUNTY)
    path = f"/internal/v1/password-settings?ids={clerk['id']},{county['id']}"
    assert (await gateway.client.get(path, headers=service)).json() == {"items": []}
    for password in ("Mountain-Flower7", "Mountain-Flower8"):
        answer = await command(gateway, CLERK, "reset-password", by=COUNTY, body={"password": password})
        assert answer.status_code == 200
    [told] = (await gateway.client.get(path, headers=service)).json()["items"]
    assert (told["account"], told["actor"]) == (clerk["id"], county["id"])
    assert datetime.fromisoformat(told["at"]) == gateway.clock.now()
    problem(await gateway.client.get("/internal/v1/password-settings?ids=x", headers=service), 422, "invalid")
    for headers, status in (({}, 401), (await gateway.auth("system_admin"), 403), (await gateway.auth(COUNTY), 403)):
        assert (await gateway.client.get(path, headers=headers)).status_code == status
