"""What supervision tells of inquiries and red flags: whoever puts right or looks again, whoever was given a flag; and at the end whoever complained.

A complainant is told on the way by which they are known: the phone of a whistle's report, the applicant of a case that was rated. What
was found is in no event; whoever was told can ask the committee.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from linli_kernel.inbox import Handler
from sqlalchemy import select

from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.service import Telling, tell_by_phone, tell_of_case, tell_staff
from linli_services_desk.whistles.hand import rules_of
from linli_services_desk.whistles.tables import whistle, whistle_report

ENDED = "inquiry.ended"
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "nothing_wrong": ("经查没有发现问题", "nothing was found wrong"),
    "put_right": ("查实的问题已经整改并复查通过", "what was found was put right and checked again"),
}
NEXT: Mapping[str, tuple[str, str]] = {
    "object": ("inquiry.found", "village_official"),
    "reject": ("inquiry.rejected", "village_official"),
    "rectify": ("inquiry.rectified", "supervisor"),
}
"""By the step: the words, and whose turn it is now."""


def handlers(desk: Callable[[], Desk]) -> dict[str, Handler]:
    """Return what the desk's inbox does with each event of inquiries and flags."""

    async def inquired(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        if data["step"] in NEXT:
            template, role = NEXT[data["step"]]
            facts = {"number": "", "due": data.get("due") or "", "inquiry_id": data["inquiry_id"]}
            key = f"{template}:{data['inquiry_id']}:{data['version']}"
            tell_staff(tx, Telling(key, template, Audience(data["division"], role=role), facts))
        outcome = OUTCOMES.get(data.get("outcome") or "")
        tell = TO_COMPLAINANTS.get(data.get("complaint") or "")
        if outcome is not None and tell is not None:
            said = {"outcome": outcome[0], "outcome_en": outcome[1]}
            await tell(tx, desk(), UUID(data["complaint_id"]), f"{ENDED}:{data['inquiry_id']}", said)

    async def given(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        if data.get("owner") is None:
            return
        to = Audience(data["division"], account=UUID(data["owner"]))
        key = f"flag.assigned:{data['flag_id']}:{data['version']}"
        tell_staff(tx, Telling(key, "flag.assigned", to, {"number": "", "flag_id": data["flag_id"]}))

    return {contract.INQUIRY_MOVED: inquired, contract.FLAG_MOVED: given}


async def _reporters(tx: Tx, desk: Desk, whistle_id: UUID, key: str, said: dict[str, str]) -> None:
    w, r = whistle.c, whistle_report.c
    row = await tx.one(select(whistle).where(w.tenant == tx.tenant, w.id == whistle_id))
    if row is None:
        return
    category = rules_of(desk, tx.tenant).category(row["category"])
    reachable = select(r.id).where(r.tenant == tx.tenant, r.whistle_id == whistle_id, r.phone_index.is_not(None))
    reports = {f"{key}:{found['id']}": found["id"] for found in await tx.all(reachable)}
    facts = {"number": row["number"], "matter": category.name.zh if category else "", **said}
    tell_by_phone(tx, desk.profile(tx.tenant), ENDED, row["division"], reports, facts)


async def _applicant(tx: Tx, desk: Desk, case_id: UUID, key: str, said: dict[str, str]) -> None:
    c = desk_case.c
    row = await tx.one(select(desk_case).where(c.tenant == tx.tenant, c.id == case_id))
    if row is None:
        return
    facts = {"number": row["number"] or "", "matter": row["matter_name"], **said}
    tell_of_case(tx, desk.profile(tx.tenant), dict(row), key, ENDED, facts)


TO_COMPLAINANTS: Mapping[str, Callable[..., Any]] = {"whistle": _reporters, "rating": _applicant}
"""Whoever asked about a disclosure is told where answers to questions are (`subscriptions/telling.py`)."""
