"""What each paper of a case says, taken from the case as it stands.

On receipts and notices identity numbers and phones are masked; a certificate carries them whole, because its holder shows it
to a third party.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from linli_kernel.calendar import Limit, Unit
from linli_kernel.clock import SHANGHAI
from linli_kernel.identity import Viewer
from linli_kernel.privacy import mask_identity_number_on_screen, mask_phone

from linli_services_desk.cases.fees import fee_of
from linli_services_desk.cases.hand import CaseInHand
from linli_services_desk.documents.papers import (
    AcceptanceNotice,
    Applicant,
    Certificate,
    Decision,
    Issuer,
    MaterialLine,
    MaterialState,
    NotAcceptedNotice,
    Paper,
    Receipt,
    ResidenceCertificate,
    Seal,
    SealState,
    SupplementItem,
    SupplementNotice,
)
from linli_services_desk.documents.wording import written_day

SEXES = {"1": "男", "2": "女"}


def common(case: CaseInHand, viewer: Viewer, number: str, verify_url: str, at: Any) -> dict[str, Any]:
    """The facts that every paper has."""
    return {"issuer": issuer(case.row, viewer), "number": number, "verify_url": verify_url, "issued_at": at}


def issuer(row: Mapping[str, Any], viewer: Viewer) -> Issuer:
    """The hall of a row that has its facts as `hall_…`, and who sits at the window."""
    village = row["hall_village_name"] or row["division"]
    return Issuer(
        body=row["hall_body"] or village,
        place=row["hall_name"] or village,
        window="综合窗口",
        clerk=viewer.name,
        address=row["hall_address"] or "",
        hours=row["hall_hours"] or "",
        phone=row["hall_phone"] or "",
        complaint_phone=row["hall_complaint_phone"] or "",
    )


def receipt(case: CaseInHand, facts: dict[str, Any]) -> Paper:
    row = case.row
    return Receipt(
        **facts,
        case_number=row["number"],
        matter=row["matter_name"],
        matter_code=case.definition["code"],
        applicant=_applicant(case),
        received_at=row["received_at"],
        materials=_materials(case),
        deadline=_deadline(case),
        deadline_provisional=row["provisional"],
        result=case.definition["result"].get("name", ""),
        fee=_fee(case),
    )


def acceptance_notice(case: CaseInHand, facts: dict[str, Any]) -> Paper:
    row = case.row
    return AcceptanceNotice(
        **facts,
        case_number=row["number"],
        matter=row["matter_name"],
        applicant=_applicant(case),
        applied_on=local_day(row["received_at"]),
        accepted_on=local_day(row["accepted_at"]),
        deadline=_deadline(case),
        due_on=row["due"],
        deadline_provisional=row["provisional"],
        deferred=tuple(line for line in _materials(case) if line.state is MaterialState.DEFERRED),
        legal_basis=_basis(case),
    )


def supplement_notice(
    case: CaseInHand, facts: dict[str, Any], items: Sequence[dict[str, Any]], answer_by: date, repeated_reason: str
) -> Paper:
    return SupplementNotice(
        **facts,
        case_number=case.row["number"],
        matter=case.row["matter_name"],
        applicant=_applicant(case),
        applied_on=local_day(case.row["received_at"]),
        items=tuple(SupplementItem(name=item["name"], reason=item["text"]) for item in items),
        answer_by=answer_by,
        repeated_reason=repeated_reason,
    )


def not_accepted_notice(case: CaseInHand, facts: dict[str, Any], reason: str) -> Paper:
    return NotAcceptedNotice(
        **facts,
        case_number=case.row["number"],
        matter=case.row["matter_name"],
        applicant=_applicant(case),
        applied_on=local_day(case.row["received_at"]),
        reasons=(reason,),
        legal_basis=_basis(case),
        remedy=case.profile.desk.papers.remedy,
    )


def not_issued(case: CaseInHand, facts: dict[str, Any], reason: str, basis: str) -> Paper:
    """The decision that takes the place of one whose certificate was refused the seal."""
    return msgspec.structs.replace(
        decision(case, facts, reason), legal_basis=basis, remedy=case.profile.desk.papers.refusal_remedy
    )


def decision(case: CaseInHand, facts: dict[str, Any], comment: str) -> Decision:
    approved = case.row["outcome"] == "approved"
    result = case.definition["result"].get("name") or case.row["matter_name"]
    texts = case.profile.desk.papers
    content = comment or (texts.granted.format(result=result) if approved else texts.refused)
    return Decision(
        **facts,
        case_number=case.row["number"],
        matter=case.row["matter_name"],
        applicant=_applicant(case),
        applied_on=local_day(case.row["received_at"]),
        approved=approved,
        facts=texts.checked.format(matter=case.row["matter_name"]),
        legal_basis=_basis(case),
        content=(content,),
        effective_on=local_day(facts["issued_at"]) if approved else None,
        remedy=texts.remedy,
    )


def residence_certificate(case: CaseInHand, facts: dict[str, Any]) -> Paper:
    """The version that is signed. Whoever looks at it before gets a draft that binds nobody."""
    form, on = case.form, local_day(facts["issued_at"])
    rules = case.profile.supervision.seal
    valid = on + timedelta(days=int(case.definition["result"]["valid_days"]))
    return ResidenceCertificate(
        **facts,
        seal=Seal(name=facts["issuer"].body, state=SealState.IMPRINT),
        case_number=case.row["number"],
        name=form["name"],
        sex=SEXES.get(str(form.get("sex") or case.applicant.get("sex")), ""),
        birth_date=date.fromisoformat(form["birth_date"]),
        identity_number=form["identity_number"],
        address=form["address"],
        since=date.fromisoformat(form["since"]) if form.get("since") else None,
        purpose=form["purpose"],
        recipient=form.get("recipient", ""),
        valid_until=valid,
        verified_how=case.profile.desk.papers.verified_how,
        signatures_required=rules.pieces,
    )


def certificate(case: CaseInHand, facts: dict[str, Any]) -> Paper:
    """A certificate in the place's own words, filled in from the form."""
    words = case.profile.desk.papers.certificates[case.definition["result"]["template"]]
    form, on = case.form, local_day(facts["issued_at"])
    known = {
        "name": case.applicant["name"],
        "identity_number": case.applicant.get("identity_number", ""),
        "village": facts["issuer"].body,
        "issued_on": on,
        "valid_until": on + timedelta(days=int(case.definition["result"]["valid_days"])),
        **form,
        "sex": SEXES.get(str(form.get("sex") or case.applicant.get("sex")), ""),
    }
    filled = defaultdict(str, {name: _written(value) for name, value in known.items()})
    return Certificate(
        **facts,
        seal=Seal(name=facts["issuer"].body, state=SealState.IMPRINT),
        case_number=case.row["number"],
        title=words.title,
        recipient=form.get("recipient", ""),
        paragraphs=tuple(text.format_map(filled) for text in words.paragraphs),
        signatures_required=case.profile.supervision.seal.pieces,
    )


def _written(value: Any) -> str:
    """A value as it stands in a sentence: days in Chinese."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return written_day(day)


def _applicant(case: CaseInHand) -> Applicant:
    identity, phone = case.applicant.get("identity_number"), case.applicant.get("phone")
    return Applicant(
        name=case.applicant["name"],
        identity=mask_identity_number_on_screen(identity) if identity else "",
        phone=mask_phone(phone) if phone else "",
    )


def _materials(case: CaseInHand) -> tuple[MaterialLine, ...]:
    states = case.row["materials"] or {}
    return tuple(
        MaterialLine(
            name=material["name"],
            state=MaterialState(states[material["id"]]["state"]),
            copies=int(material.get("copies", 1)),
            promised=_day(states[material["id"]]["promise_date"]),
        )
        for material in case.definition["materials"]
        if material["id"] in states
        and (material.get("required") or states[material["id"]]["state"] != MaterialState.MISSING)
    )


def _deadline(case: CaseInHand) -> str:
    row = case.row
    limit = Limit(row["time_limit"]["number"], Unit(row["time_limit"]["unit"]))
    # Official papers set figures without a space.
    words = limit.zh.replace(" ", "")
    if row["due"] is None:
        return f"受理后{words}内办结" if limit.number else "受理后当场办结"
    day = written_day(row["due"])
    return f"承诺{words}，{day}前办结" if limit.number else f"即办，{day}办结"


def _fee(case: CaseInHand) -> str:
    """What is to be paid. The waiver of a matter with 一路绿灯 holds for those whose case was opened so."""
    fee = fee_of(case.definition, green=bool(case.row["time_limit"].get("green")))
    if not fee.charged:
        return "不收费"
    if fee.due_fen is None:
        return fee.basis
    due = f"{fee.due_fen / 100:.2f} 元（{fee.basis}）"
    return f"{due}，已减免 {fee.waived_fen / 100:.2f} 元（{fee.exemption_basis}）" if fee.waived_fen else due


def _basis(case: CaseInHand) -> str:
    return "；".join(
        f"《{law['title']}》{law.get('article') or ''}" for law in case.definition.get("legal_basis") or []
    )


def local_day(moment: datetime) -> date:
    """The day in the hall: the database gives moments in UTC, which is the day before until eight in the morning."""
    return moment.astimezone(SHANGHAI).date()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
