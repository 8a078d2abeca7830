"""The extract as a paper of the common design."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from linli_kernel.documents import DocumentCompiler, qr_svg, resolve_font_dir
from msgspec import Struct

TEMPLATES = Path(__file__).parent / "templates"


class Issuer(Struct, frozen=True, kw_only=True):
    """Whose log it is; what the common design prints at the head and at the signature."""

    body: str


class Line(Struct, frozen=True, kw_only=True):
    name: str
    value: str


class ExtractPaper(Struct, frozen=True, kw_only=True):
    """What the paper says: complete, so that it is set from this alone."""

    issuer: Issuer
    number: str
    verify_url: str
    issued_at: datetime
    requested_by: str
    facts: list[Line]
    leaf: str
    leaf_hash: str
    index: int
    size: int
    root: str
    proof: list[str]
    checkpoint: str
    log_key: str
    cosigned_by: list[Line]
    explanation: list[str]
    seal: None = None
    note: str = ""


@lru_cache(maxsize=2)
def _compiler(font_dir: Path | None) -> DocumentCompiler:
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


async def render(paper: ExtractPaper, font_dir: Path | None) -> bytes:
    """Return the paper as PDF."""
    images: dict[str, str] = {"qr": qr_svg(paper.verify_url)}
    compiler = _compiler(font_dir)
    return await compiler.render_in_thread("extract", paper, created_at=paper.issued_at, images=images)


def lines(pairs: dict[str, Any]) -> list[Line]:
    """Return what is there to be printed, in order; what is empty is left out."""
    return [Line(name=name, value=str(value)) for name, value in pairs.items() if value not in (None, "", [], {})]
