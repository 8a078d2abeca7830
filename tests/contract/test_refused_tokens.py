"""Tokens that must open nothing, at the gateway and at every service by itself.

One table of tokens × the doors: a read, a command, and every endpoint that takes the kernel's short way.
"""

from __future__ import annotations

import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from jose import jwt
from linli_kernel.identity import Role
from linli_kernel.openapi import all_routes
from linli_kernel.testing import TokenMaker
from linli_kernel.tokens import ALGORITHM

from tests.contract.system import PARTS, PASSWORD, SERVICES, System

# A read and a command of each part.
DOORS = {
    "registry": [("GET", "/api/registry/v1/divisions"), ("POST", "/api/registry/v1/residents/search")],
    "desk": [("GET", "/api/desk/v1/matters"), ("POST", "/api/desk/v1/cases")],
    "supervision": [("GET", "/api/supervision/v1/seals"), ("POST", "/api/supervision/v1/seals/{id}/uses")],
    "gateway": [("GET", "/api/auth/v1/me"), ("POST", "/api/auth/v1/me/otp-secret")],
}
CLAIMS = ("iss", "aud", "sub", "sid", "iat", "exp", "tenant", "role", "divisions")
REVOKED_WITHIN_SECONDS = 10.0


def jwks(system: System) -> list[dict[str, str]]:
    keys: list[dict[str, str]] = system.clients["gateway"].get("/.well-known/jwks.json").json()["keys"]
    return keys


def changed(**claims: Any) -> Callable[[System], str]:
    return lambda system: system.sign({**system.claims(Role.CLERK), **claims})


def without(claim: str) -> Callable[[System], str]:
    def make(system: System) -> str:
        claims = system.claims(Role.CLERK)
        del claims[claim]
        return system.sign(claims)

    return make


def in_seconds(**offsets: int) -> Callable[[System], str]:
    return lambda system: changed(**{name: int(time.time()) + offset for name, offset in offsets.items()})(system)


def forged(system: System) -> str:
    """Right in everything, key id included, but signed by somebody else."""
    kid = str(jwt.get_unverified_header(system.sign(system.claims(Role.CLERK)))["kid"])
    return TokenMaker(kid=kid).sign(system.claims(Role.CLERK))


def unknown_key(system: System) -> str:
    return TokenMaker(kid="not-ours").sign(system.claims(Role.CLERK))


def key_of_the_token_itself(system: System) -> str:
    """The header brings the key along that the signature fits."""
    maker = TokenMaker()
    headers = {"kid": jwks(system)[0]["kid"], "jwk": maker.jwks, "jku": "http://127.0.0.1/jwks.json"}
    return str(jwt.encode(system.claims(Role.CLERK), maker.pem, algorithm=ALGORITHM, headers=headers))


def raised(system: System) -> str:
    """A grid worker's signature under an administrator's claims."""
    head, _, signature = system.sign(system.claims(Role.GRID_WORKER)).split(".")
    return ".".join((head, system.sign(system.claims(Role.COUNTY_ADMIN)).split(".")[1], signature))


def unsigned(spelling: str) -> Callable[[System], str]:
    def make(system: System) -> str:
        body = system.sign(system.claims(Role.CLERK)).split(".")[1]
        return f"{_base64({'alg': spelling, 'typ': 'JWT', 'kid': jwks(system)[0]['kid']})}.{body}."

    return make


def _base64(value: dict[str, str]) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def public_key_as_secret(system: System) -> str:
    """HS256 with what everybody can fetch: the classic confusion of algorithms."""
    key = jwks(system)[0]
    return str(jwt.encode(system.claims(Role.CLERK), key["x"], algorithm="HS256", headers={"kid": key["kid"]}))


def refresh_token(system: System) -> str:
    body = {"username": "clerk.421202104221", "password": PASSWORD, "client": "mobile"}
    answer = system.clients["gateway"].post("/api/auth/v1/sessions", json=body)
    return str(answer.json()["refresh_token"])


BAD_TOKENS: dict[str, Callable[[System], str]] = {
    "forged": forged,
    "of an unknown key": unknown_key,
    "that brings its own key": key_of_the_token_itself,
    "with another's claims": raised,
    "cut short": lambda system: system.sign(system.claims(Role.CLERK))[:-4],
    "without its signature": lambda system: system.sign(system.claims(Role.CLERK)).rpartition(".")[0] + ".",
    "unsigned": unsigned("none"),
    "unsigned in capitals": unsigned("NONE"),
    "signed with the public key": public_key_as_secret,
    "expired": in_seconds(iat=-700, nbf=-700, exp=-100),
    "that just expired": in_seconds(exp=-1),
    "not yet valid": in_seconds(nbf=120, exp=700),
    "for another audience": changed(aud="linli-web"),
    "of another issuer": changed(iss="https://linli.example"),
    "of no role": changed(role="emperor"),
    "whose subject is no id": changed(sub="clerk"),
    "whose divisions are no list": changed(divisions=None),
    **{f"without {claim}": without(claim) for claim in CLAIMS},
    "that is a refresh token": refresh_token,
    "that is nothing": lambda _: "x",
    "with a foreign sign": lambda system: system.sign(system.claims(Role.CLERK)) + "é",
}


def doors(system: System, part: str) -> list[tuple[str, str]]:
    """The part's read and command, and all its endpoints on the short way."""
    hot = [
        (method, route.path_format)
        for route in all_routes(system.apps[part])
        if hasattr(route.endpoint, "linli_hot") and not route.path_format.startswith("/api/public/")
        for method in route.methods or ()
    ]
    return [(method, re.sub(r"\{[^}]*\}", str(uuid4()), path)) for method, path in [*DOORS[part], *hot]]


def knock(system: System, part: str, method: str, path: str, authorization: str | None) -> httpx.Response:
    headers = {} if authorization is None else {"Authorization": authorization.encode()}
    options: dict[str, Any] = {"json": {}} if method in ("POST", "PUT", "PATCH") else {}
    return system.clients[part].request(method, path, headers=headers, **options)  # type: ignore[arg-type]


def assert_refused(answer: httpx.Response) -> None:
    told = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:200]}"
    assert answer.status_code == 401, told
    assert answer.headers["content-type"] == "application/problem+json", told
    problem = answer.json()
    assert problem["status"] == 401, told
    assert problem["code"].startswith(("auth.", "gateway.")), told
    assert problem["request_id"], told


def everywhere(system: System) -> list[tuple[str, str, str]]:
    """(part to call, method, path): each service directly, and everything through the gateway."""
    found = [(part, method, path) for part in PARTS for method, path in doors(system, part)]
    return found + [("gateway", method, path) for part, method, path in found if part != "gateway"]


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_a_token_that_is_not_right_opens_nothing(system: System, kind: str) -> None:
    token = BAD_TOKENS[kind](system)
    for part, method, path in everywhere(system):
        assert_refused(knock(system, part, method, path, f"Bearer {token}"))


@pytest.mark.parametrize("scheme", ["", "Basic ", "bearer", "Token ", "Bearer Bearer "])
def test_a_right_token_under_a_wrong_scheme_opens_nothing(system: System, scheme: str) -> None:
    token = system.sign(system.claims(Role.CLERK))
    for part, method, path in everywhere(system):
        assert_refused(knock(system, part, method, path, scheme + token))


@pytest.mark.parametrize("authorization", [None, "", "Bearer"])
def test_without_a_token_nothing_opens(system: System, authorization: str | None) -> None:
    for part, method, path in everywhere(system):
        assert_refused(knock(system, part, method, path, authorization))


def test_the_doors_open_with_a_right_token(system: System) -> None:
    """Otherwise the tests above would prove nothing."""
    token = system.sign(system.claims(Role.CLERK))
    for part, method, path in everywhere(system):
        assert knock(system, part, method, path, f"Bearer {token}").status_code != 401, f"{method} {path}"


def test_a_session_that_ended_opens_nothing_anywhere_even_where_its_token_was_remembered(system: System) -> None:
    token = system.sign_in("grid_worker.421202104221")
    headers = {"Authorization": f"Bearer {token}"}
    for part, method, path in everywhere(system):
        assert knock(system, part, method, path, headers["Authorization"]).status_code != 401
    assert system.clients["gateway"].delete("/api/auth/v1/sessions/current", headers=headers).status_code == 204
    until = time.monotonic() + REVOKED_WITHIN_SECONDS
    for part, method, path in everywhere(system):
        answer = knock(system, part, method, path, headers["Authorization"])
        while answer.status_code != 401 and part in SERVICES and time.monotonic() < until:
            answer = knock(system, part, method, path, headers["Authorization"])
        assert_refused(answer)


@pytest.mark.parametrize("part", PARTS)
def test_a_service_is_nobody_who_could_do_a_persons_work(system: System, part: str) -> None:
    headers = system.auth(Role.SERVICE)["Authorization"]
    for method, path in doors(system, part)[1:]:
        assert knock(system, part, method, path, headers).status_code == 403, f"{method} {path}"
