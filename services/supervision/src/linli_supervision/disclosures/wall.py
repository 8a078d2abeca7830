"""The notice for the wall: the disclosure as A4 or A3, with the code by which a phone reads the original and its proof.

Set from what is published alone, in the one design of every paper; equal disclosures give equal bytes.
"""

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from linli_kernel.documents import DocumentCompiler, qr_svg, resolve_font_dir
from msgspec import Struct

from linli_supervision.rows import Row

TEMPLATES = Path(__file__).with_name("templates")
Size = Literal["a4", "a3"]


class Issuer(Struct, frozen=True):
    body: str


class WallNotice(Struct, frozen=True, kw_only=True):
    """What the notice says. `number` is the beginning of the digest; `verify_url` opens the original."""

    size: Size
    issuer: Issuer
    number: str
    verify_url: str
    issued_at: datetime
    category: str
    title: str
    edition: int
    period_start: date | None
    period_end: date | None
    paragraphs: list[str]
    tables: list[dict[str, Any]]
    files: list[str]
    publisher: str
    checker: str
    answer_within: str
    state: str


@lru_cache(maxsize=2)
def compiler(font_dir: Path | None = None) -> DocumentCompiler:
    """Return the typesetter, made once per font folder (None: the project's own)."""
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


def notice(row: Row, *, size: Size, village: str, category: str, files: list[str], url: str, answer: str) -> WallNotice:
    """Return the notice of a published disclosure."""
    return WallNotice(
        size=size,
        issuer=Issuer(village),
        number=(row["sha256"] or str(row["id"]).replace("-", ""))[:16],
        verify_url=url,
        issued_at=row["published_at"],
        category=category,
        title=row["title"],
        edition=row["edition"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        paragraphs=[line for line in row["body"].splitlines() if line.strip()],
        tables=row["tables"],
        files=files,
        publisher=row["publisher_name"],
        checker=row["checker_name"],
        answer_within=answer,
        state=row["state"],
    )


async def pdf(paper: WallNotice, font_dir: Path | None) -> bytes:
    images = {"qr": qr_svg(paper.verify_url)}
    return await compiler(font_dir).render_in_thread("wall_notice", paper, created_at=paper.issued_at, images=images)
