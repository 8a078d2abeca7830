"""Sets the papers of the desk. One kind has one struct and one template; equal structs give equal bytes."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from linli_kernel.documents import DocumentCompiler, qr_svg, resolve_font_dir

from linli_services_desk.documents.papers import (
    AcceptanceNotice,
    Certificate,
    Decision,
    DocumentKind,
    NotAcceptedNotice,
    Paper,
    Receipt,
    RefusalNote,
    ResidenceCertificate,
    SupplementNotice,
)

TEMPLATES = Path(__file__).parent / "templates"
PAPERS: dict[DocumentKind, type[Paper]] = {
    DocumentKind.RECEIPT: Receipt,
    DocumentKind.RECEIPT_SLIP: Receipt,
    DocumentKind.ACCEPTANCE_NOTICE: AcceptanceNotice,
    DocumentKind.SUPPLEMENT_NOTICE: SupplementNotice,
    DocumentKind.NOT_ACCEPTED_NOTICE: NotAcceptedNotice,
    DocumentKind.DECISION: Decision,
    DocumentKind.RESIDENCE_CERTIFICATE: ResidenceCertificate,
    DocumentKind.CERTIFICATE: Certificate,
    DocumentKind.REFUSAL_NOTE: RefusalNote,
}
TITLES: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: "办件回执",
    DocumentKind.RECEIPT_SLIP: "办件回执",
    DocumentKind.ACCEPTANCE_NOTICE: "受理通知书",
    DocumentKind.SUPPLEMENT_NOTICE: "一次性告知书",
    DocumentKind.NOT_ACCEPTED_NOTICE: "不予受理通知书",
    DocumentKind.DECISION: "办理决定书",
    DocumentKind.RESIDENCE_CERTIFICATE: "居住情况证明",
    DocumentKind.CERTIFICATE: "证明",
    DocumentKind.REFUSAL_NOTE: "不予出具证明告知单",
}


@lru_cache(maxsize=2)
def desk_compiler(font_dir: Path | None = None) -> DocumentCompiler:
    """Return the desk's typesetter, made once per font folder (None: the project's own)."""
    return DocumentCompiler(TEMPLATES, resolve_font_dir(font_dir))


def render(kind: DocumentKind, paper: Paper, *, compiler: DocumentCompiler | None = None) -> bytes:
    """Return the paper as PDF; some milliseconds, holding the typesetter."""
    _require_struct(kind, paper)
    images = {"qr": qr_svg(paper.verify_url)}
    return (compiler or desk_compiler()).render(kind.value, paper, created_at=paper.issued_at, images=images)


async def render_in_thread(
    kind: DocumentKind,
    paper: Paper,
    *,
    compiler: DocumentCompiler | None = None,
    images: Mapping[str, str] | None = None,
) -> bytes:
    """Do the same as `render` without holding up the event loop. `images` are further ones beside the QR code, as SVG."""
    _require_struct(kind, paper)
    images = {"qr": qr_svg(paper.verify_url), **(images or {})}
    typesetter = compiler or desk_compiler()
    return await typesetter.render_in_thread(kind.value, paper, created_at=paper.issued_at, images=images)


def _require_struct(kind: DocumentKind, paper: Paper) -> None:
    if not isinstance(paper, PAPERS[kind]):
        raise TypeError(f"{kind} is set from {PAPERS[kind].__name__}, not {type(paper).__name__}")
