"""How a code reaches a phone.

The demo keeps its messages in a table; a place's SMS gateway is another class with the same method. Nothing else knows
which.
"""

from __future__ import annotations

from typing import Protocol

import structlog
from linli_kernel.database import Database
from linli_kernel.identity import ANY_TENANT
from linli_kernel.ids import new_id
from linli_kernel.privacy import mask_phone
from linli_kernel.sms import SmsProvider

from linli_gateway.resident_codes.tables import sent_message

log = structlog.get_logger(__name__)


class MessageSender(Protocol):
    """Sends one short message; a failure is logged by the adapter and never shown to the caller."""

    async def send(self, phone: str, text: str) -> None: ...


class DemoMessages:
    """Keeps messages where the demo's administrator can read them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, phone: str, text: str) -> None:
        async with self._database.transaction(ANY_TENANT) as tx:
            await tx.execute(
                sent_message.insert().values(id=new_id(), phone_masked=mask_phone(phone), text=text, sent_at=tx.now)
            )


class ProviderMessages:
    """Hands codes to the place's provider, each under a number of its own: a code that was lost is asked for anew."""

    def __init__(self, provider: SmsProvider) -> None:
        self._provider = provider

    async def send(self, phone: str, text: str) -> None:
        await self._provider.send(f"code/{new_id()}", phone, text)

    async def close(self) -> None:
        await self._provider.aclose()


class NoMessages:
    """Stands where no SMS adapter is configured: codes are made and go nowhere."""

    async def send(self, phone: str, text: str) -> None:
        log.warning("no_sms_adapter")
