"""What the committee's work is reminded of: a finding to be put right, near its last day and after it, and a meeting not yet held.

Values in, reminders out; that each is told once is the matter of `disclosures/reminding`, whose rows and loop they share.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database
from linli_kernel.events import Event
from linli_kernel.profile import Profile
from sqlalchemy import and_, select

from linli_supervision.disclosures.tables import disclosure_village
from linli_supervision.inquiries.tables import committee_meeting, inquiry
from linli_supervision.inquiries.workflow import State

_i, _m, _v = inquiry.c, committee_meeting.c, disclosure_village.c
MONTHS: Mapping[str, int] = {"monthly": 1, "quarterly": 3}
MEETING_DAYS = 10
"""Enough to call a meeting."""
MOST = 2_000
"""Findings of a county near their last day; more than that are told at the next look, when these are told."""


async def reminders(
    db: Database, tenant: str, profile: Profile, today: date, near_days: int, stale_days: int
) -> list[tuple[str, Event]]:
    """Return what is to be told now, each under the key that it is told once by."""
    found = [
        told("rectification", str(row["id"]), row["division"], row["due"], today, inquiry_id=str(row["id"]))
        for row in await db.fetch_all(
            select(_i.id, _i.division, _i.due)
            .where(_i.tenant == tenant, _i.state == State.RECTIFYING.value)
            .where(_i.due <= today + timedelta(days=near_days), _i.due >= today - timedelta(days=stale_days))
            .order_by(_i.due, _i.id)
            .limit(MOST)
        )
    ]
    start, end = meeting_period(profile.supervision.oversight.meets, today)
    if (end - today).days > MEETING_DAYS:
        return found
    met = and_(_m.tenant == _v.tenant, _m.division == _v.division, _m.day >= start, _m.day <= end)
    waiting = select(_v.division).where(_v.tenant == tenant, _v.since <= start, ~select(_m.id).where(met).exists())
    return found + [
        told("meeting", f"{row['division']}:{start.isoformat()}", row["division"], end, today)
        for row in await db.fetch_all(waiting)
    ]


def meeting_period(meets: str, today: date) -> tuple[date, date]:
    """The month or quarter in which the committee has to meet once: its first and its last day."""
    months = MONTHS[meets]
    first = (today.month - 1) // months * months + 1
    start = date(today.year, first, 1)
    after = date(today.year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return start, after - timedelta(days=1)


def told(
    what: Literal["rectification", "meeting", "question", "appeal"],
    key: str,
    division: str,
    due: date,
    today: date,
    inquiry_id: str = "",
) -> tuple[str, Event]:
    """Return a reminder and the key that it is told once by."""
    days = (due - today).days
    state = "missing" if days < 0 else "due"
    data = contract.OversightReminded(
        what=what, key=key, division=division, due=due.isoformat(), days=days, state=state, inquiry_id=inquiry_id
    )
    # The day is part of it: a finding that was not put right gets a new clock, and a reminder of its own.
    return f"{what}:{key}:{due.isoformat()}:{state}", Event(type=contract.OVERSIGHT_REMINDED, subject=key, data=data)
