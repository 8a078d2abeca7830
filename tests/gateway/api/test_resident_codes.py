"""Residents sign in with a code; nobody learns whose number is known."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from jose import jwt
from linli_gateway.resident_codes.service import drain
from linli_kernel.ids import new_id

from tests.gateway.conftest import CLERK, Gateway, problem, running_gateway

PHONE = "13800138000"


async def ask(gateway: Gateway, phone: str = PHONE, *, address: str = "") -> Any:
    headers = {"X-Forwarded-For": address} if address else {}
    answer = await gateway.client.post("/api/auth/v1/otp", json={"phone": phone}, headers=headers)
    await drain()
    return answer


async def messages(gateway: Gateway) -> list[dict[str, Any]]:
    answer = await gateway.client.get("/api/auth/v1/messages", headers=await gateway.auth("system_admin"))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def sent_code(gateway: Gateway) -> str:
    found = re.search(r"\d{6}", (await messages(gateway))[0]["text"])
    assert found is not None
    return found[0]


async def sign_in(
    gateway: Gateway, code: str, phone: str = PHONE, address: str | None = None, tail: str | None = None
) -> Any:
    body = {"phone": phone, "code": code, "client": "mobile"} | ({"identity_tail": tail} if tail else {})
    headers = {"X-Forwarded-For": address} if address else None
    return await gateway.client.post("/api/auth/v1/sessions", json=body, headers=headers)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def know(gateway: Gateway) -> str:
    return family(gateway, "001X")[0]


def family(gateway: Gateway, *tails: str, county: str = "421202") -> list[str]:
    """Residents who share the phone, by the ends of their document numbers."""
    gateway.services.residents = [
        {"tenant": county, "resident": str(new_id()), "person": f"p{n}", "division": f"{county}104221", "tail": tail}
        for n, tail in enumerate(tails)
    ]
    return [one["resident"] for one in gateway.services.residents]


def signed_in(answer: Any) -> Any:
    assert answer.status_code == 201, answer.text
    return jwt.get_unverified_claims(answer.json()["access_token"])["resident"]


async def test_a_resident_signs_in_with_the_code_from_the_phone(gateway: Gateway) -> None:
    resident = know(gateway)
    assert (await ask(gateway)).status_code == 202
    answer = await sign_in(gateway, await sent_code(gateway))
    assert answer.status_code == 201, answer.text
    claims = jwt.get_unverified_claims(answer.json()["access_token"])
    assert (claims["role"], claims["tenant"], claims["divisions"]) == ("resident", "421202", [])
    assert claims["resident"] == resident
    assert (await messages(gateway))[0]["phone_masked"] == "138****8000"


async def test_the_same_resident_keeps_the_account(gateway: Gateway) -> None:
    know(gateway)
    subjects = []
    for _ in range(2):
        await ask(gateway)
        answer = await sign_in(gateway, await sent_code(gateway))
        subjects.append(answer.json()["user"]["id"])
    assert subjects[0] == subjects[1]


async def test_an_unknown_number_gets_the_same_answer_and_no_message(gateway: Gateway) -> None:
    unknown = await ask(gateway)
    know(gateway)
    known = await ask(gateway, "13900139000")
    assert (unknown.status_code, unknown.json()) == (known.status_code, known.json())
    assert len(await messages(gateway)) == 1
    problem(await sign_in(gateway, "000000"), 401, "auth.invalid_code")


async def test_a_registry_that_is_down_looks_like_an_unknown_number(gateway: Gateway) -> None:
    know(gateway)
    gateway.services.down.add(9101)
    assert (await ask(gateway)).status_code == 202
    assert await messages(gateway) == []


async def test_a_code_works_once(gateway: Gateway) -> None:
    know(gateway)
    await ask(gateway)
    code = await sent_code(gateway)
    assert (await sign_in(gateway, code)).status_code == 201
    problem(await sign_in(gateway, code), 401, "auth.invalid_code")


async def test_after_five_wrong_guesses_an_address_waits_longer_than_the_code_lives(gateway: Gateway) -> None:
    know(gateway)
    await ask(gateway)
    code = await sent_code(gateway)
    for _ in range(5):
        problem(await sign_in(gateway, other_than(code)), 401, "auth.invalid_code")
    problem(await sign_in(gateway, code), 429, "auth.too_many_attempts")
    gateway.clock.move(timedelta(minutes=5))
    problem(await sign_in(gateway, code), 401, "auth.invalid_code")


async def test_a_strangers_guesses_do_not_use_up_the_owners_code(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        know(gateway)
        await ask(gateway, address="192.0.2.1")
        code = await sent_code(gateway)
        for _ in range(9):
            await sign_in(gateway, other_than(code), address="192.0.2.66")
        assert (await sign_in(gateway, code, address="192.0.2.1")).status_code == 201


async def test_a_code_is_spent_after_thirty_wrong_guesses_from_everywhere(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        know(gateway)
        await ask(gateway, address="192.0.2.1")
        code = await sent_code(gateway)
        for guess in range(30):
            wrong = await sign_in(gateway, other_than(code), address=f"198.51.100.{guess // 5}")
            problem(wrong, 401, "auth.invalid_code")
        problem(await sign_in(gateway, code, address="192.0.2.1"), 401, "auth.invalid_code")


async def test_a_code_ends_after_five_minutes(gateway: Gateway) -> None:
    know(gateway)
    await ask(gateway)
    code = await sent_code(gateway)
    gateway.clock.move(timedelta(minutes=5))
    problem(await sign_in(gateway, code), 401, "auth.invalid_code")


async def test_a_strangers_request_for_a_code_does_not_end_the_owners(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        know(gateway)
        await ask(gateway, address="192.0.2.1")
        code = await sent_code(gateway)
        for n in range(9):
            assert (await ask(gateway, address=f"198.51.100.{n}")).status_code == 202
        assert len(await messages(gateway)) == 10
        assert (await sign_in(gateway, code, address="192.0.2.1")).status_code == 201
        problem(await sign_in(gateway, code, address="192.0.2.1"), 401, "auth.invalid_code")


async def test_a_familys_phone_signs_nobody_in_before_it_is_said_who(gateway: Gateway) -> None:
    mother, son = family(gateway, "0025", "001X")
    await ask(gateway)
    code = await sent_code(gateway)
    told = problem(await sign_in(gateway, code), 401, "auth.who_needed")
    assert not any(secret in str(told) for secret in (mother, son, "0025", "001X"))
    # The code is still good: nothing was guessed.
    assert signed_in(await sign_in(gateway, code, tail="001x".upper())) == son
    await ask(gateway)
    assert signed_in(await sign_in(gateway, await sent_code(gateway), tail="0025")) == mother


@pytest.mark.parametrize("tails", [("0025", "001X"), ("9999", "9999")], ids=["nobody", "two with the same end"])
async def test_an_end_that_names_not_exactly_one_of_the_family_is_refused(
    gateway: Gateway, tails: tuple[str, ...]
) -> None:
    family(gateway, *tails)
    await ask(gateway)
    code = await sent_code(gateway)
    for _ in range(5):
        problem(await sign_in(gateway, code, tail="9999"), 401, "auth.who_unknown")
    problem(await sign_in(gateway, code, tail="0025"), 429, "auth.too_many_attempts")


async def test_an_end_with_a_wrong_code_tells_nothing(gateway: Gateway) -> None:
    family(gateway, "0025", "001X")
    await ask(gateway)
    wrong = other_than(await sent_code(gateway))
    for tail in ("0025", "9999", None):
        problem(await sign_in(gateway, wrong, tail=tail), 401, "auth.invalid_code")


async def test_one_person_of_two_counties_is_not_asked(gateway: Gateway) -> None:
    family(gateway, "0025")
    here = gateway.services.residents[0]
    gateway.services.residents.append({**here, "tenant": "511681", "resident": str(new_id())})
    await ask(gateway)
    assert signed_in(await sign_in(gateway, await sent_code(gateway))) == here["resident"]


async def test_while_the_registry_is_silent_a_family_signs_in_later_with_the_same_code(gateway: Gateway) -> None:
    _, son = family(gateway, "0025", "001X")
    await ask(gateway)
    code = await sent_code(gateway)
    gateway.services.down.add(9101)
    problem(await sign_in(gateway, code, tail="001X"), 503, "unavailable")
    gateway.services.down.clear()
    assert signed_in(await sign_in(gateway, code, tail="001X")) == son


@pytest.mark.parametrize("tail", ["12", "12345", "一二三四"])
async def test_a_malformed_end_is_refused(gateway: Gateway, tail: str) -> None:
    assert (await sign_in(gateway, "123456", tail=tail)).status_code == 422


async def test_one_number_cannot_be_flooded(gateway: Gateway) -> None:
    know(gateway)
    answers = [(await ask(gateway)).status_code for _ in range(4)]
    assert answers == [202, 202, 202, 429]
    assert len(await messages(gateway)) == 3


async def test_a_stranger_elsewhere_cannot_keep_a_number_from_its_code(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        know(gateway)
        for _ in range(8):
            last = await ask(gateway, address="192.0.2.66")
        assert last.status_code == 429
        assert (await ask(gateway, address="192.0.2.1")).status_code == 202


async def test_many_addresses_together_do_not_flood_a_number(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    async with running_gateway(url, trusted_proxies=["127.0.0.1"]) as gateway:
        know(gateway)
        answers = [(await ask(gateway, address=f"192.0.2.{n}")).status_code for n in range(11)]
        assert answers == [202] * 10 + [429]
        gateway.clock.move(timedelta(minutes=2))
        assert (await ask(gateway, address="192.0.2.1")).status_code == 202


async def test_only_the_demos_administrator_reads_the_messages(gateway: Gateway) -> None:
    answer = await gateway.client.get("/api/auth/v1/messages", headers=await gateway.auth(CLERK))
    assert answer.status_code == 403


async def test_a_resident_may_not_administer(gateway: Gateway) -> None:
    know(gateway)
    await ask(gateway)
    token = (await sign_in(gateway, await sent_code(gateway))).json()["access_token"]
    answer = await gateway.client.get("/api/auth/v1/accounts", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
