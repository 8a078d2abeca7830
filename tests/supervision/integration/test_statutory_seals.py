"""A statutory e-seal over real HTTP: affixed by its provider, only after every custodian has signed, and only when it verifies."""

import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from linli_kernel.clock import FrozenClock, SystemClock
from linli_kernel.errors import Unavailable
from linli_kernel.eseal import HttpSealProvider, SealRefused, SealSettings
from linli_supervision.eseal_demo import APP, UNKNOWN, DemoProvider
from linli_supervision.seals.affix_worker import affix_due
from pydantic import SecretStr

from tests.supervision.conftest import Service
from tests.supervision.people import pdfsig
from tests.supervision.sealing import API, Hall

SECRET, CODE = "quite-secret", "4212020001234"


def serve(server: DemoProvider) -> Iterator[DemoProvider]:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def server(service: Service) -> Iterator[DemoProvider]:
    yield from serve(DemoProvider(SECRET, clock=service.clock))


def connected(server: DemoProvider, folder: Path, clock: FrozenClock, **changes: Any) -> HttpSealProvider:
    authority = folder / "authority.pem"
    authority.write_bytes(server.authority.public_bytes(Encoding.PEM))
    names: dict[str, Any] = {
        "url": server.url,
        "app": APP,
        "secret": SecretStr(SECRET),
        "authority": authority,
        "timeout_seconds": 2.0,
    }
    return HttpSealProvider(SealSettings(**(names | changes)), clock)


@pytest.fixture
async def provider(service: Service, server: DemoProvider, tmp_path: Path) -> AsyncIterator[HttpSealProvider]:
    found = connected(server, tmp_path, service.clock)
    yield found
    await found.aclose()


async def signed_by_all(service: Service, code: str = CODE) -> tuple[Hall, str]:
    """A use of a statutory seal that every custodian has signed."""
    hall = Hall(service)
    seal = await hall.find_seal()
    pool = service.linli.database.pool
    await pool.execute("UPDATE seal SET authority = 'statutory', statutory_code = $2 WHERE id = $1", seal["id"], code)
    use = await hall.opened()
    for position in (1, 2, 3):
        assert (await hall.sign(use, position)).status_code == 200
    return hall, use


async def affixed(service: Service, provider: HttpSealProvider) -> int:
    return await affix_due(service.linli.database, service.linli.keyring, provider)


async def test_the_provider_seals_what_all_custodians_have_signed(
    service: Service, provider: HttpSealProvider, tmp_path: Path
) -> None:
    hall, use = await signed_by_all(service)
    state = await hall.state(use)
    assert (state["state"], state["authority"], state["sealed_sha256"]) == ("affixing", "statutory", None)
    assert await affixed(service, provider) == 1
    assert (await hall.state(use))["state"] == "sealed"
    said = pdfsig((await hall.internal_document(use)).content, tmp_path)
    assert said.count("Signature Validation: Signature is Valid.") == 4
    assert CODE in said
    assert len(await service.outbox("cn.linli.supervision.seal-use.sealed")) == 1
    assert await affixed(service, provider) == 0


async def test_before_the_last_custodian_the_provider_is_asked_for_nothing(
    service: Service, provider: HttpSealProvider
) -> None:
    hall = Hall(service)
    seal = await hall.find_seal()
    await service.linli.database.pool.execute(
        "UPDATE seal SET authority = 'statutory', statutory_code = $2 WHERE id = $1", seal["id"], CODE
    )
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    assert await affixed(service, provider) == 0
    assert (await hall.state(use))["state"] == "signing"


async def test_a_silent_provider_is_asked_again_later_for_the_same(
    service: Service, server: DemoProvider, provider: HttpSealProvider, tmp_path: Path
) -> None:
    hall, use = await signed_by_all(service)
    silent = connected(server, tmp_path, service.clock, url="http://127.0.0.1:9")
    assert await affixed(service, silent) == 0
    await silent.aclose()
    assert await affixed(service, provider) == 0, "not before its pause is over"
    service.clock.move(timedelta(minutes=1))
    assert await affixed(service, provider) == 1
    assert (await hall.state(use))["state"] == "sealed"


async def test_a_provider_that_never_answers_holds_nobody_up_for_good(
    service: Service, provider: HttpSealProvider
) -> None:
    hall, use = await signed_by_all(service)
    refused = await hall.post(use, "refuse", hall.custodian_auth(2), reason="签章机构一直没有回应，改由窗口另行办理")
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    assert await affixed(service, provider) == 0, "nothing of it waits for the provider any more"
    assert (await hall.state(use))["sealed_sha256"] is None
    assert await service.linli.database.pool.fetchval("SELECT document FROM seal_affixing") == b""


async def test_what_another_authority_certified_seals_nothing(
    service: Service, server: DemoProvider, tmp_path: Path
) -> None:
    hall, use = await signed_by_all(service)
    other = DemoProvider(SECRET, clock=service.clock)
    stranger = connected(other, tmp_path, service.clock, url=server.url)
    other.server_close()
    assert await affixed(service, stranger) == 0
    await stranger.aclose()
    assert (await hall.state(use))["state"] == "affixing"


async def test_a_refusal_for_good_ends_the_use(service: Service, provider: HttpSealProvider) -> None:
    hall, use = await signed_by_all(service, UNKNOWN)
    assert await affixed(service, provider) == 0
    state = await hall.state(use)
    assert (state["state"], state["reason"]) == ("refused", "statutory_refused")


async def test_the_same_number_is_signed_once_and_never_for_another_digest(provider: HttpSealProvider) -> None:
    known = await provider.certificate(CODE)
    first = await provider.sign("one", CODE, b"content", known)
    assert await provider.sign("one", CODE, b"content", known) == first
    with pytest.raises(SealRefused):
        await provider.sign("one", CODE, b"other", known)


async def test_a_wrong_secret_or_another_seals_certificate_is_not_believed(
    service: Service, server: DemoProvider, provider: HttpSealProvider, tmp_path: Path
) -> None:
    wrong = connected(server, tmp_path, service.clock, secret=SecretStr("another"))
    with pytest.raises(Unavailable):
        await wrong.certificate(CODE)
    await wrong.aclose()
    with pytest.raises(Unavailable):
        await provider.sign("two", CODE, b"content", await provider.certificate("OTHER-SEAL"))


async def test_a_statutory_seal_is_founded_only_where_a_provider_is_connected(
    service: Service, provider: HttpSealProvider
) -> None:
    hall = Hall(service)
    people = [{"id": str(i), "name": "保管人", "role": "custodian", "title": "岗"} for i in _ids(3)]
    service.neighbours.holders = people
    body = {
        "division": hall.village, "name": "法定公章", "custodians": [one["id"] for one in people],
        "resolution": "决议〔2026〕第9号", "resolved_on": "2020-03-01", "statutory_code": CODE,
    }  # fmt: skip
    headers = hall.auth("township_officer", divisions=[hall.village[:9]])
    offered = f"{API}/seal-candidates?division={hall.village}"
    said = (await service.client.get(offered, headers=headers)).json()
    assert (said["methods"], said["statutory"]) == (["signatures", "envelope"], False)
    refused = await service.client.post(f"{API}/seals", json=body, headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/statutory_code")
    service.linli.extra["eseal"] = provider
    assert (await service.client.get(offered, headers=headers)).json()["statutory"]
    rubber = await service.client.post(f"{API}/seals", json=body | {"method": "envelope"}, headers=headers)
    assert (rubber.status_code, rubber.json()["errors"][0]["pointer"]) == (422, "/statutory_code")
    made = await service.client.post(f"{API}/seals", json=body, headers=headers)
    assert (made.status_code, made.json()["authority"], made.json()["statutory_code"]) == (201, "statutory", CODE)


def _ids(count: int) -> list[str]:
    return [f"00000000-0000-7000-8000-00000000000{n}" for n in range(1, count + 1)]


def test_without_an_address_there_is_no_provider() -> None:
    assert HttpSealProvider.configured(SealSettings(url=None), SystemClock()) is None
