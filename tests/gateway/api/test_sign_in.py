"""Signing in with a password: what it answers, what it costs to guess, and what a stranger cannot do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from jose import jwt

from tests.gateway.conftest import CLERK, PASSWORD, Gateway, problem, running_gateway

URL = "/api/auth/v1/sessions"


async def test_a_clerk_signs_in_and_gets_a_token_for_her_village(gateway: Gateway) -> None:
    answer = await gateway.client.post(URL, json={"username": CLERK, "password": PASSWORD})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["token_type"], body["expires_in"], body["refresh_token"]) == ("Bearer", 600, None)
    assert body["user"]["name"] == "王敏"
    assert [post["title"] for post in body["user"]["posts"]] == ["综合窗口"]
    claims = jwt.get_unverified_claims(body["access_token"])
    assert (claims["iss"], claims["aud"], claims["tenant"], claims["role"]) == ("linli", "linli-api", "421202", "clerk")
    assert claims["divisions"] == ["421202104221"]
    assert claims["exp"] - claims["iat"] == 600
    assert jwt.get_unverified_header(body["access_token"])["alg"] == "ES256"


async def test_the_refresh_token_is_a_cookie_that_scripts_and_other_sites_cannot_use(gateway: Gateway) -> None:
    answer = await gateway.client.post(URL, json={"username": CLERK, "password": PASSWORD})
    cookies = {line.split("=")[0]: line for line in answer.headers.get_list("set-cookie")}
    for name in ("linli_refresh", "linli_device"):
        assert "HttpOnly" in cookies[name]
        assert "SameSite=strict" in cookies[name]
        assert "Path=/api/auth/v1/sessions" in cookies[name]
        assert "Secure" not in cookies[name]


async def test_cookies_are_secure_behind_https(fresh_database: Any) -> None:
    async with running_gateway(fresh_database("gateway").app_url, public_url="https://linli.example") as gateway:
        answer = await gateway.client.post(URL, json={"username": CLERK, "password": PASSWORD})
        assert all("Secure" in line for line in answer.headers.get_list("set-cookie"))
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("username", [CLERK, "nobody.421202104221", "密码"])
async def test_a_wrong_password_and_an_unknown_name_are_one_answer(shared_gateway: Gateway, username: str) -> None:
    problem(await shared_gateway.sign_in(username, "Wrong#Password1"), 401, "auth.invalid_credentials")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": CLERK},
        {"username": CLERK, "password": ""},
        {"username": CLERK, "password": "x", "phone": "13800138000", "code": "123456"},
        {"username": CLERK, "password": "x", "unknown": 1},
        {"username": CLERK, "password": "x" * 1000},
        {"username": CLERK, "password": "a\u0000b"},
        {"phone": "123", "code": "123456"},
        [],
        "text",
    ],
)
async def test_a_malformed_body_is_422(shared_gateway: Gateway, body: Any) -> None:
    assert (await shared_gateway.client.post(URL, json=body)).status_code == 422


async def test_an_unknown_query_parameter_is_422(shared_gateway: Gateway) -> None:
    answer = await shared_gateway.client.post(f"{URL}?next=/", json={"username": CLERK, "password": PASSWORD})
    assert answer.status_code == 422


async def test_an_attacker_is_slowed_down_and_told_how_long(gateway: Gateway) -> None:
    for _ in range(5):
        problem(await gateway.sign_in(CLERK, "Wrong#Password1"), 401, "auth.invalid_credentials")
    slowed = await gateway.sign_in(CLERK)
    assert "5 秒" in problem(slowed, 429, "auth.too_many_attempts")["detail"]
    assert slowed.headers["retry-after"] == "5"
    gateway.clock.move(timedelta(seconds=5))
    assert (await gateway.sign_in(CLERK)).status_code == 201


async def test_a_stranger_elsewhere_cannot_lock_the_owner_out(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        for _ in range(8):
            body = {"username": CLERK, "password": "Wrong#Password1"}
            last = await gateway.client.post(URL, json=body, headers={"X-Forwarded-For": "192.0.2.66"})
        assert last.status_code == 429
        owner = await gateway.client.post(
            URL, json={"username": CLERK, "password": PASSWORD}, headers={"X-Forwarded-For": "192.0.2.1"}
        )
        assert owner.status_code == 201


async def test_a_known_device_keeps_its_own_budget_behind_the_same_address(gateway: Gateway) -> None:
    first = await gateway.client.post(URL, json={"username": CLERK, "password": PASSWORD})
    device = first.cookies["linli_device"]
    gateway.client.cookies.clear()
    for _ in range(8):
        last = await gateway.sign_in(CLERK, "Wrong#Password1")
    assert last.status_code == 429
    again = await gateway.client.post(
        URL, json={"username": CLERK, "password": PASSWORD}, headers={"Cookie": f"linli_device={device}"}
    )
    assert again.status_code == 201


async def test_an_invented_device_brings_no_budget(gateway: Gateway) -> None:
    for _ in range(8):
        last = await gateway.client.post(
            URL,
            json={"username": CLERK, "password": "Wrong#Password1"},
            headers={"Cookie": "linli_device=invented-invented-invented"},
        )
    assert last.status_code == 429


async def test_one_source_is_slowed_down_over_all_names(gateway: Gateway) -> None:
    for number in range(30):
        await gateway.sign_in(f"name{number}", "Wrong#Password1")
    problem(await gateway.sign_in("another"), 429, "auth.too_many_attempts")


async def test_the_log_keeps_no_name_that_nobody_has(gateway: Gateway) -> None:
    await gateway.sign_in("Secret#Typed1", "x")
    await gateway.sign_in(CLERK, "x")
    items = (await gateway.client.get("/api/auth/v1/sign-ins", headers=await gateway.auth("system_admin"))).json()[
        "items"
    ]
    assert [(item["username"], item["outcome"]) for item in items] == [
        ("system_admin", "ok"),
        (CLERK, "auth.invalid_credentials"),
        (None, "auth.invalid_credentials"),
    ]


async def test_outside_the_demo_its_password_is_refused(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url):
        pass
    async with running_gateway(url, seed=False, environment="production") as gateway:
        problem(await gateway.sign_in(CLERK), 401, "auth.invalid_credentials")
        places = (await gateway.client.get("/api/auth/v1/places")).json()
        assert places["demo"] is False
        assert "accounts" not in places
        assert "password" not in places


async def _second_factor(gateway: Gateway) -> tuple[pyotp.TOTP, list[str]]:
    auth = await gateway.auth(CLERK)
    secret = (await gateway.client.post("/api/auth/v1/me/otp-secret", headers=auth)).json()["secret"]
    totp = pyotp.TOTP(secret)
    confirmed = await gateway.client.post(
        "/api/auth/v1/me/otp-secret/confirm", json={"otp": totp.at(gateway.clock.now())}, headers=auth
    )
    assert confirmed.status_code == 200, confirmed.text
    return totp, confirmed.json()["recovery_codes"]


async def test_a_second_factor_is_asked_for_and_used_up(gateway: Gateway) -> None:
    totp, _ = await _second_factor(gateway)
    problem(await gateway.sign_in(CLERK), 401, "auth.otp_required")
    problem(await gateway.sign_in(CLERK, otp="000000"), 401, "auth.otp_rejected")
    used = totp.at(gateway.clock.now())
    problem(await gateway.sign_in(CLERK, otp=used), 401, "auth.otp_rejected")
    gateway.clock.move(timedelta(seconds=60))
    assert (await gateway.sign_in(CLERK, otp=totp.at(gateway.clock.now()))).status_code == 201


async def test_a_recovery_code_signs_in_once(gateway: Gateway) -> None:
    _, codes = await _second_factor(gateway)
    assert (await gateway.sign_in(CLERK, otp=codes[3].lower())).status_code == 201
    problem(await gateway.sign_in(CLERK, otp=codes[3]), 401, "auth.otp_rejected")


async def test_guessing_the_second_factor_is_slowed_down(gateway: Gateway) -> None:
    await _second_factor(gateway)
    for _ in range(5):
        problem(await gateway.sign_in(CLERK, otp="000000"), 401, "auth.otp_rejected")
    problem(await gateway.sign_in(CLERK, otp="000000"), 429, "auth.too_many_attempts")


async def test_without_the_password_nobody_learns_of_the_second_factor(gateway: Gateway) -> None:
    await _second_factor(gateway)
    problem(await gateway.sign_in(CLERK, "Wrong#Password1"), 401, "auth.invalid_credentials")


async def test_the_second_factor_is_given_up_with_password_and_code(gateway: Gateway) -> None:
    totp, _ = await _second_factor(gateway)
    auth = await gateway.auth(CLERK)
    url = "/api/auth/v1/me/otp-secret/remove"
    wrong = await gateway.client.post(url, json={"password": "wrong", "otp": "123456"}, headers=auth)
    assert wrong.status_code == 422
    gateway.clock.move(timedelta(seconds=60))
    body = {"password": PASSWORD, "otp": totp.at(gateway.clock.now())}
    assert (await gateway.client.post(url, json=body, headers=auth)).status_code == 204
    assert (await gateway.sign_in(CLERK)).status_code == 201


async def test_the_own_password_is_changed_and_other_sessions_end(gateway: Gateway) -> None:
    other = (await gateway.sign_in(CLERK)).json()["access_token"]
    auth = await gateway.auth(CLERK)
    url = "/api/auth/v1/me/password"
    weak = await gateway.client.put(url, json={"current_password": PASSWORD, "new_password": "short"}, headers=auth)
    assert {error["pointer"] for error in problem(weak, 422, "invalid")["errors"]} == {"/new_password"}
    wrong = {"current_password": "wrong", "new_password": "Mountain-Flower7"}
    refused = await gateway.client.put(url, json=wrong, headers=auth)
    assert problem(refused, 422, "invalid")["errors"][0]["pointer"] == "/current_password"
    good = {"current_password": PASSWORD, "new_password": "Mountain-Flower7"}
    assert (await gateway.client.put(url, json=good, headers=auth)).status_code == 204
    assert (await gateway.client.get("/api/auth/v1/me", headers=auth)).status_code == 200
    ended = await gateway.client.get("/api/auth/v1/me", headers={"Authorization": f"Bearer {other}"})
    assert ended.status_code == 401
    assert (await gateway.sign_in(CLERK, "Mountain-Flower7")).status_code == 201
