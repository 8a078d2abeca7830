"""What everybody sees of a PDF: its pages, and nothing of who wrote it, with what, and what was put inside."""

import pypdfium2  # type: ignore[import-untyped]
import pytest
from linli_supervision import pdf_files
from linli_supervision.pdf_files import NotReadable, pages_of

from tests.supervision.papers import SECRETS, paper


def test_a_pdf_keeps_its_pages_and_loses_what_was_written_beside_them() -> None:
    before = paper("Ping An 2026")
    assert all(secret in before for secret in SECRETS)
    after = pages_of(before)
    assert not any(secret in after.content for secret in SECRETS)
    assert after.texts == ("Ping An 2026",)
    words = pypdfium2.PdfDocument(after.content)[0].get_textpage().get_text_range()
    assert words == "Ping An 2026"
    red = pypdfium2.PdfDocument(after.content)[0].render().to_pil().convert("RGB").getpixel((150, 300))
    assert red[0] > 200 > 60 > max(red[1:]), "the photograph is still there"


@pytest.mark.parametrize("broken", [b"%PDF-1.7 and nothing more", paper()[:300]])
def test_what_cannot_be_opened_is_said(broken: bytes) -> None:
    with pytest.raises(NotReadable):
        pages_of(broken)


def test_a_book_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_files, "MOST_PAGES", 0)
    with pytest.raises(NotReadable):
        pages_of(paper())
