"""Telling people: a notice or a message is written in the transaction of the fact that it tells of.

Its key says what it tells; the same key is never written twice, so a fact that is handled again is told once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from linli_kernel.database import HotQuery, Tx, insert_of, params_of
from linli_kernel.identity import account_of_resident
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from sqlalchemy import Table

from linli_services_desk.cases.workflow import Command
from linli_services_desk.notices.domain import Audience, after_quiet_hours, staff_templates
from linli_services_desk.notices.tables import notice, sms_message
from linli_services_desk.schema import Row

# What the applicant hears of by message. At the window the receipt says that the case was accepted.
OF_COMMAND: dict[Command, str] = {
    Command.ACCEPT: "case.accepted",
    Command.SUPPLEMENT: "case.supplement",
    Command.NOT_ACCEPT: "case.not_accepted",
    Command.DECIDE: "case.decided",
    Command.NOT_ISSUE: "case.not_issued",
}
OUTCOMES = {"approved": ("同意", "approved"), "refused": ("不予同意", "refused")}


@dataclass(frozen=True, slots=True)
class Telling:
    """One notice to be written: its key, words, audience and facts."""

    key: str
    template: str
    audience: Audience
    facts: dict[str, Any]
    case_id: UUID | None = None


@lru_cache(maxsize=400)
def _add(table: Table, number: int) -> HotQuery:
    """Rows of a table that says everything once: a key that is there already is left alone."""
    return insert_of(table, number, after=lambda one: one.on_conflict_do_nothing(index_elements=["tenant", "key"]))


def tell_staff(tx: Tx, *tellings: Telling) -> None:
    if not tellings:
        return
    rows = [_row(tx, telling) for telling in tellings]
    tx.later(_add(notice, len(rows)), params_of(notice, rows))


def _row(tx: Tx, telling: Telling) -> dict[str, Any]:
    words, audience = staff_templates()[telling.template], telling.audience
    return {
        "tenant": tx.tenant,
        "id": new_id(),
        "key": telling.key,
        "topic": words.topic.value,
        "template": telling.template,
        "facts": telling.facts,
        "urgent": words.urgent,
        "account": audience.account,
        "role": audience.role,
        "division": audience.division,
        "department": audience.department,
        "case_id": telling.case_id,
        "created_at": tx.now,
    }


def tell_applicant(tx: Tx, profile: Profile, row: Mapping[str, Any], command: Command) -> None:
    """Queue what the applicant is to hear of a command; most commands are not told."""
    template = OF_COMMAND.get(command)
    if template is None or row["number"] is None or (command is Command.ACCEPT and row["channel"] == "window"):
        return
    outcome, outcome_en = OUTCOMES.get(row["outcome"] or "", ("", ""))
    facts = {
        "number": row["number"],
        "matter": row["matter_name"],
        "due": row["due"].isoformat() if row["due"] else "",
        "outcome": outcome,
        "outcome_en": outcome_en,
    }
    tell_of_case(tx, profile, row, f"{template}:{row['id']}:{row['version']}", template, facts)


def tell_of_case(
    tx: Tx, profile: Profile, row: Mapping[str, Any], key: str, template: str, facts: dict[str, Any]
) -> None:
    """Queue a message to the applicant of a case, and put it among the own news of one whom the registry knows; a key that was
    queued before is not queued again."""
    about = {"case_id": row["id"], "division": row["division"], "department": row["department"]}
    _queue(tx, profile, [{"key": key, "template": template, "facts": facts, **about}])
    if row["resident_id"] is not None:
        account = account_of_resident(tx.tenant, row["resident_id"])
        tell_staff(tx, Telling(f"own.{key}", f"own.{template}", Audience(row["division"], account), facts, row["id"]))


def tell_by_phone(
    tx: Tx, profile: Profile, template: str, division: str, reports: Mapping[str, UUID], facts: dict[str, Any]
) -> None:
    """Queue a message to each of those who reported a whistle; `reports` by the key of the message."""
    about = {"template": template, "facts": facts, "division": division, "department": ""}
    _queue(tx, profile, [{"key": key, "report_id": report, **about} for key, report in reports.items()])


def tell_subscribers(
    tx: Tx, profile: Profile, template: str, subscriptions: Mapping[str, Row], facts: dict[str, Any]
) -> None:
    """Queue a message to each who follows something; `subscriptions` by the key of the message."""
    about = {"template": template, "facts": facts, "department": ""}
    _queue(
        tx,
        profile,
        [
            {"key": key, "subscription_id": one["id"], "division": one["division"], **about}
            for key, one in subscriptions.items()
        ],
    )


def tell_called(
    tx: Tx,
    profile: Profile,
    template: str,
    call_id: UUID,
    division: str,
    facts: dict[str, Any],
    residents: Mapping[UUID, bool],
) -> None:
    """Queue a message to everybody who is called to a meeting; `residents` with whether they have a phone."""
    about = {"template": template, "facts": facts, "division": division, "department": "", "meeting_call": call_id}
    nobody = {"state": "no_phone", "finished_at": tx.now}
    _queue(
        tx,
        profile,
        [
            {"key": f"{template}:{call_id}:{one}", "resident_id": one, **about, **({} if phone else nobody)}
            for one, phone in residents.items()
        ],
    )


def _queue(tx: Tx, profile: Profile, messages: list[dict[str, Any]]) -> None:
    if not messages:
        return
    rules = profile.desk.notices
    ring_at = after_quiet_hours(tx.now, rules.quiet_from, rules.quiet_to)
    common = {"tenant": tx.tenant, "state": "queued", "attempts": 0, "not_before": ring_at, "created_at": tx.now}
    rows = [{"id": new_id(), **common, **message} for message in messages]
    tx.later(_add(sms_message, len(rows)), params_of(sms_message, rows))
