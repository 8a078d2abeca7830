"""What a reader can show as a signature, and what only looks like one."""

import struct
import zlib

import pytest
from linli_services_desk.signatures.png import START, is_whole_png


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int = 4, height: int = 3, *, depth: int = 8, colour: int = 6, points: bytes | None = None) -> bytes:
    samples = {0: 1, 2: 3, 3: 1, 6: 4}[colour]
    lines = bytes(1 + (width * samples * depth + 7) // 8) * height if points is None else points
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return START + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("depth", "colour"), [(8, 6), (8, 2), (8, 0), (1, 0), (16, 2)])
def test_a_drawing_is_whole(depth: int, colour: int) -> None:
    assert is_whole_png(png(600, 200, depth=depth, colour=colour))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        START,
        START + b"0" * 64,
        png()[:-1],
        png()[:40],
        png() + b"<script>",
        png().replace(b"IDAT", b"IDAX"),
        png(0, 3),
        png(5000, 1),
        png(depth=3),
        png(colour=3),
        png(points=bytes(50)),
        png(points=bytes([9]) + bytes(50)),
        png(points=bytes(50_000_000)),
    ],
)
def test_what_cannot_be_shown_is_no_signature(content: bytes) -> None:
    assert not is_whole_png(content)
