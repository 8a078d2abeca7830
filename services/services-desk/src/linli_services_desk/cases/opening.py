"""Opening a case and editing it before acceptance.

What the registry knows is filled in and never asked again; what the clerk typed wins over it. Without the registry a case is
`unlinked` and is reconciled later.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from linli_kernel import public_tokens as tokens
from linli_kernel.contracts import desk as contract
from linli_kernel.database import HotQuery, Tx, insert_of, params_of
from linli_kernel.errors import FieldError, Invalid, NotFound, Unavailable

from linli_services_desk import events
from linli_services_desk.asked_twice import service as asked_twice
from linli_services_desk.asked_twice.domain import typed_again
from linli_services_desk.cases import repository
from linli_services_desk.cases.clock import limit_facts
from linli_services_desk.cases.errors import AlreadyLinked, ApplicantMissing, NotEditable
from linli_services_desk.cases.hand import CaseInHand, act, history_row, store, viewer_in
from linli_services_desk.cases.masking import unmasked_changes
from linli_services_desk.cases.schemas import EditCase, OpenCase
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.cases.workflow import EDITABLE, NAMES, State
from linli_services_desk.clients.registry import Prefill
from linli_services_desk.context import Desk
from linli_services_desk.materials import service as materials
from linli_services_desk.materials.domain import MaterialState
from linli_services_desk.materials.tables import case_material
from linli_services_desk.matters import forms
from linli_services_desk.matters import repository as matters
from linli_services_desk.matters.domain import Definition, prefill_fields
from linli_services_desk.matters.errors import CertificateForbidden, MatterNotReady
from linli_services_desk.matters.plan import category_code, plan_of, refused_certificate
from linli_services_desk.windows import halls
from linli_services_desk.windows.service import name_category


@dataclass(frozen=True, slots=True)
class Opened:
    """What was written of a case that was opened just now: nothing else is stored of it yet."""

    row: dict[str, Any]
    materials: list[dict[str, Any]]
    history: dict[str, Any]
    on_file: Mapping[str, Any]


async def find_matter(tx: Tx, desk: Desk, matter_id: UUID) -> tuple[int, Definition]:
    """Return the published version to open a case on; refuses what a village must not issue, naming who does."""
    profile = desk.profile(tx.tenant)
    refused = refused_certificate(profile, tx.tenant, matter_id, tx.now.date())
    if refused is not None:
        raise CertificateForbidden(
            name=refused.name,
            name_en=refused.name_en,
            issuer=refused.issuer,
            issuer_en=refused.issuer_en,
            basis=refused.basis,
        )
    rows = await tx.quick(matters.STANDING, {"tenant": tx.tenant, "matter_id": matter_id})
    if not rows:
        raise NotFound
    found = rows[0]
    if found["state"] != "published":
        raise MatterNotReady(name=found["name"])
    return found["published_version"], await desk.definition(tx, matter_id, found["published_version"])


async def ask_registry(
    desk: Desk, authorization: str, definition: Definition, order: OpenCase, case_id: UUID
) -> Prefill | None:
    """Ask before the transaction takes a connection; None when the clerk goes on by hand.

    The look is recorded with the case that is about to be opened: whole numbers without a case are asked about.
    """
    if order.applicant_id is None:
        return None
    fields = sorted(set(prefill_fields(definition).values()))
    try:
        return await desk.registry.prefill(
            order.applicant_id, fields, definition["code"], authorization=authorization, case_id=case_id
        )
    except Unavailable:
        return None


async def open_case(
    tx: Tx,
    desk: Desk,
    order: OpenCase,
    version: int,
    definition: Definition,
    prefill: Prefill | None,
    case_id: UUID,
) -> Opened:
    """Write the draft with its materials."""
    viewer = viewer_in(tx)
    form = _filled(definition, order, prefill)
    _refuse_malformed(definition, form, tx)
    applicant = _applicant(order, prefill)
    tenant = tx.tenant
    plan = plan_of(desk.profile(tenant), definition)
    row: dict[str, Any] = {
        "tenant": tenant,
        "id": case_id,
        "division": _division(order, prefill, viewer.divisions),
        "number": None,
        "matter_id": order.matter_id,
        "matter_version": version,
        "matter_name": definition["name"],
        "department": definition["department"],
        "departments": sorted({step.department for step in plan if step.department}),
        "profile": desk.profile(tenant).id,
        "state": State.DRAFT.value,
        "resume_to": None,
        "completed": [],
        "round": 1,
        "steps": [asdict(step) for step in plan],
        "pauses": [],
        "notices": 0,
        "step_roles": [],
        "resident_id": order.applicant_id,
        "registry_version": prefill.version if prefill else None,
        "applicant_flag": None,
        "link": "linked" if prefill else "unlinked" if order.applicant_id else "by_hand",
        "applicant": desk.vault.seal(applicant, tenant, "desk_case", "applicant", case_id),
        "applicant_name_index": desk.vault.name_index(applicant["name"]),
        "form": desk.vault.seal(form, tenant, "desk_case", "form", case_id),
        "agent": _agent(desk, order.agent, tenant, case_id),
        "channel": order.channel,
        "time_limit": limit_facts(definition, green=order.green),
        "due": None,
        "provisional": False,
        "receipt_token": tokens.new_secret(),
        "outcome": None,
        "reason": None,
        "ticket_id": order.ticket_id,
        "opened_by": viewer.subject,
        "opened_at": tx.now,
        "updated_at": tx.now,
        "version": 1,
    }
    if not viewer.covers(row["division"]):
        raise NotFound
    await halls.ensure(tx, desk, row["division"])
    on_file = await _on_file(tx, order.applicant_id)
    tx.later(repository.ADD, params_of(desk_case, [row]))
    if order.ticket_id is not None:
        await name_category(tx, row["division"], order.ticket_id, category_code(desk.profile(tenant), definition))
    brought = materials.to_begin_with(tx, case_id, on_file if prefill else {}, definition)
    history = history_row(tx, viewer, row, "open", None)
    if brought:
        tx.later(_add_materials(len(brought)), params_of(case_material, brought))
    repository.add_history(tx, history)
    tx.announce(events.case_event(contract.CASE_OPENED, row, None))
    reused = [one["material_id"] for one in brought if one["state"] == MaterialState.REUSED]
    device = desk.vault.device_name(tx.origin) if tx.origin else None
    tx.record(act("case.open", row, matter=definition["code"], link=row["link"], reused=reused, device=device))
    if prefill is not None:
        known = _fitting(definition, prefill.values)
        again = typed_again(definition["form_schema"]["properties"], order.form, known)
        await asked_twice.note(tx, row, "open", again)
    return Opened(row, brought, history, on_file)


async def edit_case(tx: Tx, desk: Desk, case: CaseInHand, change: EditCase, expected: int) -> None:
    """Merge the changed form fields; a field sent back in its masked form is left as it was."""
    state = State(case.row["state"])
    if state not in EDITABLE:
        raise NotEditable(state=NAMES[state][0], state_en=NAMES[state][1])
    form = {**case.form, **unmasked_changes(case.definition, case.form, change.form)}
    form = {key: value for key, value in form.items() if value is not None}
    _refuse_malformed(case.definition, form, tx)
    values: dict[str, Any] = {
        "form": desk.vault.seal(form, tx.tenant, "desk_case", "form", case.id),
        "updated_at": tx.now,
    }
    if change.green is not None:
        if case.row["accepted_at"] is not None:
            raise NotEditable(state=NAMES[state][0], state_en=NAMES[state][1])
        values["time_limit"] = limit_facts(case.definition, green=change.green)
    if "agent" in change.model_fields_set:
        values["agent"] = _agent(desk, change.agent, tx.tenant, case.id)
    await store(tx, case, expected, values)
    case.form = form
    repository.add_history(tx, history_row(tx, viewer_in(tx), case.row, "edit", case.row["state"]))
    tx.record(act("case.edit", case.row, fields=sorted(change.form)))


async def link_case(
    tx: Tx, desk: Desk, case: CaseInHand, resident_id: UUID | None, authorization: str, expected: int
) -> None:
    """Tie a case to its resident and fill the fields that are still empty; what the clerk entered stays."""
    if case.row["link"] == "linked":
        raise AlreadyLinked
    resident = resident_id or case.row["resident_id"]
    if resident is None:
        raise ApplicantMissing
    names = prefill_fields(case.definition)
    found = await desk.registry.prefill(
        resident, sorted(set(names.values())), case.definition["code"], authorization=authorization, case_id=case.id
    )
    known = _fitting(case.definition, found.values)
    form = {**known, **case.form} if State(case.row["state"]) in EDITABLE else case.form
    values = {
        "link": "linked",
        "resident_id": resident,
        "registry_version": found.version,
        "form": desk.vault.seal(form, tx.tenant, "desk_case", "form", case.id),
        "updated_at": tx.now,
    }
    await store(tx, case, expected, values)
    repository.add_history(tx, history_row(tx, viewer_in(tx), case.row, "link", case.row["state"]))
    tx.record(act("case.link", case.row))
    again = typed_again(case.definition["form_schema"]["properties"], case.form, known)
    await asked_twice.note(tx, case.row, "link", again)


def _fitting(definition: Definition, source: Mapping[str, Any]) -> dict[str, Any]:
    """What the registry (or the clerk, as applicant) gave, by field of the form, where it can stand there."""
    schema = definition["form_schema"]["properties"]
    return {
        field: source[name]
        for field, name in prefill_fields(definition).items()
        if source.get(name) is not None and forms.fits(schema[field], source[name])
    }


def _filled(definition: Definition, order: OpenCase, prefill: Prefill | None) -> dict[str, Any]:
    """Registry values first, then what the clerk entered by hand as applicant, then the form as typed."""
    source: dict[str, Any] = dict(prefill.values) if prefill else {}
    if order.applicant is not None:
        by_hand = order.applicant.model_dump(mode="json", exclude_none=True)
        source = {**by_hand, **source} if prefill else by_hand
    typed = {key: value for key, value in order.form.items() if value is not None}
    return {**_fitting(definition, source), **typed}


def _refuse_malformed(definition: Definition, form: dict[str, Any], tx: Tx) -> None:
    problems = forms.problems(definition["form_schema"], form, tx.now.date(), complete=False)
    if problems:
        raise Invalid(errors=problems)


def _applicant(order: OpenCase, prefill: Prefill | None) -> dict[str, Any]:
    if prefill is not None and prefill.values.get("name"):
        names = ("name", "identity_number", "phone", "sex", "birth_date", "address")
        return {name: prefill.values[name] for name in names if prefill.values.get(name) is not None}
    if order.applicant is not None:
        return order.applicant.model_dump(mode="json", exclude_none=True)
    if isinstance(order.form.get("name"), str) and order.form["name"].strip():
        return {"name": order.form["name"].strip()}
    if order.applicant_id is None:
        raise Invalid(
            errors=[
                FieldError(
                    pointer="/applicant",
                    code="desk.applicant_missing",
                    zh="请选择或填写申请人",
                    en="Choose or enter the applicant",
                )
            ]
        )
    raise ApplicantMissing


def _division(order: OpenCase, prefill: Prefill | None, divisions: tuple[str, ...]) -> str:
    """The village that was named, else the hall where the viewer sits, else where the applicant lives."""
    applicants = str(prefill.values.get("division") or "") if prefill else ""
    for code in (order.division, *divisions, applicants):
        if code and len(code) == 12:
            return code
    raise Invalid(errors=[FieldError("/division", "desk.division_missing", "请选择村（社区）", "Choose the village")])


def _agent(desk: Desk, agent: Any, tenant: str, case_id: UUID) -> bytes | None:
    if agent is None:
        return None
    facts = agent.model_dump(mode="json", exclude_none=True)
    return desk.vault.seal(facts, tenant, "desk_case", "agent", case_id)


async def _on_file(tx: Tx, resident: UUID | None) -> dict[str, Any]:
    if resident is None:
        return {}
    about = {"tenant": tx.tenant, "resident": resident, "today": tx.now.date()}
    return {row["kind"]: row for row in await tx.quick(materials.ON_FILE, about)}


@lru_cache
def _add_materials(number: int) -> HotQuery:
    return insert_of(case_material, number)
