"""Refresh rotation, sign-out, choosing the post, and tokens that are refused."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from jose import jwt
from linli_kernel.identity import Role
from linli_kernel.testing import TokenMaker

from tests.gateway.conftest import CLERK, PASSWORD, Gateway, problem, running_gateway

URL = "/api/auth/v1/sessions"
ME = "/api/auth/v1/me"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def refresh(gateway: Gateway, token: str) -> Any:
    return await gateway.client.post(f"{URL}/refresh", json={"refresh_token": token})


async def test_a_browser_renews_by_cookie_alone(gateway: Gateway) -> None:
    signed = await gateway.client.post(URL, json={"username": CLERK, "password": PASSWORD})
    renewed = await gateway.client.post(f"{URL}/refresh")
    assert renewed.status_code == 200
    assert renewed.json()["refresh_token"] is None
    assert renewed.cookies["linli_refresh"] != signed.cookies["linli_refresh"]
    assert (await gateway.client.get(ME, headers=bearer(renewed.json()["access_token"]))).status_code == 200


async def test_a_refresh_token_used_twice_ends_the_whole_family_at_once(gateway: Gateway) -> None:
    signed = (await gateway.sign_in(CLERK)).json()
    renewed = (await refresh(gateway, signed["refresh_token"])).json()
    problem(await refresh(gateway, signed["refresh_token"]), 401, "auth.refresh_reused")
    problem(await refresh(gateway, renewed["refresh_token"]), 401, "auth.refresh_refused")
    for token in (signed["access_token"], renewed["access_token"]):
        problem(await gateway.client.get(ME, headers=bearer(token)), 401, "auth.invalid_token")


async def test_of_two_parallel_uses_one_wins_and_the_family_ends(gateway: Gateway) -> None:
    token = (await gateway.sign_in(CLERK)).json()["refresh_token"]
    answers = await asyncio.gather(*(refresh(gateway, token) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]
    winner = next(answer for answer in answers if answer.status_code == 200).json()
    problem(await refresh(gateway, winner["refresh_token"]), 401, "auth.refresh_refused")


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00"])
async def test_an_invented_refresh_token_is_refused(shared_gateway: Gateway, token: str) -> None:
    problem(await refresh(shared_gateway, token), 401, "auth.refresh_refused")


async def test_without_any_refresh_token_nothing_is_renewed(shared_gateway: Gateway) -> None:
    shared_gateway.client.cookies.clear()
    problem(await shared_gateway.client.post(f"{URL}/refresh"), 401, "auth.refresh_refused")


async def test_an_idle_session_cannot_be_renewed(gateway: Gateway) -> None:
    token = (await gateway.sign_in(CLERK)).json()["refresh_token"]
    gateway.clock.move(timedelta(days=15))
    problem(await refresh(gateway, token), 401, "auth.refresh_refused")


async def test_signing_out_ends_the_tokens_here_and_tells_the_services(gateway: Gateway) -> None:
    signed = (await gateway.sign_in(CLERK)).json()
    sid = jwt.get_unverified_claims(signed["access_token"])["sid"]
    out = await gateway.client.delete(f"{URL}/current", headers=bearer(signed["access_token"]))
    assert out.status_code == 204
    problem(await gateway.client.get(ME, headers=bearer(signed["access_token"])), 401, "auth.invalid_token")
    problem(await refresh(gateway, signed["refresh_token"]), 401, "auth.refresh_refused")
    while len(gateway.services.asked) < 3:  # noqa: ASYNC110 - the push happens behind the answer
        await asyncio.sleep(0)
    pushed = [body for method, path, body in gateway.services.asked if path == "/internal/v1/revocations"]
    assert [body["sessions"][0]["sid"] for body in pushed] == [sid] * 3


async def test_the_way_through_refuses_an_ended_session_too(gateway: Gateway) -> None:
    token = (await gateway.sign_in(CLERK)).json()["access_token"]
    down = await gateway.client.get("/api/registry/v1/residents/x", headers=bearer(token))
    assert down.status_code == 503
    await gateway.client.delete(f"{URL}/current", headers=bearer(token))
    problem(await gateway.client.get("/api/registry/v1/residents/x", headers=bearer(token)), 401, "auth.token_invalid")


async def test_services_read_the_list_of_ended_sessions_from_where_they_stopped(gateway: Gateway) -> None:
    answer = await gateway.client.post(
        "/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=("service-registry", "secret-of-the-registry"),
    )
    service = bearer(answer.json()["access_token"])
    for _ in range(2):
        token = (await gateway.sign_in(CLERK)).json()["access_token"]
        await gateway.client.delete(f"{URL}/current", headers=bearer(token))
    first = (await gateway.client.get("/internal/v1/revocations", headers=service)).json()
    assert len(first["sessions"]) == 2
    assert first["sessions"][0]["until"] > time.time()
    rest = (await gateway.client.get(f"/internal/v1/revocations?after={first['after']}", headers=service)).json()
    assert rest == {"sessions": [], "after": first["after"]}
    refused = await gateway.client.get("/internal/v1/revocations", headers=await gateway.auth("system_admin"))
    assert refused.status_code == 403


async def test_another_process_learns_of_the_end_from_the_list(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url) as one, running_gateway(url, seed=False) as other:
        token = (await one.sign_in(CLERK)).json()["access_token"]
        assert (await other.client.get(ME, headers=bearer(token))).status_code == 200
        await one.client.delete(f"{URL}/current", headers=bearer(token))
        await other.parts.revoker.follow()
        problem(await other.client.get(ME, headers=bearer(token)), 401, "auth.invalid_token")


async def test_an_auditor_of_the_prefecture_chooses_the_county(gateway: Gateway) -> None:
    auth = await gateway.auth("auditor.4212")
    me = (await gateway.client.get(ME, headers=auth)).json()
    assert me["tenant"] == "421202"
    chosen = await gateway.client.post(f"{URL}/post", json={"post_id": me["post_id"], "tenant": "421221"}, headers=auth)
    claims = jwt.get_unverified_claims(chosen.json()["access_token"])
    assert (claims["tenant"], claims["divisions"]) == ("421221", ["4212"])
    foreign = {"post_id": me["post_id"], "tenant": "511681"}
    problem(await gateway.client.post(f"{URL}/post", json=foreign, headers=auth), 403, "auth.not_your_post")


async def test_somebody_elses_post_cannot_be_chosen(gateway: Gateway) -> None:
    other = (await gateway.client.get(ME, headers=await gateway.auth("county_admin.421202"))).json()["post_id"]
    answer = await gateway.client.post(f"{URL}/post", json={"post_id": other}, headers=await gateway.auth(CLERK))
    problem(answer, 403, "auth.not_your_post")


def _encode(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@pytest.fixture
def forged(shared_gateway: Gateway) -> dict[str, str]:
    """Tokens that must open nothing."""
    keys = shared_gateway.parts.keys
    kid = keys.jwks()["keys"][0]["kid"]
    claims = TokenMaker().claims(Role.CLERK)
    good = keys.sign(claims)
    head, body, signature = good.split(".")
    own = ec.generate_private_key(ec.SECP256R1())
    pem = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public_pem = own.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    none = {"alg": "none", "typ": "JWT", "kid": kid}
    return {
        "forged": jwt.encode(claims, pem, "ES256", headers={"kid": kid}),
        "alg none": f"{_encode(none)}.{_encode(claims)}.",
        "alg none, signature kept": f"{_encode(none)}.{body}.{signature}",
        "alg HS256 with the public key": f"{_encode({'alg': 'HS256', 'kid': kid})}.{body}."
        + base64.urlsafe_b64encode(hmac.digest(public_pem, f"{head}.{body}".encode(), "sha256")).decode(),
        "without kid": jwt.encode(claims, pem, "ES256"),
        "unknown kid": jwt.encode(claims, pem, "ES256", headers={"kid": "other"}),
        "another role": f"{head}.{_encode({**claims, 'role': 'system_admin'})}.{signature}",
        "expired": keys.sign({**claims, "exp": int(time.time()) - 1}),
        "without exp": keys.sign({key: value for key, value in claims.items() if key != "exp"}),
        "not yet valid": keys.sign({**claims, "nbf": int(time.time()) + 600}),
        "wrong audience": keys.sign({**claims, "aud": "another-api"}),
        "without audience": keys.sign({key: value for key, value in claims.items() if key != "aud"}),
        "wrong issuer": keys.sign({**claims, "iss": "somebody"}),
        "unknown role": keys.sign({**claims, "role": "emperor"}),
        "subject is no id": keys.sign({**claims, "sub": "1"}),
        "cut": good[:-10],
        "empty": "",
        "rubbish": "a.b.c",
        "not ascii": "ü.ü.ü",
    }


FORGERIES = [
    "forged",
    "alg none",
    "alg none, signature kept",
    "alg HS256 with the public key",
    "without kid",
    "unknown kid",
    "another role",
    "expired",
    "without exp",
    "not yet valid",
    "wrong audience",
    "without audience",
    "wrong issuer",
    "unknown role",
    "subject is no id",
    "cut",
    "empty",
    "rubbish",
    "not ascii",
]


@pytest.mark.parametrize("kind", FORGERIES)
async def test_a_token_that_is_not_ours_opens_nothing(
    shared_gateway: Gateway, forged: dict[str, str], kind: str
) -> None:
    header = {b"authorization": b"Bearer " + forged[kind].encode()}
    assert (await shared_gateway.client.get(ME, headers=header)).status_code == 401
    assert (await shared_gateway.client.get("/api/registry/v1/residents/x", headers=header)).status_code == 401


async def test_a_key_that_is_published_and_not_yet_used_becomes_the_signer(gateway: Gateway) -> None:
    auth = await gateway.auth("system_admin")
    old = jwt.get_unverified_header(gateway.tokens["system_admin"])["kid"]
    new = (await gateway.client.post("/api/auth/v1/signing-keys", headers=auth)).json()["kid"]
    published = (await gateway.client.get("/.well-known/jwks.json")).json()["keys"]
    assert {key["kid"] for key in published} == {old, new}
    assert all(key.keys() == {"kty", "crv", "x", "y", "kid", "alg", "use"} for key in published)
    kids = []
    for minutes in (0, 10):
        gateway.clock.move(timedelta(minutes=minutes))
        token = (await gateway.sign_in(CLERK)).json()["access_token"]
        kids.append(jwt.get_unverified_header(token)["kid"])
    assert kids == [old, new]
    assert (await gateway.client.get(ME, headers=auth)).status_code == 200
    gateway.clock.move(timedelta(minutes=60))
    await gateway.parts.keys.load()
    assert {key["kid"] for key in (await gateway.client.get("/.well-known/jwks.json")).json()["keys"]} == {new}


async def test_the_own_language_changes_only_in_the_version_that_was_read(gateway: Gateway) -> None:
    headers = bearer((await gateway.sign_in(CLERK)).json()["access_token"])
    version = (await gateway.client.get(ME, headers=headers)).headers["etag"]
    problem(await gateway.client.patch(ME, json={"locale": "en"}, headers=headers), 428, "if_match_required")
    changed = await gateway.client.patch(ME, json={"locale": "en"}, headers=headers | {"If-Match": version})
    assert (changed.status_code, changed.json()["locale"]) == (200, "en")
    assert changed.headers["etag"] != version
    problem(
        await gateway.client.patch(ME, json={"locale": "zh-CN"}, headers=headers | {"If-Match": version}),
        412,
        "stale_version",
    )
