"""Bringing materials to a case: reused from file, ticked, uploaded, asked for by message, or promised for later.

An upload is kept as a paper on file when the matter says so, and the next matter that needs it does not ask again.
"""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery, Tx
from linli_kernel.errors import FieldError, Invalid, TooLarge
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.uploads import LARGEST_FILE_BYTES, sniff
from sqlalchemy import Select, bindparam, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_services_desk.asked_twice import service as asked_twice
from linli_services_desk.asked_twice.domain import DEMANDING, Kind, Repetition
from linli_services_desk.cases.errors import NotEditable
from linli_services_desk.cases.hand import CaseInHand, viewer_in
from linli_services_desk.cases.repository import visible
from linli_services_desk.cases.schemas import SetMaterial
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import EDITABLE, NAMES, State
from linli_services_desk.context import Desk
from linli_services_desk.materials.domain import MaterialState
from linli_services_desk.materials.errors import (
    FileMissing,
    MaterialThere,
    NoPaperOnFile,
    NotDeferrable,
    UnknownMaterial,
)
from linli_services_desk.materials.tables import attachment, case_material, paper
from linli_services_desk.notices import service as notices
from linli_services_desk.promises.domain import FOLLOWED

ON_FILE = HotQuery(
    select(paper.c.kind, paper.c.id, paper.c.attachment_id, paper.c.valid_until).where(
        paper.c.tenant == bindparam("tenant"),
        paper.c.resident_id == bindparam("resident"),
        or_(paper.c.valid_until.is_(None), paper.c.valid_until >= bindparam("today")),
    )
)
"""The papers of a person that are still good."""


def to_begin_with(
    tx: Tx, case_id: UUID, on_file: Mapping[str, Any], definition: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The materials of a new case: what must be there and is on file is reused at once, so nobody is asked for it."""
    return [_beginning(tx, case_id, one, on_file) for one in definition["materials"]]


def _beginning(tx: Tx, case_id: UUID, facts: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    kept = found.get(facts.get("paper") or "") if facts.get("required") else None
    return {
        "tenant": tx.tenant,
        "case_id": case_id,
        "material_id": facts["id"],
        "name": facts["name"],
        "state": (MaterialState.REUSED if kept else MaterialState.MISSING).value,
        "paper_id": kept["id"] if kept else None,
        "attachment_id": kept["attachment_id"] if kept else None,
        "updated_by": viewer_in(tx).subject if kept else None,
        "updated_at": tx.now,
    }


async def ask_by_message(tx: Tx, case: CaseInHand, material_id: str) -> None:
    """Queue a message to the applicant that a material is still wanted; once a day, however often it is pressed."""
    facts = _material(case, material_id)
    _require_editable(case, material_id)
    if case.material_states.get(material_id) not in (MaterialState.MISSING, MaterialState.DEFERRED):
        raise MaterialThere(name=facts["name"])
    told = {"number": case.row["number"] or "", "matter": case.row["matter_name"], "material": facts["name"]}
    key = f"case.material:{case.id}:{material_id}:{tx.now.date()}"
    notices.tell_of_case(tx, case.profile, case.row, key, "case.material", told)
    _record(tx, case, "material.ask", material_id, {})


async def set_state(tx: Tx, desk: Desk, case: CaseInHand, material_id: str, order: SetMaterial) -> dict[str, Any]:
    """Record how a material is there; a deferred one carries the promised day."""
    facts = _material(case, material_id)
    _require_editable(case, material_id, bringing=order.state != "missing")
    await _note_demand(tx, case, facts, order.state, "material.set")
    values: dict[str, Any] = {"state": order.state, "promise_date": None, "promise_note": None, "paper_id": None}
    match order.state:
        case MaterialState.DEFERRED:
            values["promise_date"] = _promise(tx, desk, case, facts, order.promise_date)
            values["promise_note"] = order.promise_note
        case MaterialState.REUSED:
            found = await _on_file(tx, case, facts)
            values |= {"paper_id": found["id"], "attachment_id": found["attachment_id"]}
        case MaterialState.UPLOADED:
            if await _attachment_of(tx, case, material_id) is None:
                raise FileMissing(name=facts["name"])
    await _update(tx, case, material_id, values)
    return {**facts, **values}


async def upload(
    tx: Tx, desk: Desk, case: CaseInHand, material_id: str, filename: str, content: bytes
) -> dict[str, Any]:
    """Keep a file for a material; its type is what its bytes show."""
    facts = _material(case, material_id)
    _require_editable(case, material_id)
    if len(content) > LARGEST_FILE_BYTES:
        raise TooLarge
    media_type = sniff(content)
    if media_type is None:
        raise Invalid(
            errors=[
                FieldError(
                    "/file", "desk.file_type", "只接受 PDF 和照片（JPG、PNG、WebP、HEIC）", "PDF or photograph only"
                )
            ]
        )
    await _note_demand(tx, case, facts, MaterialState.UPLOADED, "material.upload")
    row = _attachment_row(tx, desk, case, material_id, filename, content, media_type)
    await tx.execute(insert(attachment).values(row))
    await _update(tx, case, material_id, {"state": "uploaded", "attachment_id": row["id"], "paper_id": None})
    if facts.get("paper") and case.row["resident_id"]:
        await _keep_on_file(tx, case, facts, row["id"])
    _record(tx, case, "material.upload", material_id, {"attachment": str(row["id"]), "size": len(content)})
    return {**facts, "state": "uploaded", "attachment_id": row["id"]}


def file_of(viewer: Viewer, case_id: UUID, attachment_id: UUID) -> Select[Any]:
    """A file that a material of a visible case refers to, be it its own or a paper reused from file."""
    used = case_material.join(
        desk_case, (desk_case.c.tenant == case_material.c.tenant) & (desk_case.c.id == case_material.c.case_id)
    ).join(
        attachment,
        (attachment.c.tenant == case_material.c.tenant) & (attachment.c.id == case_material.c.attachment_id),
    )
    return (
        select(attachment, desk_case.c.resident_id, desk_case.c.number)
        .select_from(used)
        .where(visible(viewer), desk_case.c.id == case_id, attachment.c.id == attachment_id)
    )


def _attachment_row(
    tx: Tx, desk: Desk, case: CaseInHand, material_id: str, filename: str, content: bytes, media_type: str
) -> dict[str, Any]:
    file_id, tenant = new_id(), tx.tenant
    return {
        "tenant": tenant,
        "id": file_id,
        "division": case.row["division"],
        "case_id": case.id,
        "material_id": material_id,
        "filename": desk.vault.seal(filename[:200], tenant, "attachment", "filename", file_id),
        "media_type": media_type,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": desk.vault.seal_file(content, tenant, "attachment", "content", file_id),
        "created_by": viewer_in(tx).subject,
        "created_at": tx.now,
    }


async def _keep_on_file(tx: Tx, case: CaseInHand, facts: dict[str, Any], attachment_id: UUID) -> None:
    row = {
        "tenant": tx.tenant,
        "id": new_id(),
        "division": case.row["division"],
        "resident_id": case.row["resident_id"],
        "kind": facts["paper"],
        "name": facts["name"],
        "attachment_id": attachment_id,
        "case_id": case.id,
        "created_at": tx.now,
    }
    kept = upsert(paper).values(row)
    newer = {name: kept.excluded[name] for name in ("name", "attachment_id", "case_id", "created_at", "division")}
    await tx.execute(
        kept.on_conflict_do_update(
            index_elements=["tenant", "resident_id", "kind"], set_={**newer, "valid_until": None}
        )
    )


def _material(case: CaseInHand, material_id: str) -> dict[str, Any]:
    for facts in case.definition["materials"]:
        if facts["id"] == material_id:
            return dict(facts)
    raise UnknownMaterial(material=material_id)


def _require_editable(case: CaseInHand, material_id: str, *, bringing: bool = True) -> None:
    """Before acceptance everything; afterwards what was promised for later is brought, and no promise is taken away."""
    state = State(case.row["state"])
    promised = state in FOLLOWED and case.material_states.get(material_id) == MaterialState.DEFERRED
    if state not in EDITABLE and not (promised and bringing):
        raise NotEditable(state=NAMES[state][0], state_en=NAMES[state][1])


def _promise(tx: Tx, desk: Desk, case: CaseInHand, facts: dict[str, Any], promised: date | None) -> date:
    rules = case.profile.desk.deferred
    if not facts.get("deferrable") or not rules.enabled or viewer_in(tx).role.value not in rules.roles:
        raise NotDeferrable(name=facts["name"])
    latest = desk.calendar.deadline(tx.now, rules.longest.as_limit()).day
    if promised is None or not tx.now.date() <= promised <= latest:
        raise Invalid(
            errors=[
                FieldError(
                    "/promise_date",
                    "desk.promise_date",
                    f"请填写承诺补交日期，最晚 {latest.isoformat()}",
                    f"Give the promised day, {latest.isoformat()} at the latest",
                )
            ]
        )
    return promised


async def _note_demand(tx: Tx, case: CaseInHand, facts: dict[str, Any], state: str, act: str) -> None:
    if state in DEMANDING and await asked_twice.was_on_file(tx, case.row, facts.get("paper")):
        await asked_twice.note(tx, case.row, act, [Repetition(Kind.MATERIAL, facts["id"], facts["name"])])


async def _on_file(tx: Tx, case: CaseInHand, facts: dict[str, Any]) -> Any:
    found = None
    if facts.get("paper") and case.row["resident_id"]:
        found = await tx.one(
            select(paper.c.id, paper.c.attachment_id).where(
                asked_twice.valid_paper(tx, case.row["resident_id"]), paper.c.kind == facts["paper"]
            )
        )
    if found is None:
        raise NoPaperOnFile(name=facts["name"])
    return found


async def _attachment_of(tx: Tx, case: CaseInHand, material_id: str) -> Any:
    return await tx.scalar(
        select(case_material.c.attachment_id).where(
            case_material.c.tenant == tx.tenant,
            case_material.c.case_id == case.id,
            case_material.c.material_id == material_id,
        )
    )


async def _update(tx: Tx, case: CaseInHand, material_id: str, values: dict[str, Any]) -> None:
    await tx.execute(
        update(case_material)
        .where(
            case_material.c.tenant == tx.tenant,
            case_material.c.case_id == case.id,
            case_material.c.material_id == material_id,
        )
        .values(**values, updated_by=viewer_in(tx).subject, updated_at=tx.now)
    )
    if values["state"] != "uploaded":
        _record(tx, case, "material.set", material_id, {"state": values["state"]})


def _record(tx: Tx, case: CaseInHand, action: str, material_id: str, detail: dict[str, Any]) -> None:
    tx.record(
        Act(
            action=action,
            object_kind="case",
            object_id=case.id,
            people=[case.row["resident_id"]] if case.row["resident_id"] else [],
            division=case.row["division"],
            case_id=case.id,
            detail={"material": material_id, **detail},
        )
    )
