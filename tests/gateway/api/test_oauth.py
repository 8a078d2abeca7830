"""The token endpoint as RFC 6749 has it."""

from __future__ import annotations

from typing import Any

import pytest
from jose import jwt

from tests.gateway.conftest import Gateway, problem

SECRET = "Linli#2026demo-province"
PARTNER = ("demo-province", SECRET)
GRANT = {"grant_type": "client_credentials"}


async def token(gateway: Gateway, data: Any = GRANT, **more: Any) -> Any:
    return await gateway.client.post("/oauth2/token", data=data, **more)


async def test_a_partner_gets_a_token_by_basic_authentication(shared_gateway: Gateway) -> None:
    answer = await token(shared_gateway, auth=PARTNER)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 600)
    claims = jwt.get_unverified_claims(body["access_token"])
    assert (claims["role"], claims["tenant"], claims["divisions"]) == ("integration", "421202", ["421202"])
    assert claims["scope"] == body["scope"].split(" ")


async def test_a_partner_gets_a_token_by_the_form_with_fewer_scopes(shared_gateway: Gateway) -> None:
    form = {**GRANT, "client_id": "demo-province", "client_secret": SECRET, "scope": "cases.read"}
    body = (await token(shared_gateway, form)).json()
    assert body["scope"] == "cases.read"
    assert jwt.get_unverified_claims(body["access_token"])["scope"] == ["cases.read"]


async def test_a_service_gets_a_token_for_every_county(shared_gateway: Gateway) -> None:
    body = (await token(shared_gateway, auth=("service-registry", "secret-of-the-registry"))).json()
    claims = jwt.get_unverified_claims(body["access_token"])
    assert (claims["role"], claims["tenant"], claims["divisions"]) == ("service", "*", [""])


@pytest.mark.parametrize(
    ("data", "auth", "status", "error"),
    [
        (GRANT, None, 401, "invalid_client"),
        (GRANT, ("demo-province", "wrong"), 401, "invalid_client"),
        (GRANT, ("nobody", SECRET), 401, "invalid_client"),
        (GRANT, ("service-registry", "wrong"), 401, "invalid_client"),
        (GRANT, ("service-desk", ""), 401, "invalid_client"),
        (GRANT, ("a\x00b", "x"), 401, "invalid_client"),
        ({}, PARTNER, 400, "invalid_request"),
        ({"grant_type": "password"}, PARTNER, 400, "unsupported_grant_type"),
        ({**GRANT, "scope": "everything"}, PARTNER, 400, "invalid_scope"),
        ({**GRANT, "client_secret": SECRET}, PARTNER, 400, "invalid_request"),
        ({"grant_type": ["client_credentials", "client_credentials"]}, PARTNER, 400, "invalid_request"),
    ],
)
async def test_errors_have_the_form_of_the_rfc(
    shared_gateway: Gateway, data: Any, auth: Any, status: int, error: str
) -> None:
    answer = await token(shared_gateway, data, auth=auth)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    if status == 401:
        assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"{}", "application/json"), (b"%%%=&&", "application/x-www-form-urlencoded"), (b"\xff", "text/plain")],
)
async def test_a_body_that_is_no_form_is_an_invalid_request(shared_gateway: Gateway, content: bytes, kind: str) -> None:
    answer = await shared_gateway.client.post("/oauth2/token", content=content, headers={"content-type": kind})
    assert answer.status_code in (400, 401)
    assert answer.json()["error"] in ("invalid_request", "invalid_client")


async def test_the_server_describes_itself(shared_gateway: Gateway) -> None:
    body = (await shared_gateway.client.get("/.well-known/oauth-authorization-server")).json()
    assert body["token_endpoint"].endswith("/oauth2/token")
    assert body["grant_types_supported"] == ["client_credentials"]


async def test_a_guesser_of_secrets_is_slowed_down(gateway: Gateway) -> None:
    for _ in range(5):
        await token(gateway, auth=("demo-province", "wrong"))
    slowed = await token(gateway, auth=PARTNER)
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) >= 1


NEW = {
    "client_id": "county-health",
    "name": "县卫健系统",
    "secret": "k3y-of-22-characters-or-more",
    "tenant": "421202",
    "divisions": ["421202"],
    "scopes": ["statistics.read"],
}
URL = "/api/auth/v1/clients"


async def test_a_client_is_registered_changed_and_its_tokens_end(gateway: Gateway) -> None:
    auth = await gateway.auth("system_admin")
    made = await gateway.client.post(URL, json=NEW, headers=auth)
    assert made.status_code == 201, made.text
    assert "secret" not in made.text.replace("secret_", "")
    credentials = (NEW["client_id"], NEW["secret"])
    held = (await token(gateway, auth=credentials)).json()["access_token"]
    assert (await _through(gateway, held)).status_code == 503
    url = f"{URL}/{made.json()['id']}"
    problem(await gateway.client.patch(url, json={"state": "disabled"}, headers=auth), 428, "if_match_required")
    stale = await gateway.client.patch(url, json={"state": "disabled"}, headers={**auth, "If-Match": '"9"'})
    problem(stale, 412, "stale_version")
    headers = {**auth, "If-Match": made.headers["etag"]}
    assert (await gateway.client.patch(url, json={"state": "disabled"}, headers=headers)).status_code == 200
    assert (await token(gateway, auth=credentials)).json()["error"] == "invalid_client"
    assert (await _through(gateway, held)).status_code == 401


async def _through(gateway: Gateway, held: str) -> Any:
    return await gateway.client.get("/api/desk/v1/cases", headers={"Authorization": f"Bearer {held}"})


@pytest.mark.parametrize(
    "change",
    [{"secret": "short"}, {"divisions": ["511681"]}, {"tenant": "999999"}, {"client_id": "X"}, {"scopes": ["A B"]}],
)
async def test_a_malformed_client_is_422(shared_gateway: Gateway, change: dict[str, Any]) -> None:
    auth = await shared_gateway.auth("system_admin")
    assert (await shared_gateway.client.post(URL, json={**NEW, **change}, headers=auth)).status_code == 422


async def test_a_taken_client_id_is_a_conflict(shared_gateway: Gateway) -> None:
    auth = await shared_gateway.auth("system_admin")
    for client_id in ("demo-province", "service-registry"):
        answer = await shared_gateway.client.post(URL, json={**NEW, "client_id": client_id}, headers=auth)
        problem(answer, 409, "auth.client_id_taken")
