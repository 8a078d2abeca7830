"""A case in hand: loaded for a command, with its matter's definition, its plan and its progress.

Every command goes through `move`, which writes the new state, the history, the event and the act of one change together.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Forbidden, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.profile import Profile

from linli_services_desk import events
from linli_services_desk.cases import repository
from linli_services_desk.cases.workflow import Command, Plan, Progress, State, Step, advance, ready
from linli_services_desk.context import Desk
from linli_services_desk.matters.domain import Definition
from linli_services_desk.notices import service as notices


@dataclass(slots=True)
class CaseInHand:
    """`row` always shows the case as it will be after the commit. `locked`: nobody else can change it before."""

    row: dict[str, Any]
    definition: Definition
    plan: Plan
    profile: Profile
    form: dict[str, Any]
    applicant: dict[str, Any]
    locked: bool
    # What the command came from, as the ledger may hold it.
    device: str | None = None

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found

    @property
    def progress(self) -> Progress:
        row = self.row
        return Progress(
            state=State(row["state"]),
            completed=frozenset(row["completed"]),
            resume_to=State(row["resume_to"]) if row["resume_to"] else None,
            round=row["round"],
        )

    @property
    def material_states(self) -> dict[str, str]:
        return {key: facts["state"] for key, facts in (self.row["materials"] or {}).items()}


def viewer_in(tx: Tx) -> Viewer:
    if tx.viewer is None:
        raise Forbidden
    return tx.viewer


def plan_from(stored: list[dict[str, Any]]) -> Plan:
    return tuple(Step(**{**step, "after": tuple(step["after"])}) for step in stored)


async def load(tx: Tx, desk: Desk, case_id: UUID, *, lock: bool = False) -> CaseInHand:
    """Read a case that the viewer may see; NotFound otherwise. `lock` for what is done with it at once, without asking others."""
    found = await tx.quick(repository.one_quickly(viewer_in(tx), lock=lock), {"case_id": case_id})
    if not found:
        raise NotFound
    row = dict(found[0])
    tenant: str = row["tenant"]
    return CaseInHand(
        row=row,
        definition=await desk.definition(tx, row["matter_id"], row["matter_version"]),
        plan=plan_from(row["steps"]),
        profile=desk.profile(tenant),
        form=desk.vault.open(row["form"], tenant, "desk_case", "form", row["id"]),
        applicant=desk.vault.open(row["applicant"], tenant, "desk_case", "applicant", row["id"]),
        locked=lock,
        device=desk.vault.device_name(tx.origin) if tx.origin else None,
    )


async def move(
    tx: Tx,
    case: CaseInHand,
    command: Command,
    expected: int,
    *,
    step: str | None = None,
    note: str = "",
    outcome: str | None = None,
    changes: dict[str, Any] | None = None,
    reason_code: str | None = None,
) -> None:
    """Take a case over one transition of the table; StaleVersion when somebody was quicker."""
    viewer = viewer_in(tx)
    before = case.row["state"]
    after = advance(case.progress, command, case.plan, step=step)
    values: dict[str, Any] = {
        "state": after.state.value,
        "completed": sorted(after.completed),
        "round": after.round,
        "resume_to": after.resume_to.value if after.resume_to else None,
        "step_roles": sorted({item.post for item in ready(after, case.plan)}),
        "updated_at": tx.now,
        **(changes or {}),
    }
    await store(tx, case, expected, values)
    repository.add_history(tx, history_row(tx, viewer, case.row, command.value, before, step=step, note=note))
    notices.tell_applicant(tx, case.profile, case.row, command)
    tx.announce(
        events.case_event(
            events.OF_COMMAND[command],
            case.row,
            before,
            step=step,
            outcome=outcome or case.row["outcome"],
            reason_code=reason_code,
            matter_type=case.definition.get("type"),
        )
    )
    tx.record(
        act(
            f"case.{command.value}",
            case.row,
            state=after.state.value,
            step=step,
            outcome=outcome,
            device=case.device,
        )
    )


async def store(tx: Tx, case: CaseInHand, expected: int, values: dict[str, Any]) -> None:
    key = {"of_tenant": tx.tenant, "of_case": case.id, "expected": expected}
    change, values_of_it = repository.change(frozenset(values)), {**values, **key}
    if case.locked:
        if case.row["version"] != expected:
            raise StaleVersion
        tx.later(change, values_of_it)
    elif not await tx.quick(change, values_of_it):
        raise StaleVersion
    case.row.update(values, version=expected + 1)


def history_row(
    tx: Tx,
    viewer: Viewer,
    row: dict[str, Any],
    command: str,
    before: str | None,
    *,
    step: str | None = None,
    note: str = "",
) -> dict[str, Any]:
    return {
        "tenant": tx.tenant,
        "case_id": row["id"],
        "version": row["version"],
        "command": command,
        "from_state": before,
        "to_state": row["state"],
        "step": step,
        "note": note,
        "actor": viewer.subject,
        "actor_name": viewer.name,
        "actor_role": viewer.role.value,
        "at": tx.now,
    }


def act(action: str, row: dict[str, Any], *, purpose: str = "", **detail: Any) -> Act:
    """The ledger's entry for an act on a case: who it concerns by id, never by name."""
    return Act(
        action=action,
        object_kind="case",
        object_id=row["id"],
        people=[row["resident_id"]] if row["resident_id"] else [],
        division=row["division"],
        purpose=purpose,
        case_id=row["id"],
        detail={"number": row["number"], **{key: value for key, value in detail.items() if value is not None}},
    )
