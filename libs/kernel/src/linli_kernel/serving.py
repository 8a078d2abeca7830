"""How uvicorn's answers reach the network: what is written within one turn of the event loop leaves as one piece.

uvicorn writes the head of an answer and its body one after the other, and the event loop sends each at once: two system calls,
and two pieces that wake the reader twice. Nothing is held back beyond the turn, nor more than `MOST_GATHERED_BYTES`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# A body larger than this goes out as it comes, so that the transport's own back pressure holds.
MOST_GATHERED_BYTES = 64 * 1024


class Gathering(asyncio.Transport):
    """A transport that gathers what is written and passes everything else to the one it wraps."""

    def __init__(self, inner: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = inner
        self._loop = loop
        self._pieces: list[Any] = []
        self._size = 0

    def write(self, data: Any) -> None:
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)
        self._size += len(data)
        if self._size > MOST_GATHERED_BYTES:
            self._flush()

    def _flush(self) -> None:
        pieces = self._pieces
        if pieces:
            self._pieces, self._size = [], 0
            self._inner.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def close(self) -> None:
        self._flush()
        self._inner.close()

    def abort(self) -> None:
        self._pieces.clear()
        self._inner.abort()

    def is_closing(self) -> bool:
        return self._inner.is_closing()

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._inner.get_extra_info(name, default)

    def pause_reading(self) -> None:
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        self._inner.resume_reading()

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._inner.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._inner.get_protocol()


class OneWriteProtocol(HttpToolsProtocol):
    """uvicorn's own protocol over a gathering transport; for `--http`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(Gathering(transport, self.loop))
