"""What the machine's own command line does for administrators, and that it stands in the ledger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from linli_gateway.commands import Refused, create_system_admin, create_system_admins, reset_admin
from linli_gateway.operator import OPERATOR
from sqlalchemy import text

from tests.gateway.conftest import CLERK, Gateway, problem, running_gateway, settings_for

OWN = "River-Stone-88"
COUNTY = "county_admin.421202"
BASE = "/api/auth/v1"


def told(printed: str) -> dict[str, str]:
    """The one-time passwords that a command printed, by user name."""
    return dict(re.findall(r"^(\S+)  (\S+)$", printed, re.MULTILINE))


async def acts(gateway: Gateway) -> list[tuple[str, str, str]]:
    async with gateway.parts.database.transaction("*") as tx:
        rows = await tx.all(text("SELECT tenant, data FROM outbox ORDER BY tenant, seq"))
    return [(row["tenant"], row["data"]["action"], row["data"]["actor"]) for row in rows]


async def test_a_fresh_installation_is_founded_by_two_who_then_make_others(fresh_database: Any) -> None:
    url = fresh_database("gateway").app_url
    passwords = told(await create_system_admins(settings_for(url), ["one", "two"]))
    assert list(passwords) == ["one", "two"]
    assert passwords["one"] != passwords["two"]
    async with running_gateway(url, seed=False, environment="production") as gateway:
        headers = []
        for name, password in passwords.items():
            problem(await gateway.sign_in(name, password), 403, "auth.password_change_required")
            entered = await gateway.sign_in(name, password, new_password=OWN)
            assert entered.status_code == 201, entered.text
            headers.append({"Authorization": f"Bearer {entered.json()['access_token']}", "If-Match": '"1"'})
        post = {"role": "county_admin", "tenants": ["421202"], "divisions": ["421202"], "title": "县级管理员"}
        body = {"username": "county.421202", "name": "新来的", "password": "Mountain-Flower7", "posts": [post]}
        made = await gateway.client.post(f"{BASE}/accounts", json=body, headers=headers[0])
        path = f"{BASE}/admin-proposals/{made.json()['proposals'][0]['id']}/confirm"
        assert (await gateway.client.post(path, headers=headers[0])).status_code == 403
        assert (await gateway.client.post(path, headers=headers[1])).status_code == 200
        assert (await acts(gateway))[:2] == [("*", "account.create", str(OPERATOR))] * 2


async def test_the_first_of_all_is_told_that_a_second_one_is_needed(fresh_database: Any) -> None:
    settings = settings_for(fresh_database("gateway").app_url)
    assert "A second administrator is needed" in await create_system_admin(settings, "one", OWN)
    assert "A second" not in await create_system_admins(settings, ["two"])


@pytest.mark.parametrize("names", [["system_admin"], ["Upper"], ["one", "system_admin"], ["x"]])
async def test_names_that_are_taken_or_malformed_make_nobody(gateway: Gateway, names: list[str]) -> None:
    settings = settings_for(gateway.parts.settings.database_url)
    with pytest.raises(Refused):
        await create_system_admins(settings, names)
    async with gateway.parts.database.transaction("*") as tx:
        assert await tx.scalar(text("SELECT count(*) FROM account WHERE username IN ('one', 'x', 'Upper')")) == 0
    assert await acts(gateway) == []


async def test_the_operator_lets_an_administrator_in_again_whom_nobody_is_left_to_confirm(gateway: Gateway) -> None:
    session = await gateway.auth(COUNTY)
    settings = settings_for(gateway.parts.settings.database_url)
    [(name, password)] = told(await reset_admin(settings, COUNTY)).items()
    await gateway.parts.revoker.follow()
    assert (await gateway.client.get(f"{BASE}/me", headers=session)).status_code == 401
    problem(await gateway.sign_in(name), 401, "auth.invalid_credentials")
    assert (await gateway.sign_in(name, password, new_password=OWN)).status_code == 201
    assert await acts(gateway) == [("421202", "account.reset_password", str(OPERATOR))]
    for nobody in (CLERK, "nobody"):
        with pytest.raises(Refused):
            await reset_admin(settings, nobody)
