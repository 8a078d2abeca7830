"""What the demo's people find of whistles on their first morning."""

from collections.abc import Callable
from typing import Any

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role
from linli_kernel.testing import TokenMaker
from linli_services_desk import commands
from linli_services_desk.demo_cases import demo_account
from linli_services_desk.demo_whistles import seed_whistles

from tests.services_desk.conftest import Person, settings_for, started


@pytest.fixture(scope="module")
async def demo(module_database: Callable[..., Any], tokens: TokenMaker, keyring: str, clock: FrozenClock) -> Any:
    settings = settings_for(module_database("desk"), tokens, keyring)
    await commands.seed_demo(settings, clock)
    async for application in started(settings, clock):
        yield application


async def test_whistles_stand_in_five_states_and_those_concerned_were_told(demo: Any, tokens: TokenMaker) -> None:
    def person(role: Role, **claims: Any) -> Person:
        subject = demo_account(f"{role.value}.421202104")
        return Person(demo.state.client, tokens.auth(role, sub=subject, **claims), subject)

    items = (await person(Role.COUNTY_ADMIN).get("/api/desk/v1/whistles")).json()["items"]
    assert {item["state"] for item in items} == {"reported", "called", "whistled", "handling", "closed"}
    officer = person(Role.TOWNSHIP_OFFICER, department="民政局")
    told = [item["title"] for item in (await officer.get("/api/desk/v1/notices")).json()["items"]]
    assert "民政局已报到（困难救助）" in told


async def test_seeding_again_adds_no_whistle(demo: Any) -> None:
    assert await seed_whistles(demo.state.linli.database, demo.state.desk, "421202", "421202104221") == 0
