"""What counts as having a material, and which files are taken.

A required material is present when its original was checked, a file was taken, a paper on file is reused, or it was deferred
with a promised day.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any


class MaterialState(StrEnum):
    MISSING = "missing"
    ORIGINAL_CHECKED = "original_checked"
    UPLOADED = "uploaded"
    REUSED = "reused"
    DEFERRED = "deferred"


# A photograph by a phone or a scanned page; the gateway and this limit agree.
LARGEST_FILE_BYTES = 10 * 1024 * 1024

_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"msf1", b"heif")


def sniff(content: bytes) -> str | None:
    """Return the media type that the bytes themselves show, whatever the sender claims; None when it is not taken."""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return None


def missing(materials: Iterable[Mapping[str, Any]], states: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """Return the required materials of the matter that the case does not have."""
    return [
        material
        for material in materials
        if material.get("required") and states.get(material["id"], MaterialState.MISSING) == MaterialState.MISSING
    ]
