"""Checking and deciding an accepted case.

Each step is done by another person, and who checked a case cannot decide it. The step's role comes from the place's profile.
"""

from typing import Any

from linli_kernel.database import Tx
from linli_kernel.identity import Role, Viewer

from linli_services_desk.cases import repository
from linli_services_desk.cases.acceptance import (
    Documents,
    clock_started,
    number_changes,
    require_complete,
    require_promises_kept,
)
from linli_services_desk.cases.errors import SamePerson, StepNotYours
from linli_services_desk.cases.hand import CaseInHand, move, viewer_in
from linli_services_desk.cases.schemas import CompleteStep, Decide, NotIssue
from linli_services_desk.cases.workflow import Command, State, Step, deciding, ready, waiting
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose, sealing
from linli_services_desk.documents.issuing import Composer, issue
from linli_services_desk.documents.numbering import next_numbers
from linli_services_desk.documents.papers import DocumentKind

CLERKS_STEP = "clerk"


async def complete_step(tx: Tx, case: CaseInHand, key: str, expected: int, result: CompleteStep) -> None:
    if case.row["state"] in (State.ACCEPTED, State.HANDLING):
        _must_be_theirs(tx, case, waiting(case.progress, case.plan, key))
    await move(tx, case, Command.COMPLETE_STEP, expected, step=key, note=result.comment, outcome=result.outcome)
    repository.add_step(tx, _completed(tx, case, key, result.outcome, result.comment))


async def decide(tx: Tx, desk: Desk, case: CaseInHand, expected: int, verdict: Decide) -> Documents:
    """Decide after every check: an approved certificate is drawn up for the seal, everything else is a decision."""
    key = None
    if verdict.outcome == "approved":
        # A supplement may have left less there than what was accepted.
        require_complete(case, tx)
        require_promises_kept(case, tx)
    if case.row["state"] in (State.ACCEPTED, State.HANDLING):
        step = deciding(case.progress, case.plan)
        _must_be_theirs(tx, case, step)
        key = step.key
    kind, composer, number = _paper(case, verdict)
    numbers = await next_numbers(tx, case.row["division"], tx.now.year, [number])
    changes = {"outcome": verdict.outcome, "decided_at": tx.now}
    await move(
        tx, case, Command.DECIDE, expected, step=key, note=verdict.comment, outcome=verdict.outcome, changes=changes
    )
    repository.add_step(tx, _completed(tx, case, key or "", verdict.outcome, verdict.comment))
    return issue(tx, desk, case, numbers, {kind: composer})


async def send_back(tx: Tx, case: CaseInHand, expected: int, to_step: str | None, reason: str) -> None:
    """Return to an earlier step, or to the window when none is named; once decided, only what was refused the seal."""
    command = Command.RETURN_TO_WINDOW if to_step is None else Command.RETURN_TO_STEP
    changes: dict[str, Any] = {}
    if case.row["state"] in (State.ACCEPTED, State.HANDLING):
        _must_be_a_waiting_role(tx, case)
    elif case.row["state"] == State.DECIDED:
        await sealing.asked_by(tx, case)
        await sealing.make_void(tx, case)
        changes = {"outcome": None, "decided_at": None}
    await move(tx, case, command, expected, step=to_step, note=reason, changes=changes)


async def not_issue(tx: Tx, desk: Desk, case: CaseInHand, expected: int, order: NotIssue) -> Documents:
    """End a case whose certificate was refused the seal: what was approved is not issued, in writing.

    The deciding step's post does it, or the township; never who asked for the seal, accepted the case or checked it.
    """
    viewer, step = viewer_in(tx), next(item for item in case.plan if item.decides)
    if case.row["state"] == State.DECIDED:
        if viewer.role is not Role.TOWNSHIP_OFFICER and not is_for(viewer, step, case.row["department"]):
            raise StepNotYours(step=step.name_zh)
        if viewer.subject in await sealing.asked_by(tx, case):
            asked, asked_en = "申请用印", "the request for the seal"
            raise SamePerson(before=asked, before_en=asked_en, step="不予出具", step_en="the decision not to issue")
        _must_be_another(viewer, case, step)
    numbers = await next_numbers(tx, case.row["division"], tx.now.year, ["decision"])
    changes = {"outcome": "refused", "reason": order.reason, "decided_at": tx.now}
    await move(tx, case, Command.NOT_ISSUE, expected, note=order.reason, outcome="refused", changes=changes)
    await sealing.make_void(tx, case)
    repository.add_step(tx, _completed(tx, case, step.key, "refused", order.reason))

    def decision(at: CaseInHand, facts: dict[str, Any]) -> Any:
        return compose.not_issued(at, facts, order.reason, order.basis)

    return issue(tx, desk, case, numbers, {DocumentKind.DECISION: decision})


async def withdraw(tx: Tx, case: CaseInHand, expected: int, reason: str) -> None:
    changes = {"reason": reason, "decided_at": tx.now}
    await move(tx, case, Command.WITHDRAW, expected, note=reason, outcome="withdrawn", changes=changes)


async def reopen(tx: Tx, desk: Desk, case: CaseInHand, expected: int, reason: str) -> None:
    """Begin again with the first step and a new clock; numbers, papers and history stay."""
    changes: dict[str, Any] = {"outcome": None, "reason": reason, "decided_at": None, "delivered_at": None}
    if case.row["number"] is None:
        changes |= number_changes(tx, case, await next_numbers(tx, case.row["division"], tx.now.year, ["case"]))
    if case.row["state"] in (State.DELIVERED, State.CLOSED):
        changes |= clock_started(tx, desk, case)
    else:
        changes |= {"accepted_at": None, "due": None, "provisional": False, "pauses": []}
    await move(tx, case, Command.REOPEN, expected, note=reason, changes={**changes, "closed_at": None})


def is_for(viewer: Viewer, step: Step, department: str) -> bool:
    """Whether a step is this viewer's: its role, and for a department's officer its department, else the matter's."""
    if viewer.role.value != step.role:
        return False
    return viewer.role is not Role.DEPARTMENT_OFFICER or viewer.department == (step.department or department)


def _must_be_theirs(tx: Tx, case: CaseInHand, step: Step) -> None:
    viewer = viewer_in(tx)
    if not is_for(viewer, step, case.row["department"]):
        raise StepNotYours(step=step.name_zh)
    _must_be_another(viewer, case, step)


def _must_be_another(viewer: Viewer, case: CaseInHand, step: Step) -> None:
    """Whoever accepted the case or completed another step of it does not do this one."""
    if case.row["accepted_by"] == viewer.subject and step.role != CLERKS_STEP:
        raise SamePerson(before="受理", before_en="the acceptance", step=step.name_zh, step_en=step.name_en)
    for key, completed_by in case.row["completions"] or []:
        if completed_by == str(viewer.subject) and key != step.key:
            earlier = next((item for item in case.plan if item.key == key), step)
            raise SamePerson(before=earlier.name_zh, before_en=earlier.name_en, step=step.name_zh, step_en=step.name_en)


def _must_be_a_waiting_role(tx: Tx, case: CaseInHand) -> None:
    viewer, waits = viewer_in(tx), ready(case.progress, case.plan)
    if not any(is_for(viewer, step, case.row["department"]) for step in waits):
        raise StepNotYours(step="、".join(step.name_zh for step in waits))


def _paper(case: CaseInHand, verdict: Decide) -> tuple[DocumentKind, Composer, str]:
    result = case.definition["result"]
    if verdict.outcome == "approved" and result.get("template") == DocumentKind.RESIDENCE_CERTIFICATE:
        return DocumentKind.RESIDENCE_CERTIFICATE, compose.residence_certificate, "certificate"
    if verdict.outcome == "approved" and result.get("template") in case.profile.desk.papers.certificates:
        return DocumentKind.CERTIFICATE, compose.certificate, "certificate"

    def decision(at: CaseInHand, facts: dict[str, Any]) -> Any:
        return compose.decision(at, facts, verdict.comment)

    return DocumentKind.DECISION, decision, "decision"


def _completed(tx: Tx, case: CaseInHand, key: str, outcome: str, comment: str) -> dict[str, Any]:
    viewer = viewer_in(tx)
    return {
        "tenant": tx.tenant,
        "case_id": case.id,
        "version": case.row["version"],
        "round": case.row["round"],
        "key": key,
        "outcome": outcome,
        "comment": comment,
        "completed_by": viewer.subject,
        "completed_post": viewer.post,
        "completed_name": viewer.name,
        "completed_at": tx.now,
    }
