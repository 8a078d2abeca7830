"""PDFs as everybody may see them: their pages and nothing beside them.

What a program wrote into the file goes (author, day, comments, scripts, files inside, what a camera wrote into its pictures); what
is printed on the pages stays. A signed one stays byte for byte, since its signature covers all of it.
"""

import re
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Any

# A ledger's year has some hundred; each page costs some milliseconds.
MOST_PAGES = 300
_CAMERA = re.compile(rb"\xff[\xe1\xed](..)(?:Exif\0\0|http://ns\.adobe\.com/x|Photoshop 3\.0\0)", re.DOTALL)
# PDFium is one library without locks of its own.
_PDFIUM = Lock()


class NotReadable(ValueError):
    """The bytes begin like a PDF and are none, need a password, or have too many pages."""


@dataclass(frozen=True, slots=True)
class Pages:
    """A file as it may be kept, and the text of each of its pages; a page that was scanned has none."""

    content: bytes
    texts: tuple[str, ...]


def pages_of(content: bytes) -> Pages:
    """Return the file bare and its text. Raise NotReadable. It takes some 10 ms a page: not for the event loop."""
    import pypdfium2  # type: ignore[import-untyped]

    with _PDFIUM:
        try:
            with pypdfium2.PdfDocument(content) as document:
                if not 0 < len(document) <= MOST_PAGES:
                    raise NotReadable
                texts = tuple(_text(document, number) for number in range(len(document)))
                signed = pypdfium2.raw.FPDF_GetSignatureCount(document) > 0
                return Pages(content if signed else _without_cameras(_printed(document)), texts)
        except pypdfium2.PdfiumError as error:
            raise NotReadable from error


def _text(document: Any, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    try:
        text: str = words.get_text_range()
        return text
    finally:
        words.close()
        page.close()


def _printed(document: Any) -> bytes:
    """The pages as a printer shows them, in a file of their own: filled-in forms become part of the page."""
    import pypdfium2

    for number in range(len(document)):
        page = document[number]
        pypdfium2.raw.FPDFPage_Flatten(page, pypdfium2.raw.FLAT_PRINT)
        page.close()
    with pypdfium2.PdfDocument.new() as bare:
        bare.import_pages(document)
        made = BytesIO()
        bare.save(made)
        return made.getvalue()


def _without_cameras(content: bytes) -> bytes:
    """Blank what cameras wrote into JPEG pictures; no byte moves, so the file's own table stays true."""
    found = bytearray(content)
    for hit in _CAMERA.finditer(content):
        begin, length = hit.end(1), int.from_bytes(hit[1]) - 2
        found[begin : begin + length] = bytes(len(found[begin : begin + length]))
    return bytes(found)
