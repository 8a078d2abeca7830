"""How a case is shown: names first, numbers masked, the clock in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from linli_kernel.calendar import Limit, Unit

from linli_services_desk.cases.clock import due, state_of
from linli_services_desk.cases.fees import fee_of
from linli_services_desk.cases.hand import plan_from
from linli_services_desk.cases.masking import masked_applicant, masked_form
from linli_services_desk.cases.workflow import NAMES, Progress, State, Step, allowed, ready
from linli_services_desk.context import Desk
from linli_services_desk.documents.issuing import brief as document_brief
from linli_services_desk.documents.tables import was_refused
from linli_services_desk.materials.domain import missing
from linli_services_desk.matters.domain import Definition
from linli_services_desk.schema import Row


def clock_view(desk: Desk, row: Row, now: datetime) -> dict[str, Any] | None:
    shown = state_of(desk.calendar, desk.thresholds(row["tenant"]), row, now)
    if shown is None:
        return None
    exact = isinstance(shown.due, datetime)
    return {
        "state": shown.state.value,
        "due": shown.due.date() if isinstance(shown.due, datetime) else shown.due,
        "due_at": shown.due if exact else None,
        "days_left": shown.days_left,
        "days_total": None if exact else row["time_limit"]["number"],
        "text": shown.zh,
        "text_en": shown.en,
        "provisional": shown.provisional,
    }


def progress_of(row: Row) -> Progress:
    return Progress(
        state=State(row["state"]),
        completed=frozenset(row["completed"]),
        resume_to=State(row["resume_to"]) if row["resume_to"] else None,
        round=row["round"],
    )


def brief(desk: Desk, row: Row, now: datetime) -> dict[str, Any]:
    applicant = desk.vault.open(row["applicant"], row["tenant"], "desk_case", "applicant", row["id"])
    waits = ready(progress_of(row), plan_from(row["steps"]))
    return {
        "id": row["id"],
        "number": row["number"],
        "matter_id": row["matter_id"],
        "matter_name": row["matter_name"],
        "applicant_name": applicant["name"],
        "resident_id": row["resident_id"],
        "division": row["division"],
        "state": row["state"],
        "state_name": NAMES[State(row["state"])][0],
        "step": waits[0].key if waits else None,
        "step_name": "、".join(step.name_zh for step in waits) or None,
        "clock": clock_view(desk, row, now),
        "link": row["link"],
        "applicant_flag": row["applicant_flag"],
        "outcome": row["outcome"],
        "opened_at": row["opened_at"],
        "version": row["version"],
    }


def moved(desk: Desk, row: Mapping[str, Any], documents: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    """The answer to a command."""
    return {
        "id": row["id"],
        "number": row["number"],
        "state": row["state"],
        "state_name": NAMES[State(row["state"])][0],
        "clock": clock_view(desk, {"decided_at": None, "accepted_at": None, **row}, now),
        "link": row["link"],
        "receipt_token": f"{row['tenant']}.{row['receipt_token']}" if row["number"] else None,
        "documents": documents,
        "version": row["version"],
    }


def full(
    desk: Desk,
    row: Row,
    definition: Definition,
    parts: Mapping[str, Sequence[Row]],
    on_file: Mapping[str, date | None],
    evaluation: int | None,
    now: datetime,
) -> dict[str, Any]:
    """A case with everything its screen shows; `parts` are its steps, materials, notices, documents and history."""
    tenant, case_id = row["tenant"], row["id"]
    form, hidden = masked_form(definition, desk.vault.open(row["form"], tenant, "desk_case", "form", case_id))
    applicant = desk.vault.open(row["applicant"], tenant, "desk_case", "applicant", case_id)
    agent = desk.vault.open(row["agent"], tenant, "desk_case", "agent", case_id) if row["agent"] else None
    states = {item["material_id"]: item for item in parts["materials"]}
    lacking = missing(definition["materials"], {key: item["state"] for key, item in states.items()})
    return {
        **brief(desk, row, now),
        "matter_version": row["matter_version"],
        "limit": _limit(desk, row, now),
        "fee": asdict(fee_of(definition, green=bool(row["time_limit"].get("green")))),
        "shortened_for": definition["limits"].get("shortened_for", "")
        if definition["limits"].get("shortened")
        else None,
        "department": row["department"],
        "channel": row["channel"],
        "applicant": masked_applicant(applicant),
        "agent": masked_applicant(agent) if agent else None,
        "form": form,
        "masked": hidden,
        "form_schema": definition["form_schema"],
        "form_order": definition["form_order"],
        "steps": list(_steps(row, parts["steps"])),
        "materials": [_material(facts, states.get(facts["id"]), on_file) for facts in definition["materials"]],
        "missing": [material["id"] for material in lacking],
        "supplements": [_notice(item) for item in parts["notices"]],
        "repeat_reasons": _repeat_reasons(desk, row),
        "documents": [document_brief(item) for item in parts["documents"]],
        "history": [_entry(item) for item in parts["history"]],
        "evaluation": evaluation,
        "receipt_token": f"{tenant}.{row['receipt_token']}" if row["number"] else None,
        "commands": [
            command.value for command in allowed(State(row["state"]), seal_refused=was_refused(parts["documents"]))
        ],
        **{name: row[name] for name in ("received_at", "accepted_at", "decided_at", "delivered_at")},
    }


def _limit(desk: Desk, row: Row, now: datetime) -> dict[str, Any]:
    limit = Limit(row["time_limit"]["number"], Unit(row["time_limit"]["unit"]))
    would_be = due(desk.calendar, now, limit, []).day if row["accepted_at"] is None else None
    return {"green": False, **row["time_limit"], "due": would_be}


def _repeat_reasons(desk: Desk, row: Row) -> list[dict[str, str]]:
    rules = desk.profile(row["tenant"]).desk.supplement
    if row["notices"] < rules.free_notices:
        return []
    return [{"code": one.code, "zh": one.name.zh, "en": one.name.en} for one in rules.reasons]


def _steps(row: Row, completions: Iterable[Row]) -> Iterable[dict[str, Any]]:
    done = {item["key"]: item for item in completions if item["round"] == row["round"]}
    waiting = {step.key for step in ready(progress_of(row), plan_from(row["steps"]))}
    for step in plan_from(row["steps"]):
        yield _step(step, done.get(step.key) if step.key in row["completed"] else None, step.key in waiting)


def _step(step: Step, done: Row | None, waits: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "key": step.key,
        "name": step.name_zh,
        "name_en": step.name_en,
        "kind": step.kind,
        "role": step.role,
        "department": step.department,
        "level": step.level,
        "state": "done" if done else "ready" if waits else "waiting",
    }
    if done:
        shown |= {
            "outcome": done["outcome"],
            "comment": done["comment"],
            "completed_by": done["completed_name"],
            "completed_at": done["completed_at"],
        }
    return shown


def _material(facts: Mapping[str, Any], item: Row | None, on_file: Mapping[str, date | None]) -> dict[str, Any]:
    promised: date | None = item["promise_date"] if item else None
    attached: UUID | None = item["attachment_id"] if item else None
    return {
        **facts,
        "state": item["state"] if item else "missing",
        "promise_date": promised,
        "attachment_id": attached,
        "on_file": facts.get("paper") in on_file,
        "on_file_until": on_file.get(facts.get("paper", "")),
    }


def _notice(item: Row) -> dict[str, Any]:
    return {name: item[name] for name in ("id", "number", "items", "reason", "asked_at", "answered_at")}


def _entry(item: Row) -> dict[str, Any]:
    names = ("version", "command", "from_state", "to_state", "step", "note", "actor", "actor_name", "actor_role", "at")
    return {name: item[name] for name in names}
