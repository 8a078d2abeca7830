"""The note handed to somebody who asks for a certificate that the village must not issue: who issues it, and what can be done.

It opens no case and looks nobody up: the name is what the person at the window said, and stands on the paper only.
"""

from typing import Any
from uuid import UUID

from linli_kernel import public_tokens as tokens
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.events import Act
from sqlalchemy import select

from linli_services_desk.cases.hand import viewer_in
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose
from linli_services_desk.documents.issuing import note, row_of, verification_url, write
from linli_services_desk.documents.numbering import next_numbers, written
from linli_services_desk.documents.papers import Applicant, DocumentKind, RefusalNote
from linli_services_desk.matters.plan import RefusedCertificate, refused_certificate
from linli_services_desk.windows.tables import hall

KIND = DocumentKind.REFUSAL_NOTE


async def hand_out(tx: Tx, desk: Desk, matter_id: UUID, name: str, division: str | None) -> dict[str, Any]:
    """Issue the note in the village named, else in the viewer's own hall."""
    viewer, profile = viewer_in(tx), desk.profile(tx.tenant)
    refused = refused_certificate(profile, tx.tenant, matter_id, tx.now.date())
    village = division or next((code for code in viewer.divisions if len(code) == 12), None)
    if village is None:
        raise Invalid(
            errors=[FieldError("/division", "desk.division_missing", "请选择村（社区）", "Choose the village")]
        )
    if refused is None or not viewer.covers(village):
        raise NotFound
    place = await _hall(tx, village)
    seq = (await next_numbers(tx, village, tx.now.year, ["refusal"]))["refusal"]
    secret = tokens.new_secret()
    paper = RefusalNote(
        issuer=compose.issuer(place, viewer),
        number=written(profile, "refusal", seq, place, tx.tenant, tx.now.date()),
        verify_url=verification_url(desk, tx.tenant, secret),
        issued_at=tx.now,
        note=note(profile, KIND),
        certificate=refused.name,
        applicant=Applicant(name=name),
        asked_on=tx.now.date(),
        competent_issuer=refused.issuer,
        legal_basis=refused.basis,
        how=refused.rule.how.zh if refused.rule.how else "",
        remedy=profile.desk.papers.refusal_remedy,
    )
    row = row_of(tx, desk, KIND, paper, secret, village, None)
    tx.record(_act(row, refused))
    return write(tx, [row])[0]


async def _hall(tx: Tx, division: str) -> dict[str, Any]:
    found = await tx.one(select(hall).where(hall.c.tenant == tx.tenant, hall.c.division == division))
    facts = {f"hall_{column.name}": found[column.name] if found else "" for column in hall.c}
    return {**facts, "division": division}


def _act(row: dict[str, Any], refused: RefusedCertificate) -> Act:
    return Act(
        action="certificate.refuse",
        object_kind="document",
        object_id=row["id"],
        division=row["division"],
        detail={"certificate": refused.code, "number": row["number"]},
    )
