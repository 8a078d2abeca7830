"""Whether bytes are a PNG that a reader can show: whole chunks, sound sums, as many points as it says. No picture is decoded.

A receipt is printed with the drawing on it, so what cannot be shown is refused while the person still sits there.
"""

import zlib
from collections.abc import Iterator

START = b"\x89PNG\r\n\x1a\n"
LARGEST_SIDE = 4096
"""A pad's canvas on the sharpest screen there is."""
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Samples of a point by colour type."""
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}


def is_whole_png(content: bytes) -> bool:
    """Whether a reader can show it; an interlaced one is none that a pad draws."""
    try:
        chunks = list(_chunks(content))
    except ValueError:
        return False
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        return False
    head = chunks[0][1]
    width, height = int.from_bytes(head[:4]), int.from_bytes(head[4:8])
    depth, colour, packing, filtering, interlaced = head[8:]
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE) or packing or filtering or interlaced:
        return False
    if depth not in _DEPTHS.get(colour, ()) or (colour == 3 and all(kind != b"PLTE" for kind, _ in chunks)):
        return False
    line = 1 + (width * _SAMPLES[colour] * depth + 7) // 8
    return _points(b"".join(data for kind, data in chunks if kind == b"IDAT"), line, height)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    if not content.startswith(START):
        raise ValueError
    at = len(START)
    while at < len(content):
        size, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        data, end = content[at + 8 : at + 8 + size], at + 12 + size
        if end > len(content) or zlib.crc32(kind + data) != int.from_bytes(content[end - 4 : end]):
            raise ValueError
        yield kind, data
        at = end


def _points(packed: bytes, line: int, height: int) -> bool:
    """As many as the head says, and not one more: a few bytes must not unpack to gigabytes."""
    unpacking = zlib.decompressobj()
    try:
        lines = unpacking.decompress(packed, line * height + 1)
    except zlib.error:
        return False
    return len(lines) == line * height and all(lines[start] <= 4 for start in range(0, len(lines), line))
