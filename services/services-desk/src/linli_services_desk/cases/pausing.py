"""Supplements and suspensions: the clock stands still while somebody else holds the case.

A supplement names everything at once. A second one in the same case needs an officer and a reason; the kind of reason in its
event brings it before supervision.
"""

import re
from typing import Any

from linli_kernel.calendar import Limit, Unit
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid
from linli_kernel.ids import new_id
from linli_kernel.profile.desk import OTHER_REASON

from linli_services_desk.asked_twice import service as asked_twice
from linli_services_desk.asked_twice.domain import named_again
from linli_services_desk.cases import repository
from linli_services_desk.cases.acceptance import Documents, number_changes
from linli_services_desk.cases.clock import due
from linli_services_desk.cases.errors import NothingToSupplement, ReasonNamesSomebody, SecondSupplementNeedsOfficer
from linli_services_desk.cases.hand import CaseInHand, move, viewer_in
from linli_services_desk.cases.reading import InTransaction, papers_on_file
from linli_services_desk.cases.schemas import NoticeItem, Supplement
from linli_services_desk.cases.workflow import Command
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose
from linli_services_desk.documents.issuing import issue
from linli_services_desk.documents.numbering import next_numbers
from linli_services_desk.documents.papers import DocumentKind
from linli_services_desk.materials.domain import missing
from linli_services_desk.matters import forms
from linli_services_desk.policy import OFFICERS

# A phone or an identity number; days and amounts are shorter.
_LONG_NUMBER = re.compile(r"[0-9]{9}")


async def ask_supplement(tx: Tx, desk: Desk, case: CaseInHand, expected: int, order: Supplement) -> Documents:
    viewer = viewer_in(tx)
    repeated = case.row["notices"] >= case.profile.desk.supplement.free_notices
    if repeated and (viewer.role not in OFFICERS or not order.reason.strip()):
        raise SecondSupplementNeedsOfficer
    reason_code = _reason_code(case, order) if repeated else None
    items = [_item(case, item) for item in order.items] or _everything_missing(tx, case)
    if not items:
        raise NothingToSupplement
    fresh = case.row["number"] is None
    numbers = await next_numbers(
        tx, case.row["division"], tx.now.year, ["supplement", *(["case", "receipt"] if fresh else [])]
    )
    number = case.row["notices"] + 1
    changes = {**number_changes(tx, case, numbers), "notices": number, "pauses": _paused(tx, case, "supplement")}
    await move(tx, case, Command.SUPPLEMENT, expected, note=order.reason, changes=changes, reason_code=reason_code)
    answer_by = desk.calendar.deadline(tx.now, case.profile.desk.supplement.answer.as_limit()).day
    notice = {
        "tenant": tx.tenant,
        "id": new_id(),
        "case_id": case.id,
        "number": number,
        "items": items,
        "reason": order.reason,
        "asked_by": viewer.subject,
        "asked_at": tx.now,
        "answer_by": answer_by,
    }
    await tx.execute(repository.add_notice(notice))
    await _note_repetitions(tx, case, items, number)

    def paper(at: CaseInHand, facts: dict[str, Any]) -> Any:
        return compose.supplement_notice(at, facts, items, answer_by, order.reason if repeated else "")

    papers: dict[DocumentKind, Any] = {DocumentKind.SUPPLEMENT_NOTICE: paper}
    if fresh:
        papers[DocumentKind.RECEIPT] = compose.receipt
    return issue(tx, desk, case, numbers, papers)


async def _note_repetitions(tx: Tx, case: CaseInHand, items: list[dict[str, Any]], number: int) -> None:
    schema = case.definition["form_schema"]
    wrong = {
        problem.pointer.split("/")[2] for problem in forms.problems(schema, case.form, tx.now.date(), complete=False)
    }
    fitting = {name for name, value in case.form.items() if value not in (None, "") and name not in wrong}
    materials = {material["id"]: material for material in case.definition["materials"]}
    on_file = await papers_on_file(InTransaction(tx), tx.tenant, case.row["resident_id"])
    again = named_again(items, materials, case.material_states, fitting, on_file, number)
    await asked_twice.note(tx, case.row, "supplement", again)


async def suspend(tx: Tx, case: CaseInHand, expected: int, reason: str) -> None:
    changes = {"pauses": _paused(tx, case, "suspension"), "reason": reason}
    await move(tx, case, Command.SUSPEND, expected, note=reason, changes=changes)


async def resume(tx: Tx, desk: Desk, case: CaseInHand, expected: int, note: str) -> None:
    """End the pause: the deadline moves by the days it took, and open notices count as answered."""
    supplemented = case.row["state"] == "supplement"
    changes = resumed(tx, desk, case)
    await move(tx, case, Command.RESUME, expected, note=note, changes=changes)
    if supplemented:
        await tx.execute(repository.answer_notices(tx.tenant, case.id, tx.now))


def resumed(tx: Tx, desk: Desk, case: CaseInHand) -> dict[str, Any]:
    pauses = [item if item.get("ended_at") else {**item, "ended_at": tx.now.isoformat()} for item in case.row["pauses"]]
    changes: dict[str, Any] = {"pauses": pauses}
    if case.row["accepted_at"] is not None:
        limit = Limit(case.row["time_limit"]["number"], Unit(case.row["time_limit"]["unit"]))
        deadline = due(desk.calendar, case.row["accepted_at"], limit, pauses)
        changes |= {"due": deadline.day, "provisional": deadline.provisional}
    return changes


def _paused(tx: Tx, case: CaseInHand, kind: str) -> list[dict[str, Any]]:
    return [*case.row["pauses"], {"kind": kind, "began_at": tx.now.isoformat(), "ended_at": None}]


def _reason_code(case: CaseInHand, order: Supplement) -> str:
    """The kind of reason for asking again. The words beside it go to supervision, so they name nobody."""
    if _LONG_NUMBER.search(order.reason) or str(case.applicant["name"]) in order.reason:
        raise ReasonNamesSomebody
    code = order.reason_code or OTHER_REASON.code
    if code not in {one.code for one in case.profile.desk.supplement.reasons}:
        raise Invalid(
            errors=[FieldError("/reason_code", "desk.unknown_reason", "没有此类理由", "No such kind of reason")]
        )
    return code


def _item(case: CaseInHand, item: NoticeItem) -> dict[str, Any]:
    names = {material["id"]: material["name"] for material in case.definition["materials"]}
    fields = {key: facts["title"] for key, facts in case.definition["form_schema"]["properties"].items()}
    if (item.material_id and item.material_id not in names) or (item.field and item.field not in fields):
        raise Invalid(
            errors=[FieldError("/items", "desk.unknown_item", "事项没有此材料或表单项", "No such material or field")]
        )
    name = names.get(item.material_id or "") or fields.get(item.field or "") or "其他"
    return {"material_id": item.material_id, "field": item.field, "name": name, "text": item.text}


def _everything_missing(tx: Tx, case: CaseInHand) -> list[dict[str, Any]]:
    schema = case.definition["form_schema"]
    items: list[dict[str, Any]] = [
        {"material_id": None, "field": name, "name": schema["properties"][name]["title"], "text": problem.zh}
        for problem in forms.problems(schema, case.form, tx.now.date(), complete=True)
        if (name := problem.pointer.split("/")[2]) in schema["properties"]
    ]
    items.extend(
        {
            "material_id": material["id"],
            "field": None,
            "name": material["name"],
            "text": material.get("sample") or "请提供",
        }
        for material in missing(case.definition["materials"], case.material_states)
    )
    return items
