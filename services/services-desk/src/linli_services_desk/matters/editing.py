"""Writing the next version of a matter: begun from the published one, reviewed by somebody else, published as a whole.

A draft changes nothing for anybody until it is published; running cases keep the version that they were opened under.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Forbidden, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile

from linli_services_desk.matters import repository
from linli_services_desk.matters.checking import malformed, unready
from linli_services_desk.matters.domain import Definition, blank_definition
from linli_services_desk.matters.draft_schemas import BeginDraft, MatterContent, SaveDraft
from linli_services_desk.matters.drafting import NAMES, REVIEWS, DraftCommand, DraftState, step
from linli_services_desk.matters.errors import DraftCommandNotAllowed, DraftOpen, OtherDepartment, OwnDraft
from linli_services_desk.matters.plan import editable
from linli_services_desk.matters.service import Signature, publish

CONTENT = tuple(MatterContent.model_fields)


def content_of(profile: Profile, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a definition that is written by people."""
    whole = editable(profile, dict(definition))
    known = {key: whole[key] for key in CONTENT if key in whole}
    return MatterContent.model_validate(known).model_dump(mode="json")


async def begin(tx: Tx, viewer: Viewer, profile: Profile, order: BeginDraft) -> UUID:
    """Begin the next version of a matter, or the first of a new one; one open draft a matter."""
    if order.matter_id is not None:
        found = await tx.one(repository.ONE_STATEMENT, {"tenant": tx.tenant, "matter_id": order.matter_id})
        if found is None:
            raise NotFound
        definition = editable(profile, found["definition"])
    elif order.name is not None:
        code = f"LL-{tx.tenant}-{new_id().hex[-8:].upper()}"
        definition = editable(profile, blank_definition(code, order.name, viewer.department or ""))
    else:
        raise Invalid(errors=[FieldError("/name", "matter.name", "请填写事项名称", "Give the matter's name")])
    _own_department(viewer, definition["department"], definition["name"])
    other = await tx.one(repository.open_draft(tx.tenant, definition["code"]))
    if other is not None:
        raise DraftOpen(name=definition["name"], by="、".join(other["author_names"]))
    row = {
        "tenant": tx.tenant,
        "id": new_id(),
        "matter_id": order.matter_id,
        "code": definition["code"],
        "name": definition["name"],
        "department": definition["department"],
        "state": DraftState.DRAFT.value,
        "definition": definition,
        "authors": [viewer.subject],
        "author_names": [viewer.name],
        "note": "",
        "answer": "",
        "closed_name": "",
        "created_at": tx.now,
        "updated_at": tx.now,
        "version": 1,
    }
    await tx.execute(repository.add_draft(row))
    _record(tx, "matter-draft.begin", row)
    draft_id: UUID = row["id"]
    return draft_id


async def save(tx: Tx, viewer: Viewer, row: Mapping[str, Any], expected: int, order: SaveDraft) -> None:
    """Store what was written; everybody who ever saved it is an author of it."""
    state = DraftState(row["state"])
    if state is not DraftState.DRAFT:
        raise DraftCommandNotAllowed(state=NAMES[state][0], state_en=NAMES[state][1])
    content = order.content.model_dump(mode="json")
    faults = malformed(content)
    if faults:
        raise Invalid(errors=faults)
    _own_department(viewer, content["department"], content["name"])
    authors = [*row["authors"], *([viewer.subject] if viewer.subject not in row["authors"] else [])]
    names = [*row["author_names"], *([viewer.name] if viewer.subject not in row["authors"] else [])]
    await _change(
        tx, row, expected, "matter-draft.save",
        definition={**row["definition"], **content, "sample": False}, name=content["name"],
        department=content["department"], note=order.note, authors=authors, author_names=names,
    )  # fmt: skip


async def take(
    tx: Tx, viewer: Viewer, profile: Profile, row: Mapping[str, Any], expected: int, command: DraftCommand, note: str
) -> None:
    """One command on a draft; whoever wrote it leaves the review to somebody else."""
    target = step(DraftState(row["state"]), command)
    if command in REVIEWS and viewer.subject in row["authors"]:
        raise OwnDraft
    changes: dict[str, Any] = {"state": target.value}
    match command:
        case DraftCommand.SUBMIT:
            faults = unready(row["definition"], profile.desk.papers.certificates)
            if faults:
                raise Invalid(errors=faults)
            changes |= {"note": note or row["note"], "answer": ""}
        case DraftCommand.SEND_BACK:
            if not note:
                raise Invalid(
                    errors=[FieldError("/note", "matter.reason", "请写明退回原因", "Say what has to be changed")]
                )
            changes["answer"] = note
        case DraftCommand.PUBLISH:
            changes |= {"matter_id": await _publish(tx, viewer, profile, row), "closed_name": viewer.name}
        case DraftCommand.DISCARD:
            changes["closed_name"] = viewer.name
    await _change(tx, row, expected, f"matter-draft.{command.value}", **changes)


async def _publish(tx: Tx, viewer: Viewer, profile: Profile, row: Mapping[str, Any]) -> UUID | None:
    definition: Definition = {**row["definition"], "state": "published", "sample": False}
    by = Signature(viewer.subject, viewer.name, "、".join(row["author_names"]), row["note"])
    published = await publish(tx, tx.tenant, profile, definition, by)
    # What is published already is left as it is; the draft ends all the same.
    matter_id: UUID | None = published[0] if published else row["matter_id"]
    return matter_id


async def _change(tx: Tx, row: Mapping[str, Any], expected: int, action: str, **values: Any) -> None:
    changed = await tx.scalar(repository.change_draft(tx.tenant, row["id"], expected, {**values, "updated_at": tx.now}))
    if changed is None:
        raise StaleVersion
    _record(tx, action, {**row, **values})


def _own_department(viewer: Viewer, department: str, name: str) -> None:
    if viewer.role is Role.DEPARTMENT_OFFICER:
        if not viewer.department:
            raise Forbidden
        if department != viewer.department:
            raise OtherDepartment(name=name, department=department)


def _record(tx: Tx, action: str, row: Mapping[str, Any]) -> None:
    tx.record(
        Act(
            action=action,
            object_kind="matter-draft",
            object_id=row["id"],
            detail={"code": row["code"], "state": row["state"]},
        )
    )
