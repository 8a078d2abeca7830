"""The yardstick (b): a bare ASGI application that runs one statement and answers its row as JSON, and nothing else.

`LINLI_BENCH_URL` is the database, `LINLI_BENCH_SQL` the statement; the path's last segments are its parameters.
"""

import os
from typing import Any
from urllib.parse import unquote

import asyncpg
import msgspec

_encode = msgspec.json.Encoder(enc_hook=str).encode
_state: dict[str, Any] = {}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    while (await receive()).get("more_body"):
        continue
    parameters = [unquote(part) for part in scope["path"].split("/")[1:]]
    rows = await _state["pool"].fetch(_state["sql"], *parameters)
    body = _encode([dict(row) for row in rows])
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Any, send: Any) -> None:
    await receive()
    _state["sql"] = os.environ["LINLI_BENCH_SQL"]
    _state["pool"] = await asyncpg.create_pool(os.environ["LINLI_BENCH_URL"], min_size=8, max_size=8)
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await _state["pool"].close()
    await send({"type": "lifespan.shutdown.complete"})
