"""A provider of short messages over HTTP: one JSON request per message, signed, and its receipts, signed alike.

A provider sends a request number once, however often it is told it. What it refuses for good is `SmsRefused`; anything else that
is no acceptance is `Unavailable` and may be tried again. The secret signs and never travels; no error quotes a phone.
"""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import msgspec

from .clock import Clock
from .errors import Conflict, Unavailable
from .settings import ServiceSettings
from .signed import SharedSecret, is_busy, nameless

APP, TIMESTAMP, NONCE, SIGNATURE = "X-Sms-App", "X-Sms-Timestamp", "X-Sms-Nonce", "X-Sms-Signature"


class SmsRefused(Conflict):
    """The provider will never send this message: a number that does not exist, a text that it does not let through."""

    code = "sms.refused"
    zh = "短信服务商拒绝发送"
    en = "The provider refuses the message"


class _Answer(msgspec.Struct):
    accepted: bool = True


class SmsProvider:
    """Signs and sends; safe for many callers at once."""

    def __init__(self, settings: ServiceSettings, clock: Clock, client: httpx.AsyncClient | None = None) -> None:
        if settings.sms_url is None or not settings.sms_app or not settings.sms_secret.get_secret_value():
            raise ValueError("an SMS provider needs LINLI_SMS_URL, LINLI_SMS_APP and LINLI_SMS_SECRET")
        self._url = settings.sms_url
        self._secret = SharedSecret("X-Sms", settings.sms_app, settings.sms_secret.get_secret_value(), clock)
        timeout = httpx.Timeout(settings.sms_timeout_seconds, connect=min(3.0, settings.sms_timeout_seconds))
        self._client = client or httpx.AsyncClient(timeout=timeout, follow_redirects=False)

    @classmethod
    def configured(cls, settings: ServiceSettings, clock: Clock) -> SmsProvider | None:
        """Return the place's provider, or None where the environment names none."""
        return cls(settings, clock) if settings.sms_url else None

    async def send(self, request_id: str, phone: str, text: str) -> None:
        """Hand one message over; returning means that the provider took it."""
        body = msgspec.json.encode({"request_id": request_id, "phone": phone, "text": text})
        headers = {"Content-Type": "application/json", **self.signed(body)}
        try:
            answer = await self._client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            # Not chained: the error of a client can hold the request, and the request holds the phone.
            raise Unavailable(retry_after_seconds=30) from nameless(error)
        if is_busy(answer.status_code):
            raise Unavailable(retry_after_seconds=30)
        if answer.status_code >= 400 or not _accepted(answer.content):
            raise SmsRefused

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers that prove who sends this body, and when."""
        return self._secret.signed(body)

    def verified(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether the provider itself sent this body just now."""
        return self._secret.verified(headers, body)

    async def aclose(self) -> None:
        await self._client.aclose()


def _accepted(body: bytes) -> bool:
    try:
        return msgspec.json.decode(body, type=_Answer).accepted if body.strip() else True
    except msgspec.MsgspecError as error:
        # Something answered that is no provider: a proxy's page, say.
        raise Unavailable(retry_after_seconds=30) from error
