"""A post answers for what became part of its area: its tokens name the codes of before, too."""

from __future__ import annotations

from typing import Any

from jose import jwt
from linli_gateway.worker import Worker

from tests.gateway.conftest import PASSWORD, Gateway

TOWNSHIP = "421202104"
ENDED = {"code": "421202119000", "successor": f"{TOWNSHIP}000"}


async def divisions(gateway: Gateway, username: str) -> list[str]:
    body = {"username": username, "password": PASSWORD, "client": "mobile"}
    answer = await gateway.client.post("/api/auth/v1/sessions", json=body)
    assert answer.status_code == 201, answer.text
    claims: dict[str, Any] = jwt.get_unverified_claims(answer.json()["access_token"])
    found: list[str] = claims["divisions"]
    return found


async def test_a_token_names_the_codes_that_became_part_of_the_area(gateway: Gateway) -> None:
    officer, clerk = f"township_officer.{TOWNSHIP}", f"clerk.{TOWNSHIP}221"
    assert await divisions(gateway, officer) == [TOWNSHIP]
    gateway.services.ended = [ENDED]
    worker = Worker(gateway.parts)
    await worker.follow_succession()
    assert await divisions(gateway, officer) == [TOWNSHIP, "421202119"]
    assert await divisions(gateway, clerk) == [f"{TOWNSHIP}221"]
    # While the registry does not answer, what was known stays.
    gateway.services.down = {int(url.rsplit(":", 1)[-1]) for url in gateway.parts.services._base_urls.values()}
    await worker.follow_succession()
    assert await divisions(gateway, officer) == [TOWNSHIP, "421202119"]
