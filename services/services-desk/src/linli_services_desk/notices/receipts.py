"""Delivery receipts: what the place's SMS provider says became of a message.

The provider signs them as it is signed to. A receipt that comes twice, or for a message that nobody sent, changes nothing; one
that comes before the sender noted its own success is not overwritten by it.
"""

from typing import Annotated, Literal

from fastapi import Depends, Request, Response
from linli_kernel.database import Database
from linli_kernel.errors import NotFound, Unauthenticated
from linli_kernel.given import GivenMoment
from linli_kernel.http import ApiModel, ServiceRouter, current_db, fast_json, reads
from linli_kernel.permissions import public
from linli_kernel.sms import SmsProvider
from pydantic import Field
from sqlalchemy import update

from linli_services_desk.notices.tables import sms_message
from linli_services_desk.policy import POLICY, Permission

public_router = ServiceRouter(
    prefix="/api/public/v1", tags=["public"], dependencies=[Depends(public(POLICY, Permission.PUBLIC_SMS_RECEIPT))]
)
MOST_AT_ONCE = 100


class SmsReceipt(ApiModel):
    """`request_id` is what the message was sent under; `reason` the provider's own code, never a text."""

    request_id: Annotated[str, Field(pattern="^[a-z0-9]{2,20}/.{1,200}$")]
    state: Literal["delivered", "undelivered"]
    at: GivenMoment
    reason: Annotated[str, Field(max_length=40, pattern="^[A-Za-z0-9_.-]*$")] = ""


class SmsReceipts(ApiModel):
    receipts: Annotated[list[SmsReceipt], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ReceiptsTaken(ApiModel):
    noted: int


@public_router.post("/sms-receipts", response_model=ReceiptsTaken)
@reads
async def take_receipts(
    request: Request, sent: SmsReceipts, database: Annotated[Database, Depends(current_db)]
) -> Response:
    """What became of messages, signed by the provider. Without a provider there is no such page."""
    provider: SmsProvider | None = request.app.state.sms_provider
    if provider is None:
        raise NotFound
    if not provider.verified(request.headers, await request.body()):
        raise Unauthenticated
    return fast_json({"noted": sum([await _note(database, one) for one in sent.receipts])})


async def _note(database: Database, receipt: SmsReceipt) -> int:
    tenant, _, key = receipt.request_id.partition("/")
    delivered = receipt.state == "delivered"
    values = {
        "state": receipt.state,
        "delivered_at": receipt.at if delivered else None,
        "failure": None if delivered else receipt.reason or receipt.state,
        "finished_at": receipt.at,
    }
    async with database.transaction(tenant) as tx:
        found = await tx.one(
            update(sms_message)
            .where(
                sms_message.c.tenant == tenant,
                sms_message.c.key == key,
                sms_message.c.state.in_(("sending", "sent")),
            )
            .values(values)
            .returning(sms_message.c.id)
        )
    return int(found is not None)
