"""Sending a resident a one-time code.

The caller learns nothing: the answer is the same and as quick for a known number, an unknown one and a registry that is
down, because everything after the charge happens behind it.
"""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import structlog
from linli_kernel.errors import Unavailable
from linli_kernel.identity import ANY_TENANT
from linli_kernel.ids import new_id

from linli_gateway.attempts.domain import BY_PHONE, BY_PHONE_FROM_ANYWHERE, BY_SOURCE, source_of
from linli_gateway.attempts.service import Charge, charge_all, key
from linli_gateway.parts import Parts, Visitor
from linli_gateway.proxy.upstreams import REGISTRY
from linli_gateway.resident_codes import repository
from linli_gateway.resident_codes.domain import message, new_code

log = structlog.get_logger(__name__)
_BY_PHONE = "/internal/v1/residents/by-phone"
_tasks: set[asyncio.Task[None]] = set()


def phone_key(parts: Parts, phone: str) -> bytes:
    """Return the keyed hash that stands for the number."""
    return parts.keyring.index("phone", phone)


def code_key(parts: Parts, code_id: UUID, code: str) -> bytes:
    """Return the keyed hash of a code, bound to its row: six digits alone could be tried out."""
    return parts.keyring.index("resident_code", f"{code_id}:{code}")


async def ask(parts: Parts, visitor: Visitor, phone: str) -> None:
    """Charge the request and send the code behind the answer; raises TooManyAttempts."""
    number, source = phone_key(parts, phone).hex(), source_of(visitor.address)
    charges = [
        Charge(key("phone", number, source), BY_PHONE),
        Charge(key("phone", number), BY_PHONE_FROM_ANYWHERE),
        Charge(key("phone-source", source), BY_SOURCE),
    ]
    await charge_all(parts.database, charges)
    task = asyncio.get_running_loop().create_task(send(parts, phone))
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


async def send(parts: Parts, phone: str) -> None:
    """Make a code for the residents with this number and send it; nobody is written to whom the registry does not know."""
    try:
        residents = await _residents(parts, phone)
        if not residents:
            return
        code_id, code = new_id(), new_code()
        async with parts.database.transaction(ANY_TENANT) as tx:
            await repository.add(
                tx,
                code_id=code_id,
                phone_key=phone_key(parts, phone),
                code_key=code_key(parts, code_id, code),
                residents=residents,
            )
        await parts.messages.send(phone, message(code))
    except Exception as error:
        # Behind the answer nobody is left to tell; the text of the error could quote the number.
        log.exception("code_not_sent", kind=type(error).__name__, exc_info=False)


async def named(parts: Parts, phone: str, tail: str) -> frozenset[str]:
    """Return whose document number ends so among those with the phone; raises Unavailable while the registry is silent."""
    answer: Any = await parts.services.post(REGISTRY, _BY_PHONE, {"phone": phone, "identity_tail": tail})
    if not isinstance(answer, dict):
        raise Unavailable(retry_after_seconds=5)
    return frozenset(str(UUID(str(item["resident"]))) for item in answer.get("items", []))


async def drain() -> None:
    """Wait for codes under way, at the end of the process."""
    await asyncio.gather(*_tasks, return_exceptions=True)


async def _residents(parts: Parts, phone: str) -> list[dict[str, str]]:
    """Ask the registry who has this number; nobody when it does not answer."""
    answer: Any = await parts.services.post(REGISTRY, _BY_PHONE, {"phone": phone})
    items = answer.get("items", []) if isinstance(answer, dict) else []
    return [
        {"tenant": str(item["tenant"]), "id": str(UUID(str(item["resident"]))), "person": str(item["person"])}
        for item in items[:20]
        if item.get("tenant") in parts.counties
    ]
