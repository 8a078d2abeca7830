"""What the desk tells the others and what it listens to."""

from collections.abc import Mapping
from typing import Any

from linli_kernel.contracts import desk as contract
from linli_kernel.events import Event

from linli_services_desk.cases.workflow import Command

OF_COMMAND: dict[Command, str] = {
    Command.RECEIVE: contract.CASE_RECEIVED,
    Command.ACCEPT: contract.CASE_ACCEPTED,
    Command.NOT_ACCEPT: contract.CASE_NOT_ACCEPTED,
    Command.SUPPLEMENT: contract.CASE_SUPPLEMENT_ASKED,
    Command.RESUME: contract.CASE_RESUMED,
    Command.SUSPEND: contract.CASE_SUSPENDED,
    Command.COMPLETE_STEP: contract.CASE_STEP_COMPLETED,
    Command.RETURN_TO_STEP: contract.CASE_RETURNED,
    Command.RETURN_TO_WINDOW: contract.CASE_RETURNED,
    Command.DECIDE: contract.CASE_DECIDED,
    Command.NOT_ISSUE: contract.CASE_DECIDED,
    Command.DELIVER: contract.CASE_DELIVERED,
    Command.CLOSE: contract.CASE_CLOSED,
    Command.WITHDRAW: contract.CASE_WITHDRAWN,
    Command.REOPEN: contract.CASE_REOPENED,
}


def case_event(
    kind: str,
    row: Mapping[str, Any],
    from_state: str | None,
    *,
    step: str | None = None,
    outcome: str | None = None,
    reason_code: str | None = None,
    matter_type: str | None = None,
) -> Event:
    """The event of a case as it stands after the change."""
    return Event(
        type=kind,
        subject=str(row["id"]),
        data=contract.CaseMoved(
            case_id=str(row["id"]),
            division=row["division"],
            department=row["department"],
            matter_id=str(row["matter_id"]),
            matter_version=row["matter_version"],
            from_state=from_state,
            to_state=row["state"],
            round=row["round"],
            number=row["number"],
            step=step,
            outcome=outcome,
            due=row["due"].isoformat() if row["due"] else None,
            provisional=row["provisional"],
            supplement=row["notices"] or None,
            reason_code=reason_code,
            resident_id=str(row["resident_id"]) if row["resident_id"] else None,
            link=row["link"],
            matter_type=matter_type,
        ),
    )
