"""The yardstick (b): a bare ASGI application that runs the statements of a request and answers the rows as JSON.

No framework, no token, no audit entry: what a request could cost at the least in this language. `LINLI_BENCH_URL` is the
database, `LINLI_BENCH_PLANS` a file with the statements of some requests; `GET /3` runs the fourth.
"""

import asyncio
import os
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from linli_launcher.bench.replay import prepare

_encode = msgspec.json.Encoder(enc_hook=str).encode
_POOL = 8
_state: dict[str, Any] = {}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    number = int(scope["path"][1:])
    plans = await _state["free"].get()
    try:
        answers = [[dict(row) for row in await prepared.fetch(*values)] for prepared, values in plans[number]]
    finally:
        _state["free"].put_nowait(plans)
    body = _encode(answers)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _plans() -> list[list[dict[str, Any]]]:
    plans: list[list[dict[str, Any]]] = msgspec.json.decode(Path(os.environ["LINLI_BENCH_PLANS"]).read_bytes())
    return plans


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    plans = _plans()
    opened = [await asyncpg.connect(os.environ["LINLI_BENCH_URL"]) for _ in range(_POOL)]
    # A prepared statement belongs to its connection: the pool holds the statements, not the connections.
    _state["free"] = asyncio.Queue()
    for connection in opened:
        _state["free"].put_nowait([await prepare(connection, plan) for plan in plans])
    await send({"type": "lifespan.startup.complete"})
    await receive()
    for connection in opened:
        await connection.close()
    await send({"type": "lifespan.shutdown.complete"})
