"""How every part hears from the registry which divisions ended."""

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from linli_kernel import succession
from linli_kernel.errors import Invalid

ENDED = [{"code": "421202119000", "successor": "421202104000"}, {"code": "421202120000", "successor": "421202104000"}]


class Registry:
    """The public list of divisions in pages of one; `down` makes it fail."""

    def __init__(self) -> None:
        self.down = True
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.params["q"])
        if self.down:
            return httpx.Response(503)
        page = int(request.url.params.get("cursor", "0"))
        return httpx.Response(200, json={"items": ENDED[page : page + 1], "next_cursor": None if page else "1"})


def part(registry: Registry) -> Any:
    tenant = SimpleNamespace(division="421202000000")
    return SimpleNamespace(
        neighbours=SimpleNamespace(client=httpx.AsyncClient(transport=httpx.MockTransport(registry))),
        settings=SimpleNamespace(registry_url="http://registry"),
        profiles=SimpleNamespace(tenants=lambda: [tenant]),
        extra={},
    )


async def test_a_part_asks_until_the_registry_answers_and_keeps_what_it_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    registry = Registry()
    linli, pauses = part(registry), []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        registry.down = len(pauses) == 2
        if len(pauses) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(asyncio, "sleep", pause)
    with pytest.raises(asyncio.CancelledError):
        await succession.follow(linli)
    assert pauses == [succession.FIRST_SECONDS, succession.FOLLOW_SECONDS, succession.FOLLOW_SECONDS]
    assert set(registry.asked) == {"421202"}
    assert succession.codes_within(linli, "421202104000") == ("421202104", "421202119", "421202120")


def test_a_part_that_has_not_heard_takes_a_filter_as_it_is_named() -> None:
    linli = part(Registry())
    assert succession.codes_within(linli, "421202104221") == ("421202104221",)
    assert succession.codes_within(linli, None) is None
    with pytest.raises(Invalid):
        succession.codes_within(linli, "42120")
