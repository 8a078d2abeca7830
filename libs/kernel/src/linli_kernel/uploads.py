"""Which files people may bring, by what their bytes show: the sender's word for a type is never taken."""

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
