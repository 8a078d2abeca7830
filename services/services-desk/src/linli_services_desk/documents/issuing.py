"""Issues the papers of a case: number, token and frozen facts now, the PDF when it is first asked for.

A certificate that needs the seal is issued as `awaiting_seal`; only its sealed version is ever handed out as final.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel import public_tokens as tokens
from linli_kernel.contracts import desk as contract
from linli_kernel.database import HotQuery, Tx, insert_of, params_of
from linli_kernel.events import Event
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile

from linli_services_desk.cases.hand import CaseInHand, viewer_in
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose
from linli_services_desk.documents.numbering import written
from linli_services_desk.documents.papers import DocumentKind, Paper
from linli_services_desk.documents.render import TITLES
from linli_services_desk.documents.tables import document
from linli_services_desk.documents.wording import worded
from linli_services_desk.schema import Row

# Which running number a paper takes; a refusal to accept counts among the decisions.
NUMBERED_AS: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: "receipt",
    DocumentKind.ACCEPTANCE_NOTICE: "acceptance",
    DocumentKind.SUPPLEMENT_NOTICE: "supplement",
    DocumentKind.NOT_ACCEPTED_NOTICE: "decision",
    DocumentKind.DECISION: "decision",
    DocumentKind.RESIDENCE_CERTIFICATE: "certificate",
    DocumentKind.CERTIFICATE: "certificate",
    DocumentKind.REFUSAL_NOTE: "refusal",
}
Composer = Callable[[CaseInHand, dict[str, Any]], Paper]


def issue(
    tx: Tx, desk: Desk, case: CaseInHand, numbers: Mapping[str, int], papers: Mapping[DocumentKind, Composer]
) -> list[dict[str, Any]]:
    """Write the papers in one statement and return them as the API shows them. `numbers` were drawn with the case's."""
    rows = [_of_case(tx, desk, case, kind, numbers[NUMBERED_AS[kind]], composer) for kind, composer in papers.items()]
    return write(tx, rows)


def write(tx: Tx, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Store the papers, announce them and return them as the API shows them."""
    tx.later(_add(len(rows)), params_of(document, rows))
    for row in rows:
        tx.announce(
            Event(
                type=contract.DOCUMENT_ISSUED,
                subject=str(row["id"]),
                data=contract.DocumentIssued(
                    document_id=str(row["id"]),
                    case_id=str(row["case_id"]) if row["case_id"] else None,
                    division=row["division"],
                    kind=row["kind"],
                    number=row["number"],
                    state=row["state"],
                ),
            )
        )
    return [brief(row) for row in rows]


@lru_cache
def _add(number: int) -> HotQuery:
    return insert_of(document, number)


def _of_case(tx: Tx, desk: Desk, case: CaseInHand, kind: DocumentKind, seq: int, composer: Composer) -> dict[str, Any]:
    viewer = viewer_in(tx)
    # The receipt's code opens the follow-up page, so it carries the case's own token.
    secret = case.row["receipt_token"] if kind is DocumentKind.RECEIPT else tokens.new_secret()
    number = written(case.profile, NUMBERED_AS[kind], seq, case.row, tx.tenant, tx.now.date())
    facts = compose.common(case, viewer, number, verification_url(desk, tx.tenant, secret), tx.now)
    paper = composer(case, facts | {"note": note(case.profile, kind)})
    return row_of(tx, desk, kind, paper, secret, case.row["division"], case.id)


def verification_url(desk: Desk, tenant: str, secret: str) -> str:
    return f"{desk.public_url}/v/{tokens.PublicToken(tenant, secret)}"


def note(profile: Profile, kind: DocumentKind) -> str:
    """What the county adds to every paper of a kind."""
    return profile.desk.papers.notes.get(kind.value, "")


def row_of(
    tx: Tx, desk: Desk, kind: DocumentKind, paper: Paper, secret: str, division: str, case_id: UUID | None
) -> dict[str, Any]:
    """The paper as it is stored, in the place's words of this day."""
    document_id = new_id()
    said = worded(kind, paper, desk.profile(tx.tenant).desk.papers)
    return {
        "tenant": tx.tenant,
        "id": document_id,
        "division": division,
        "case_id": case_id,
        "kind": kind.value,
        "number": paper.number,
        "title": getattr(paper, "title", TITLES[kind]),
        "issuer": paper.issuer.body,
        "state": "awaiting_seal" if NUMBERED_AS[kind] == "certificate" else "issued",
        "token": secret,
        "facts": desk.vault.seal(msgspec.to_builtins(said), tx.tenant, "document", "facts", document_id),
        "signers": [],
        "issued_by": viewer_in(tx).subject,
        "issued_at": tx.now,
        "sealed_at": None,
        "version": 1,
    }


def brief(row: Row) -> dict[str, Any]:
    issued: datetime = row["issued_at"]
    return {
        "id": row["id"],
        "kind": row["kind"],
        "number": row["number"],
        "title": row["title"],
        "state": row["state"],
        "token": f"{row['tenant']}.{row['token']}",
        "created_at": issued,
        "sealed_at": row["sealed_at"],
        "href": f"/api/desk/v1/documents/{row['id']}",
    }
