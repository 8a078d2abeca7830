"""Telling of a whistle: the event and the act for the others, and a notice for everybody whom it concerns.

All is written in the transaction of the fact. A notice's key names whistle, version and addressee, so nobody is told twice, and
whoever is killed while working has told nothing.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import whistles as contract
from linli_kernel.database import Tx
from linli_kernel.events import Event
from sqlalchemy import select

from linli_services_desk.context import Desk
from linli_services_desk.notices.domain import Audience, role_over
from linli_services_desk.notices.service import Telling, tell_by_phone, tell_staff
from linli_services_desk.whistles.hand import InHand, act
from linli_services_desk.whistles.tables import whistle_report
from linli_services_desk.whistles.workflow import WhistleState


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody to tell, and what is said to this one only."""

    audience: Audience
    facts: dict[str, Any]


Named = Collection[str]
Addressees = Callable[[InHand, Named, dict[str, Any]], Iterator[Told]]


def _roles(*roles: str) -> Addressees:
    def found(hand: InHand, named: Named, more: dict[str, Any]) -> Iterator[Told]:
        for role in roles:
            yield Told(role_over(role, hand.row["division"], ""), {})

    return found


def _department(hand: InHand, name: str, due: datetime) -> Told:
    facts = {"department": name, "due": due.astimezone(SHANGHAI).strftime("%m-%d %H:%M")}
    return Told(role_over("department_officer", hand.row["division"], name), facts)


def _named(due: str) -> Addressees:
    """The departments that this act called or sent back; the others know already."""

    def found(hand: InHand, named: Named, more: dict[str, Any]) -> Iterator[Told]:
        for name in named:
            yield _department(hand, name, hand.duties[name][due])

    return found


def _whistler(hand: InHand, named: Named, more: dict[str, Any]) -> Iterator[Told]:
    if hand.row["whistler"] is not None:
        yield Told(Audience(hand.row["division"], account=hand.row["whistler"]), {})


def _escalated(hand: InHand, named: Named, more: dict[str, Any]) -> Iterator[Told]:
    """Whom the missed limit is brought before, and the department that missed it."""
    yield Told(role_over(more["role"], hand.row["division"], ""), {})
    duty = hand.duties[more["department"]]
    yield _department(hand, more["department"], duty["report_due" if more["clock"] == "report_in" else "solution_due"])


def _everybody(hand: InHand, named: Named, more: dict[str, Any]) -> Iterator[Told]:
    """At the end: the departments that worked on it, and the village that called."""
    for name, duty in hand.duties.items():
        if duty["solved_at"] is not None:
            yield _department(hand, name, duty["solved_at"])
    yield from _roles("village_official")(hand, named, more)


# What is told to whom in the app: event, template, addressees.
STAFF: dict[str, tuple[str, Addressees]] = {
    contract.REPORTED: ("whistle.reported", _roles("clerk", "village_official")),
    contract.CALLED: ("whistle.called", _roles("township_officer")),
    contract.WHISTLED: ("whistle.whistled", _named("report_due")),
    contract.ASSIGNED: ("whistle.whistled", _named("report_due")),
    contract.REPORTED_IN: ("whistle.reported_in", _whistler),
    contract.DECLINED: ("whistle.declined", _whistler),
    contract.SOLVED: ("whistle.solved", _whistler),
    contract.SENT_BACK: ("whistle.sent_back", _named("solution_due")),
    contract.ESCALATED: ("whistle.escalated", _escalated),
    contract.CLOSED: ("whistle.closed", _everybody),
}
# What residents who reported are told on the phone.
REPORTERS = {
    contract.WHISTLED: "whistle.whistled",
    contract.CLOSED: "whistle.closed",
    contract.DISMISSED: "whistle.dismissed",
}


async def tell(
    tx: Tx, desk: Desk, hand: InHand, kind: str, before: WhistleState | None, *, named: Named = (), **more: Any
) -> None:
    """Announce, record and tell: ids, codes and departments, never what people wrote.

    `named`: the departments that the act called or sent back.
    """
    row = hand.row
    data = contract.WhistleMoved(
        whistle_id=str(hand.id),
        division=row["division"],
        category=row["category"],
        urgency=row["urgency"],
        from_state=before.value if before else None,
        to_state=row["state"],
        departments=sorted(hand.duties),
        **more,
    )
    tx.announce(Event(type=kind, subject=str(hand.id), data=data))
    action = kind.removeprefix(contract.PREFIX).removesuffix(".v1")
    tx.record(act(f"whistle.{action}", row, state=row["state"], **more))
    _tell_staff(tx, hand, kind, named, more)
    await _tell_reporters(tx, desk, hand, kind)


def _tell_staff(tx: Tx, hand: InHand, kind: str, named: Named, more: dict[str, Any]) -> None:
    if kind not in STAFF:
        return
    template, addressees = STAFF[kind]
    facts = {**_facts(hand), "department": "", "due": "", "level": 0, **more, "whistle_id": str(hand.id)}
    what = ":".join(str(part) for part in (template, hand.id, hand.row["version"], *more.values()))
    tell_staff(
        tx,
        *(
            Telling(f"{what}:{_name(told.audience)}", template, told.audience, {**facts, **told.facts})
            for told in addressees(hand, named, more)
        ),
    )


async def _tell_reporters(tx: Tx, desk: Desk, hand: InHand, kind: str) -> None:
    template = REPORTERS.get(kind)
    if template is None:
        return
    mine = (whistle_report.c.tenant == tx.tenant, whistle_report.c.whistle_id == hand.id)
    reachable = select(whistle_report.c.id).where(*mine, whistle_report.c.phone_index.is_not(None))
    facts = _facts(hand)
    tell_by_phone(
        tx,
        desk.profile(tx.tenant),
        template,
        hand.row["division"],
        {f"{template}:{found['id']}:{hand.row['version']}": found["id"] for found in await tx.all(reachable)},
        {"number": facts["number"], "matter": facts["category"]},
    )


def _facts(hand: InHand) -> dict[str, Any]:
    category = hand.rules.category(hand.row["category"])
    zh, en = (category.name.zh, category.name.en) if category else ("", "")
    return {"number": hand.row["number"], "category": zh, "category_en": en}


def _name(audience: Audience) -> str:
    return str(audience.account or f"{audience.role}/{audience.department or ''}")
