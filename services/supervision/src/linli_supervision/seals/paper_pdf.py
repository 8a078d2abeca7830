"""The sheet of a use of the seal of rubber: the request at first, and after closing the record that the custodians sign.

Photographs stand in it by their digests, so that the signatures hold them, too.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from linli_kernel.clock import SHANGHAI
from linli_kernel.documents import DocumentCompiler, qr_svg, resolve_font_dir
from msgspec import Struct

from linli_supervision.disclosures.wall import Issuer
from linli_supervision.extracts.paper import Line, lines
from linli_supervision.rows import Row
from linli_supervision.seals.paper_rules import CLOSING, OPENING

TEMPLATES = Path(__file__).with_name("templates")
_SHOWN = {OPENING: "启封前照片", CLOSING: "封存后照片"}


class Stamped(Struct, frozen=True, kw_only=True):
    """One document: what was approved and, once it was done, what was made."""

    number: int
    title: str
    copies: int
    impressions: int
    copies_made: str
    impressions_made: str


class Sheet(Struct, frozen=True, kw_only=True):
    issuer: Issuer
    title: str
    number: str
    verify_url: str
    issued_at: datetime
    facts: list[Line]
    lines: list[Stamped]
    photographs: dict[str, list[dict[str, str]]]
    custodians: list[str]
    closed: bool


@lru_cache(maxsize=2)
def compiler(font_dir: Path | None = None) -> DocumentCompiler:
    """Return the typesetter, made once per font folder (None: the project's own)."""
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


def _time(moment: datetime | None) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


def sheet(
    use: Row,
    stamped: Sequence[Row],
    photographs: Sequence[Row],
    custodians: Sequence[str],
    *,
    envelopes: tuple[str, str],
    now: datetime,
    public_url: str,
) -> Sheet:
    """Return what the paper says; `envelopes` are the number that was opened and the one that was closed, or empty."""
    closed = bool(envelopes[1])
    facts = {
        "用途": use["purpose"],
        "申请人": f"{use['requester_name']}　{_time(use['requested_at'])}",
        "批准人": f"{use['approver_name'] or ''}　{_time(use['approved_at'])}".strip(),
        "启封信封": envelopes[0],
        "启封时间": _time(use["unsealed_at"]),
        "封存信封": envelopes[1],
        "封存时间": _time(now) if closed else "",
    }
    return Sheet(
        issuer=Issuer(use["seal_name"]),
        title="公章启封用印记录" if closed else "公章启封用印申请单",
        number=str(use["id"]).replace("-", "")[:16],
        verify_url=f"{public_url}/seals/uses/{use['id']}",
        issued_at=now,
        facts=lines(facts),
        lines=[
            Stamped(
                number=one["line"], title=one["title"], copies=one["copies"], impressions=one["impressions"],
                copies_made=_made(one["copies_made"]), impressions_made=_made(one["impressions_made"]),
            )
            for one in stamped
        ],
        photographs={
            name: [{"at": _time(one["at"]), "sha256": one["sha256"]} for one in photographs if one["moment"] == moment]
            for moment, name in _SHOWN.items()
            if any(one["moment"] == moment for one in photographs)
        },
        custodians=list(custodians),
        closed=closed,
    )  # fmt: skip


def _made(count: int | None) -> str:
    return "" if count is None else str(count)


async def pdf(made: Sheet, font_dir: Path | None) -> bytes:
    images: dict[str, str] = {"qr": qr_svg(made.verify_url)}
    return await compiler(font_dir).render_in_thread("opening", made, created_at=made.issued_at, images=images)
