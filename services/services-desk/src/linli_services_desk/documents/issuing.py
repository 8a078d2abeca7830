"""Issues the papers of a case: number, token and frozen facts now, the PDF when it is first asked for.

A certificate that needs the seal is issued as `awaiting_seal`; only its sealed version is ever handed out as final.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from linli_kernel.contracts import desk as contract
from linli_kernel.database import Tx
from linli_kernel.events import Event
from linli_kernel.ids import new_id
from sqlalchemy import insert

from linli_services_desk import tokens
from linli_services_desk.cases.hand import CaseInHand, viewer_in
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose
from linli_services_desk.documents.numbering import written
from linli_services_desk.documents.papers import DocumentKind, Paper
from linli_services_desk.documents.render import TITLES
from linli_services_desk.documents.tables import document
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
}
# One statement object for any number of rows, so that it is compiled once.
_ADD = insert(document)
Composer = Callable[[CaseInHand, dict[str, Any]], Paper]


async def issue(
    tx: Tx, desk: Desk, case: CaseInHand, numbers: Mapping[str, int], papers: Mapping[DocumentKind, Composer]
) -> list[dict[str, Any]]:
    """Write the papers in one statement and return them as the API shows them. `numbers` were drawn with the case's."""
    rows = [_row(tx, desk, case, kind, numbers[NUMBERED_AS[kind]], composer) for kind, composer in papers.items()]
    await tx.execute(_ADD, rows)
    for row in rows:
        tx.announce(
            Event(
                type=contract.DOCUMENT_ISSUED,
                subject=str(row["id"]),
                data=contract.DocumentIssued(
                    document_id=str(row["id"]),
                    case_id=str(case.id),
                    division=row["division"],
                    kind=row["kind"],
                    number=row["number"],
                    state=row["state"],
                ),
            )
        )
    return [brief(row) for row in rows]


def _row(tx: Tx, desk: Desk, case: CaseInHand, kind: DocumentKind, seq: int, composer: Composer) -> dict[str, Any]:
    viewer = viewer_in(tx)
    # The receipt's code opens the follow-up page, so it carries the case's own token.
    secret = case.row["receipt_token"] if kind is DocumentKind.RECEIPT else tokens.new_secret()
    number = written(case.profile, NUMBERED_AS[kind], seq, case.row, tx.tenant, tx.now.date())
    url = f"{desk.public_url}/v/{tokens.PublicToken(tx.tenant, secret)}"
    facts = compose.common(case, viewer, number, url, tx.now)
    paper = composer(case, facts | {"note": case.profile.desk.papers.notes.get(kind.value, "")})
    document_id = new_id()
    sealed = NUMBERED_AS[kind] == "certificate"
    return {
        "tenant": tx.tenant,
        "id": document_id,
        "division": case.row["division"],
        "case_id": case.id,
        "kind": kind.value,
        "number": number,
        "title": getattr(paper, "title", TITLES[kind]),
        "issuer": paper.issuer.body,
        "state": "awaiting_seal" if sealed else "issued",
        "token": secret,
        "facts": desk.vault.seal(msgspec.to_builtins(paper), tx.tenant, "document", "facts", document_id),
        "signers": [],
        "issued_by": viewer.subject,
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
