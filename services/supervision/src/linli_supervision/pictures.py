"""Pictures as everybody may see them: upright, and without what a camera wrote beside them (place, owner, device, day)."""

from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

# A page scanned at 600 dpi has 35 million; a small file can claim to unfold into gigabytes.
MOST_PIXELS = 50_000_000
QUALITY = 90
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


class NotAPicture(ValueError):
    """The bytes begin like a picture and are none, or one too large to unfold."""


def bare(content: bytes, media_type: str) -> bytes:
    """Return the picture in its own format, turned as it is meant to be seen, with its colours and no other facts.

    Raise NotAPicture. It takes some 100 ms for a photograph by a phone: not for the event loop.
    """
    try:
        with Image.open(BytesIO(content), formats=[_FORMATS[media_type]]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotAPicture
            colours = picture.info.get("icc_profile")
            upright = ImageOps.exif_transpose(picture)
            # Transparency of a palette is one of the facts that go.
            plain = upright.convert("RGBA") if "transparency" in upright.info else upright.copy()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotAPicture from error
    plain.info.clear()
    made = BytesIO()
    plain.save(made, _FORMATS[media_type], icc_profile=colours, quality=QUALITY)
    return made.getvalue()
