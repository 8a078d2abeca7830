"""The provider of a place, played by a server on loopback: what it is sent, what happens when it fails, what it tells back."""

import hashlib
import hmac
import json
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import structlog
from linli_kernel.clock import FrozenClock
from linli_kernel.errors import Unavailable
from linli_kernel.settings import ServiceSettings
from linli_kernel.sms import APP, NONCE, SIGNATURE, TIMESTAMP, SmsProvider, SmsRefused
from linli_services_desk.notices import sms
from linli_services_desk.notices.sms import ProviderSms, SmsQueue, request_id
from pydantic import SecretStr

from tests.services_desk.flow import decided_case

SECRET, PHONE, RECEIPTS = "quite-secret", "13800005678", "/api/public/v1/sms-receipts"


class Provider(ThreadingHTTPServer):
    """Keeps what it is sent and answers as it is told: one answer after the other, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, bytes]] = [(200, b'{"accepted": true}')]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/messages"


class Answering(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((dict(self.headers), body))
        answers = self.server.answers
        status, content = answers.pop(0) if len(answers) > 1 else answers[0]
        if not status:
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        return


@pytest.fixture
def server() -> Iterator[Provider]:
    found = Provider()
    threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield found
    found.shutdown()
    found.server_close()


@pytest.fixture
async def provider(app: Any, server: Provider, clock: FrozenClock) -> AsyncIterator[SmsProvider]:
    names = {"sms_url": server.url, "sms_app": "linli", "sms_secret": SecretStr(SECRET), "sms_timeout_seconds": 2.0}
    settings: ServiceSettings = app.state.linli.settings.model_copy(update=names)
    found = SmsProvider(settings, clock)
    yield found
    await found.aclose()


@pytest.fixture
def configured(app: Any, provider: SmsProvider) -> Iterator[SmsProvider]:
    app.state.sms_provider = provider
    yield provider
    app.state.sms_provider = None


async def waiting(app: Any, case_id: str) -> dict[str, Any]:
    row = await app.state.linli.database.pool.fetchrow(
        "SELECT * FROM sms_message WHERE case_id = $1 AND template = 'case.decided'", case_id
    )
    return dict(row)


async def sent(app: Any, provider: SmsProvider) -> None:
    queue = SmsQueue(app.state.linli.database, app.state.desk, ProviderSms(provider))
    while await queue.send_due():
        pass


async def a_message(app: Any, hire: Any) -> str:
    """The case whose message is the only one that waits."""
    await app.state.linli.database.pool.execute("UPDATE sms_message SET state = 'sent' WHERE state = 'queued'")
    return str((await decided_case(hire))["id"])


async def test_a_message_goes_out_signed_over_its_whole_body(
    app: Any, provider: SmsProvider, server: Provider, hire: Any
) -> None:
    case_id = await a_message(app, hire)
    await sent(app, provider)
    headers, body = server.requests[-1]
    said = json.loads(body)
    row = await waiting(app, case_id)
    assert said["phone"] == PHONE
    assert said["request_id"] == request_id("421202", row["key"])
    assert "http://linli.test/e/421202." in said["text"]
    told = "\n".join((headers[APP], headers[TIMESTAMP], headers[NONCE], hashlib.sha256(body).hexdigest()))
    assert headers[SIGNATURE] == hmac.new(SECRET.encode(), told.encode(), hashlib.sha256).hexdigest()
    assert row["state"] == "sent"
    assert SECRET not in str(server.requests)


@pytest.mark.parametrize("failure", [(0, b""), (500, b""), (429, b"{}"), (302, b""), (200, b"<html>")])
async def test_what_the_provider_did_not_take_waits_and_goes_out_later_under_the_same_number(
    app: Any,
    provider: SmsProvider,
    server: Provider,
    clock: FrozenClock,
    hire: Any,
    failure: tuple[int, bytes],
) -> None:
    case_id = await a_message(app, hire)
    server.answers = [failure, (200, b'{"accepted": true}')]
    first = SmsQueue(app.state.linli.database, app.state.desk, ProviderSms(provider))
    while (await waiting(app, case_id))["attempts"] == 0:
        await first.send_due()
    row = await waiting(app, case_id)
    assert (row["state"], row["failure"]) == ("queued", "unavailable")
    clock.move(timedelta(minutes=1))
    await sent(app, provider)
    numbers = [json.loads(body)["request_id"] for _, body in server.requests]
    assert numbers.count(request_id("421202", row["key"])) == 2
    assert (await waiting(app, case_id))["state"] == "sent"


async def test_a_number_that_the_provider_refuses_is_not_tried_again(
    app: Any, provider: SmsProvider, server: Provider, hire: Any
) -> None:
    case_id = await a_message(app, hire)
    server.answers = [(422, b'{"code": "bad_number"}')]
    await sent(app, provider)
    row = await waiting(app, case_id)
    assert (row["state"], row["failure"], row["attempts"]) == ("failed", "sms.refused", 1)


async def test_no_log_and_no_error_tells_the_secret_the_phone_or_the_text(
    app: Any, provider: SmsProvider, server: Provider, hire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_message(app, hire)
    server.answers = [(0, b"")]
    # A logger that spoke before keeps the way it spoke then.
    monkeypatch.setattr(sms, "log", structlog.get_logger("sms"))
    with structlog.testing.capture_logs() as logs:
        queue = SmsQueue(app.state.linli.database, app.state.desk, ProviderSms(provider))
        await queue.send_due()
    with pytest.raises(Unavailable) as raised:
        await provider.send("421202/x", PHONE, "【咸宁】请评价")
    told = f"{logs}{raised.getrepr(chain=True)!s}{provider!r}{app.state.linli.settings!r}"
    assert logs
    for hidden in (SECRET, "【咸宁】"):
        assert hidden not in told.replace('await provider.send("421202/x", PHONE, "【咸宁】请评价")', "")


async def test_a_receipt_says_that_the_message_reached_the_phone(
    app: Any, http: Any, configured: SmsProvider, hire: Any
) -> None:
    case_id = await a_message(app, hire)
    await sent(app, configured)
    row = await waiting(app, case_id)
    body = told(row, "delivered")
    for expected in (1, 0):
        answer = await http.post(RECEIPTS, content=body, headers=json_of(configured, body))
        assert answer.json() == {"noted": expected}, answer.text
    after = await waiting(app, case_id)
    assert after["state"] == "delivered"
    assert after["delivered_at"] is not None


async def test_a_receipt_that_is_quicker_than_the_sender_is_kept(
    app: Any, http: Any, configured: SmsProvider, hire: Any
) -> None:
    case_id = await a_message(app, hire)

    class Quick(ProviderSms):
        async def send(self, tenant: str, key: str, phone: str, text: str) -> None:
            await super().send(tenant, key, phone, text)
            body = told({"tenant": tenant, "key": key}, "undelivered", reason="OFF")
            await http.post(RECEIPTS, content=body, headers=json_of(configured, body))

    queue = SmsQueue(app.state.linli.database, app.state.desk, Quick(configured))
    while await queue.send_due():
        pass
    row = await waiting(app, case_id)
    assert (row["state"], row["failure"]) == ("undelivered", "OFF")


async def test_only_the_provider_tells_what_became_of_messages(
    http: Any, configured: SmsProvider, clock: FrozenClock
) -> None:
    body = told({"tenant": "421202", "key": "x"}, "delivered")
    good = json_of(configured, body)
    for change in ({SIGNATURE: "0" * 64}, {APP: "other"}, {TIMESTAMP: "1"}, {TIMESTAMP: "²"}, {NONCE: ""}):
        headers = {name: value.encode() for name, value in {**good, **change}.items()}
        assert (await http.post(RECEIPTS, content=body, headers=headers)).status_code == 401
    assert (
        await http.post(RECEIPTS, content=body.replace(b"delivered", b"undelivered"), headers=good)
    ).status_code == 401
    assert (await http.post(RECEIPTS, content=b"{}", headers=json_of(configured, b"{}"))).status_code == 422
    clock.move(timedelta(minutes=6))
    assert (await http.post(RECEIPTS, content=body, headers=good)).status_code == 401


async def test_a_place_without_a_provider_takes_no_receipts(http: Any) -> None:
    body = told({"tenant": "421202", "key": "x"}, "delivered")
    assert (await http.post(RECEIPTS, content=body, headers={"Content-Type": "application/json"})).status_code == 404


async def test_a_provider_that_refuses_in_words_is_a_refusal(provider: SmsProvider, server: Provider) -> None:
    server.answers = [(200, b'{"accepted": false}')]
    with pytest.raises(SmsRefused):
        await provider.send("421202/x", PHONE, "text")


def told(row: dict[str, Any], state: str, **more: str) -> bytes:
    receipt = {"request_id": request_id(row["tenant"], row["key"]), "state": state, "at": "2026-11-23T09:01:00+08:00"}
    return json.dumps({"receipts": [{**receipt, **more}]}).encode()


def json_of(provider: SmsProvider, body: bytes) -> dict[str, str]:
    return {"Content-Type": "application/json", **provider.signed(body)}
