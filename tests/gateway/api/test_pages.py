"""Places, documents, health, and the application's files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from linli_gateway.commands import Refused, seed_demo
from linli_gateway.policy import POLICY
from linli_gateway.routes import ROUTERS
from linli_gateway.web import static
from linli_gateway.web.combined import combine
from linli_kernel.openapi import permissions_of

from tests.gateway.conftest import CLERK, Gateway, running_gateway, settings_for

API_ACCOUNTS = {
    f"{role}.{village}"
    for village in ("421202104221", "511681002001")
    for role in (
        "clerk",
        "village_official",
        "bookkeeper",
        "supervisor",
        "grid_worker",
        "custodian1",
        "custodian2",
        "custodian3",
    )
} | {
    *("township_officer.421202104", "department_officer.421202", "county_admin.421202", "auditor.4212"),
    *("township_officer.511681002", "department_officer.511681", "county_admin.511681", "auditor.5116"),
    "system_admin",
}


async def test_the_demo_has_exactly_the_accounts_of_the_contract(shared_gateway: Gateway) -> None:
    body = (await shared_gateway.client.get("/api/auth/v1/places")).json()
    assert body["demo"] is True
    assert {account["username"] for account in body["accounts"]} == API_ACCOUNTS
    assert {place["tenant"] for place in body["places"]} >= {"421202", "511681", "440704", "511703", "451102"}


@pytest.mark.parametrize("username", sorted(API_ACCOUNTS))
async def test_every_demo_account_signs_in(shared_gateway: Gateway, username: str) -> None:
    assert (await shared_gateway.sign_in(username)).status_code == 201


async def test_seeding_twice_changes_nothing_and_production_is_refused(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    assert await seed_demo(settings_for(url)) == f"{len(API_ACCOUNTS)} demo accounts"
    assert await seed_demo(settings_for(url)) == "0 demo accounts"
    with pytest.raises(Refused):
        await seed_demo(settings_for(url, environment="production"))


async def test_a_profile_is_readable_for_those_who_signed_in(shared_gateway: Gateway) -> None:
    auth = await shared_gateway.auth(CLERK)
    listed = (await shared_gateway.client.get("/api/auth/v1/profiles", headers=auth)).json()["items"]
    assert {profile["id"] for profile in listed} == {"xianning", "huaying", "hezhou", "jianghai", "majia"}
    one = (await shared_gateway.client.get("/api/auth/v1/profiles/huaying", headers=auth)).json()
    assert "desk" in one["content"]
    assert (await shared_gateway.client.get("/api/auth/v1/profiles/none", headers=auth)).status_code == 404
    assert (await shared_gateway.client.get("/api/auth/v1/profiles")).status_code == 401


async def test_the_whole_is_ready_only_with_every_service(gateway: Gateway) -> None:
    assert (await gateway.client.get("/healthz")).json() == {"status": "ok"}
    ready = await gateway.client.get("/readyz")
    assert ready.json()["services"] == dict.fromkeys(("gateway", "registry", "services-desk", "supervision"), "ready")
    gateway.services.down.add(9102)
    degraded = await gateway.client.get("/readyz")
    assert (degraded.status_code, degraded.json()["services"]["services-desk"]) == (503, "down")


async def test_answers_carry_protective_headers(shared_gateway: Gateway) -> None:
    answer = await shared_gateway.client.get("/healthz")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["x-request-id"]


async def test_the_inner_side_is_hidden_from_what_comes_through_the_web_front(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.0/8"]) as gateway:
        for path in ("/metrics", "/internal/v1/revocations"):
            outside = await gateway.client.get(path, headers={"X-Forwarded-For": "192.0.2.1"})
            assert outside.status_code == 404
        assert "linli_gateway_requests" in (await gateway.client.get("/metrics")).text


async def test_a_body_over_the_limit_is_refused_at_the_door(shared_gateway: Gateway) -> None:
    answer = await shared_gateway.client.post("/api/auth/v1/sessions", content=b"x" * 300_000)
    assert answer.status_code == 413


def part(path: str, field: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {field: {"type": "string"}}}
    reference = {"schema": {"$ref": "#/components/schemas/Thing"}}
    operation = {"responses": {"200": {"description": "", "content": {"application/json": reference}}}}
    return {"paths": {path: {"get": operation}}, "components": {"schemas": {"Thing": schema, "Same": {"type": "null"}}}}


def test_schemas_of_one_name_and_two_meanings_are_told_apart() -> None:
    made = combine(
        {"registry": part("/a", "x"), "services-desk": part("/b", "y"), "supervision": part("/internal/v1/c", "x")},
        version="1",
        missing=[],
    )
    assert set(made["paths"]) == {"/a", "/b"}
    assert set(made["components"]["schemas"]) == {"Thing", "ServicesDeskThing", "Same"}
    content = made["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]
    assert content["schema"] == {"$ref": "#/components/schemas/ServicesDeskThing"}


async def test_the_combined_document_tolerates_a_service_that_is_down(gateway: Gateway) -> None:
    gateway.services.documents = {9101: part("/api/registry/v1/things", "x"), 9103: part("/api/supervision/v1/y", "z")}
    gateway.services.down.add(9102)
    body = (await gateway.client.get("/openapi.json")).json()
    assert body["openapi"] == "3.1.0"
    assert {"/api/registry/v1/things", "/api/supervision/v1/y", "/api/auth/v1/sessions"} <= set(body["paths"])
    assert body["info"]["x-missing-services"] == ["services-desk"]
    assert body["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    page = await gateway.client.get("/docs")
    assert "/api/registry/v1/things" in page.text
    assert "http://" not in page.text.replace("http://127.0.0.1", "")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html>index")
    (tmp_path / "assets" / "main-Ab12Cd34.js").write_text("let a = 1")
    (tmp_path / "assets" / "main-Ab12Cd34.js.gz").write_bytes(gzip.compress(b"let a = 1"))
    (tmp_path / "assets" / "main-Ab12Cd34.js.map").write_text("{}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    return tmp_path


async def test_the_application_is_served_with_history_and_caching(fresh_database: Any, dist: Path) -> None:
    (dist.parent / "secret.txt").write_text("secret")
    async with running_gateway(fresh_database("gateway").app_url, frontend_dir=dist) as gateway:
        get = gateway.client.get
        for path in (
            "/",
            "/cases/123",
            "/v/421202.token",
            "/v/w/421202.token",
            "/e/421202.token",
            "/queue/t/421202.token",
        ):
            answer = await get(path)
            assert (answer.status_code, answer.text) == (200, "<!doctype html>index")
            assert answer.headers["cache-control"] == "no-cache"
        again = await get("/", headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        script = await get("/assets/main-Ab12Cd34.js", headers={"accept-encoding": "gzip"})
        assert script.text == "let a = 1"
        assert script.headers["content-encoding"] == "gzip"
        assert "immutable" in script.headers["cache-control"]
        assert script.headers["content-type"] == "text/javascript; charset=utf-8"
        assert (await get("/assets/main-Ab12Cd34.js", headers={"accept-encoding": ""})).text == "let a = 1"
        assert (await gateway.client.head("/")).content == b""
        for path in (
            "/assets/gone-Ab12Cd34.js",
            "/assets/main-Ab12Cd34.js.map",
            "/../secret.txt",
            "/%2e%2e/secret.txt",
        ):
            assert (await get(path)).status_code == 404, path
        for path in ("/api/nothing", "/api/public/v1/nothing", "/internal/v1/nothing"):
            answer = await get(path)
            assert answer.status_code == 404
            assert answer.headers["content-type"] == "application/problem+json"


def test_every_route_has_a_line_in_the_policy() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 40
    for route in routes:
        permissions = permissions_of(route)
        assert len(permissions) == 1, route.path
        assert permissions[0] in POLICY


def test_a_build_that_comes_later_is_seen(dist: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "LOOK_SECONDS", 0)
    files = static.StaticFiles(dist, [])
    (dist / "assets" / "main-Ab12Cd34.js").unlink()
    (dist / "assets" / "main-Zz98Yy76.js").write_text("let a = 2")
    (dist / "index.html").write_text("<!doctype html>another")
    assert files.find("/assets/main-Zz98Yy76.js") == "/assets/main-Zz98Yy76.js"
    assert files.find("/assets/main-Ab12Cd34.js") is None


def test_screens_that_are_built_after_the_start_are_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static, "LOOK_SECONDS", 0)
    files = static.StaticFiles(tmp_path / "dist", [])
    assert files.find("/") is None
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "index.html").write_text("<!doctype html>first")
    assert files.find("/") == "/index.html"
