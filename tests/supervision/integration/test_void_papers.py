"""A paper that the desk made void is sealed by nobody any more, whatever was under way for it."""

from linli_kernel.contracts import desk

from tests.supervision.conftest import Service
from tests.supervision.sealing import Hall


async def voided(service: Service, document_id: str) -> None:
    event = {"type": desk.DOCUMENT_VOIDED, "document_id": document_id, "object_id": document_id, "state": "void"}
    await service.deliver([event], source="desk")


async def test_what_is_being_signed_ends_when_its_paper_becomes_void_and_leaves_no_signature(service: Service) -> None:
    hall = Hall(service)
    use = await hall.opened()
    assert (await hall.sign(use, 1)).status_code == 200
    document = (await hall.state(use))["document_id"]
    for _ in range(2):
        await voided(service, document)
    ended = await hall.state(use)
    assert (ended["state"], ended["reason"], ended["closes_at"]) == ("cancelled", "document_void", None)
    assert (await hall.sign(use, 2)).json()["code"] == "supervision.seal_use_state"
    assert await service.linli.database.pool.fetchval("SELECT count(*) FROM seal_signature") == 0
    told = await service.outbox("cn.linli.supervision.seal-use.cancelled")
    assert len(told) == 1, "told once, however often it is heard"


async def test_what_was_sealed_before_stays_as_it_was_signed(service: Service) -> None:
    hall = Hall(service)
    use = await hall.sealed()
    await voided(service, (await hall.state(use))["document_id"])
    assert (await hall.state(use))["state"] == "sealed"
