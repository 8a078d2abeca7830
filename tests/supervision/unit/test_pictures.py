"""What everybody sees of a picture: as it looks, and nothing of who took it where."""

from io import BytesIO

import pytest
from linli_supervision import pictures
from linli_supervision.pictures import NotAPicture, bare
from PIL import Image

ORIENTATION, GPS, ARTIST = 0x0112, 0x8825, 0x013B
TURNED_RIGHT = 6


def photograph(kind: str) -> bytes:
    """A picture wider than high, lying on its side, whose camera wrote down where and whose it was."""
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = TURNED_RIGHT, "ZHANG GUILAN"
    exif[GPS] = {1: "N", 2: (29.0, 50.0, 0.0)}
    made = BytesIO()
    Image.new("RGB", (40, 20), "red").save(made, kind, exif=exif, comment=b"ZHANG GUILAN")
    return made.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_stands_upright_and_says_nothing_of_its_camera(kind: str, media_type: str) -> None:
    before = photograph(kind)
    assert b"GUILAN" in before
    after = bare(before, media_type)
    with Image.open(BytesIO(after)) as picture:
        assert (picture.format, picture.size) == (kind, (20, 40))
        assert dict(picture.getexif()) == {}
        red, green, blue = picture.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)
    assert b"GUILAN" not in after


def test_a_palette_keeps_what_one_can_see_through() -> None:
    made = BytesIO()
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([0, 0, 0, 255, 255, 255])
    picture.save(made, "PNG", transparency=0)
    with Image.open(BytesIO(bare(made.getvalue(), "image/png"))) as seen:
        assert seen.convert("RGBA").getpixel((0, 0))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + b"0" * 64, photograph("PNG")[:60], b""])
def test_what_only_begins_like_a_picture_is_none(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        bare(content, "image/png")


def test_a_picture_that_unfolds_beyond_measure_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 799)
    with pytest.raises(NotAPicture):
        bare(photograph("JPEG"), "image/jpeg")
