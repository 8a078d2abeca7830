"""The single-page application as files.

Every file is known beforehand, so no path from outside ever touches the file system; a page path that is no file is
the application's own route and gets its index. A build that comes later is seen within a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import mimetypes
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from linli_gateway.proxy.answers import Receive, Scope, Send

# Vite puts a content hash of eight or more signs into the names below assets/.
_HASHED = re.compile(r"^/assets/.+-[A-Za-z0-9_-]{8,}\.\w+$")
IMMUTABLE: Final = b"public, max-age=31536000, immutable"
# Addresses that end in a token, which holds a dot: a paper, a report, a rating, a ticket.
_TOKENS = ("/v/", "/e/", "/queue/t/")
LOOK_SECONDS: Final = 1.0
REVALIDATE: Final = b"no-cache"
_ENCODINGS: Final = (("br", ".br"), ("gzip", ".gz"))
_TEXT: Final = ("text/", "application/javascript", "application/json", "application/manifest+json", "image/svg+xml")

mimetypes.add_type("text/javascript", ".mjs")
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    content_type: bytes
    etag: bytes
    cache_control: bytes
    encodings: dict[str, Path]


class StaticFiles:
    """Serves the built application; empty when it has not been built."""

    def __init__(self, directory: Path | None, headers: list[tuple[bytes, bytes]]) -> None:
        self._headers = headers
        self._directory = directory
        self._build: tuple[int, ...] = ()
        self._looked_at = -LOOK_SECONDS
        self._files: dict[str, _File] = {}
        self._look()

    @property
    def built(self) -> bool:
        return "/index.html" in self._files

    def find(self, path: str) -> str | None:
        """Return the name of the file for a page path: the file itself, or the index for the application's routes."""
        self._look()
        if path in self._files:
            return path
        last = path.rsplit("/", 1)[-1]
        if self.built and ("." not in last or path.startswith(_TOKENS)):
            return "/index.html"
        return None

    def _look(self) -> None:
        """Read the list of files again when another build lies there."""
        now = time.monotonic()
        if self._directory is None or now - self._looked_at < LOOK_SECONDS:
            return
        self._looked_at = now
        build = _build(self._directory)
        if build != self._build:
            self._build, self._files = build, _listed(self._directory)

    async def __call__(self, name: str, scope: Scope, _receive: Receive, send: Send) -> None:
        file = self._files[name]
        request = {key: value for key, value in scope["headers"] if key in (b"if-none-match", b"accept-encoding")}
        headers = [
            (b"content-type", file.content_type),
            (b"etag", file.etag),
            (b"cache-control", file.cache_control),
            (b"vary", b"accept-encoding"),
            *self._headers,
        ]
        if file.etag in request.get(b"if-none-match", b""):
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        path = file.path
        accepted = request.get(b"accept-encoding", b"").decode("latin-1")
        for encoding, packed in file.encodings.items():
            if encoding in accepted:
                headers.append((b"content-encoding", encoding.encode()))
                path = packed
                break
        try:
            body = path.read_bytes()
        except FileNotFoundError:
            # The build that this file belonged to was replaced within the last second.
            self._looked_at = -LOOK_SECONDS
            await send({"type": "http.response.start", "status": 404, "headers": self._headers})
            await send({"type": "http.response.body", "body": b""})
            return
        headers.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


def _build(directory: Path) -> tuple[int, ...]:
    """Return what differs from build to build: the index itself, and which files lie beside it and below assets/."""
    found: list[int] = []
    for path in (directory / "index.html", directory, directory / "assets"):
        try:
            facts = path.stat()
        except FileNotFoundError:
            found.append(0)
        else:
            found += [facts.st_mtime_ns, facts.st_ino]
    return tuple(found)


def _listed(directory: Path) -> dict[str, _File]:
    files = {}
    for path in sorted(directory.rglob("*")):
        if path.suffix in (".gz", ".br", ".map"):
            continue
        name = "/" + path.relative_to(directory).as_posix()
        # A build under way may take a file away between the listing and the reading; the next look finds the rest.
        with contextlib.suppress(FileNotFoundError, IsADirectoryError):
            files[name] = _describe(name, path)
    return files


def _describe(name: str, path: Path) -> _File:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith(_TEXT):
        kind += "; charset=utf-8"
    packed = {name: path.with_name(path.name + suffix) for name, suffix in _ENCODINGS}
    return _File(
        path=path,
        content_type=kind.encode(),
        etag=b'"' + hashlib.sha256(path.read_bytes()).hexdigest()[:32].encode() + b'"',
        cache_control=IMMUTABLE if _HASHED.match(name) else REVALIDATE,
        encodings={name: file for name, file in packed.items() if file.is_file()},
    )
