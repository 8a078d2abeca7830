"""Receiving, accepting and refusing a case at the window.

Acceptance is one call and few statements: it checks form and materials, starts the clock, draws the numbers and issues receipt
and notice. A case that comes back from handling keeps the day it was first accepted and its deadline.
"""

from typing import Any

from linli_kernel.calendar import Limit, Unit
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid

from linli_services_desk.cases.clock import due
from linli_services_desk.cases.errors import MaterialsMissing
from linli_services_desk.cases.hand import CaseInHand, move, viewer_in
from linli_services_desk.cases.workflow import Command
from linli_services_desk.context import Desk
from linli_services_desk.documents import compose
from linli_services_desk.documents.issuing import Composer, issue
from linli_services_desk.documents.numbering import next_numbers, written
from linli_services_desk.documents.papers import DocumentKind
from linli_services_desk.materials.domain import missing
from linli_services_desk.matters import forms
from linli_services_desk.promises.domain import broken
from linli_services_desk.promises.errors import PromiseBroken

Documents = list[dict[str, Any]]


async def receive(tx: Tx, desk: Desk, case: CaseInHand, expected: int, note: str) -> Documents:
    """Take the papers in: the case gets its number and the resident a receipt."""
    numbers = await next_numbers(tx, case.row["division"], tx.now.year, ["case", "receipt"])
    changes = number_changes(tx, case, numbers)
    await move(tx, case, Command.RECEIVE, expected, note=note, changes=changes)
    return issue(tx, desk, case, numbers, {DocumentKind.RECEIPT: compose.receipt})


async def accept(tx: Tx, desk: Desk, case: CaseInHand, expected: int, note: str) -> Documents:
    require_complete(case, tx)
    require_promises_kept(case, tx)
    first, fresh = case.row["accepted_at"] is None, case.row["number"] is None
    papers: dict[DocumentKind, Composer] = {DocumentKind.ACCEPTANCE_NOTICE: compose.acceptance_notice} if first else {}
    if fresh:
        papers[DocumentKind.RECEIPT] = compose.receipt
    kinds = [*(["acceptance"] if first else []), *(["case", "receipt"] if fresh else [])]
    numbers = await next_numbers(tx, case.row["division"], tx.now.year, kinds) if kinds else {}
    changes = number_changes(tx, case, numbers)
    if first:
        changes |= clock_started(tx, desk, case)
    # Whoever accepted it last: a case that came back from handling may be accepted by somebody else.
    changes["accepted_by"] = viewer_in(tx).subject
    await move(tx, case, Command.ACCEPT, expected, note=note, changes=changes)
    return issue(tx, desk, case, numbers, papers) if papers else []


async def not_accept(tx: Tx, desk: Desk, case: CaseInHand, expected: int, reason: str) -> Documents:
    """Refuse to accept, in writing and with the reason."""
    kinds = ["decision", *(["case"] if case.row["number"] is None else [])]
    numbers = await next_numbers(tx, case.row["division"], tx.now.year, kinds)
    changes = {**number_changes(tx, case, numbers), "reason": reason, "outcome": "not_accepted", "decided_at": tx.now}
    await move(tx, case, Command.NOT_ACCEPT, expected, note=reason, outcome="not_accepted", changes=changes)

    def notice(at: CaseInHand, facts: dict[str, Any]) -> Any:
        return compose.not_accepted_notice(at, facts, reason)

    return issue(tx, desk, case, numbers, {DocumentKind.NOT_ACCEPTED_NOTICE: notice})


def require_complete(case: CaseInHand, tx: Tx) -> None:
    """Name everything that is wrong at once: form fields first, then materials."""
    problems = forms.problems(case.definition["form_schema"], case.form, tx.now.date(), complete=True)
    if problems:
        raise Invalid(errors=problems)
    lacking = missing(case.definition["materials"], case.material_states)
    if lacking:
        raise MaterialsMissing(
            names="、".join(material["name"] for material in lacking),
            errors=[
                FieldError(
                    pointer=f"/materials/{material['id']}",
                    code="desk.material_missing",
                    zh=f"缺少{material['name']}",
                    en=f"{material['name_en']} is missing",
                )
                for material in lacking
            ],
        )


def require_promises_kept(case: CaseInHand, tx: Tx) -> None:
    """A promise whose day is past holds the case up until the material comes or a new day is agreed."""
    late = broken(case.row["materials"], tx.now.date())
    if late:
        names = [material["name"] for material in case.definition["materials"] if material["id"] in late]
        raise PromiseBroken(names="、".join(names))


def number_changes(tx: Tx, case: CaseInHand, numbers: dict[str, int]) -> dict[str, Any]:
    if "case" not in numbers:
        return {}
    number = written(case.profile, "case", numbers["case"], case.row, tx.tenant, tx.now.date())
    return {"number": number, "received_at": tx.now}


def clock_started(tx: Tx, desk: Desk, case: CaseInHand) -> dict[str, Any]:
    """The columns of a clock that starts now."""
    limit = Limit(case.row["time_limit"]["number"], Unit(case.row["time_limit"]["unit"]))
    deadline = due(desk.calendar, tx.now, limit, [])
    return {"accepted_at": tx.now, "due": deadline.day, "provisional": deadline.provisional, "pauses": []}
