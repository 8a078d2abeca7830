"""How a whistle begins: the village calls, or a resident reports from a phone and the village checks it.

A report belongs to exactly one whistle; joining moves reports and photographs, and each reporter keeps the own token.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from linli_kernel import public_tokens as tokens
from linli_kernel.contracts import whistles as contract
from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, NotFound
from linli_kernel.ids import new_id
from sqlalchemy import Select, func, insert, select, update

from linli_services_desk.context import Desk
from linli_services_desk.documents.numbering import next_numbers
from linli_services_desk.schema import Row
from linli_services_desk.whistles import repository
from linli_services_desk.whistles.domain import alike, likeness, metres
from linli_services_desk.whistles.errors import NotJoinable, TooManyReports
from linli_services_desk.whistles.hand import InHand, begin, change, line, office_of, rules_of, take, viewer_in
from linli_services_desk.whistles.schemas import (
    Position,
    PublicReport,
    Reporter,
    SimilarQuery,
    StartWhistle,
    WhistleFacts,
)
from linli_services_desk.whistles.tables import whistle, whistle_photo, whistle_report
from linli_services_desk.whistles.telling import tell
from linli_services_desk.whistles.workflow import OPEN, Command, WhistleState

ONE_DAY = timedelta(days=1)
ONE_HOUR = timedelta(hours=1)
MOST_OFFERED = 5


async def start(tx: Tx, desk: Desk, order: StartWhistle) -> InHand:
    """The village calls the township; no check is needed any more."""
    if not viewer_in(tx).covers(order.division):
        raise NotFound
    hand = await _add(tx, desk, order, "village", WhistleState.CALLED)
    if order.reporter is not None:
        await _add_report(tx, desk, hand, order, order.reporter, joined=False)
    await line(tx, desk, hand, Command.CALL)
    await tell(tx, desk, hand, contract.CALLED, None)
    return hand


async def report(tx: Tx, desk: Desk, order: PublicReport) -> tuple[InHand, str]:
    """A resident reports from a phone: a new whistle for the village to check, or one more voice for a known one."""
    await _limit(tx, desk, order)
    if order.join_id is not None:
        row = await tx.one(repository.by_id(tx.tenant, order.join_id, lock=True))
        hand = await take(tx, desk, row)
        if hand.row["division"] != order.division:
            raise NotFound
        if hand.state not in OPEN:
            raise NotJoinable
        await change(tx, hand, hand.row["version"], hand.state, reports=hand.row["reports"] + 1)
    else:
        hand = await _add(tx, desk, order, "resident", WhistleState.REPORTED)
    secret = await _add_report(tx, desk, hand, order, order.reporter, joined=order.join_id is not None)
    await line(tx, desk, hand, "join" if order.join_id else "report")
    await tell(
        tx, desk, hand, contract.JOINED if order.join_id else contract.REPORTED, hand.state if order.join_id else None
    )
    return hand, str(tokens.PublicToken(tx.tenant, secret))


async def join(tx: Tx, desk: Desk, hand: InHand, expected: int, into_id: UUID) -> None:
    """Make a whistle part of another open one of the same village."""
    begin(tx, hand, Command.JOIN)
    before = hand.state
    into = await tx.one(repository.one(viewer_in(tx), into_id, lock=True))
    if into is None:
        raise NotFound
    if into["id"] == hand.id or into["division"] != hand.row["division"] or WhistleState(into["state"]) not in OPEN:
        raise NotJoinable
    other = await take(tx, desk, into)
    for table, more in ((whistle_report, {"joined": True}), (whistle_photo, {})):
        await tx.execute(
            update(table)
            .where(table.c.tenant == tx.tenant, table.c.whistle_id == hand.id)
            .values(whistle_id=other.id, **more)
        )
    total = select(func.count()).where(whistle_report.c.tenant == tx.tenant, whistle_report.c.whistle_id == other.id)
    await change(tx, other, other.row["version"], other.state, reports=await tx.scalar(total))
    await line(tx, desk, other, "joined")
    await change(tx, hand, expected, WhistleState.JOINED, joined_into=other.id, reports=0)
    await line(tx, desk, hand, Command.JOIN)
    await tell(tx, desk, hand, contract.JOINED, before, joined_into=str(other.id))


def similar(
    desk: Desk, tenant: str, rows: Iterable[Row], facts: SimilarQuery, *, spared: UUID | None = None
) -> list[tuple[Row, float, int | None]]:
    """Return those of a village's open whistles that may be the same thing, the surest first, with likeness and metres.

    Wording is encrypted, so it is compared here and not in the database.
    """
    rules = rules_of(desk, tenant).similar
    found: list[tuple[Row, float, int | None]] = []
    for row in rows:
        content = desk.vault.open(row["content"], tenant, "whistle", "content", row["id"])
        far = _distance(facts.position, row)
        sure = alike(
            likeness(facts.description, content["description"]),
            far,
            rules.metres,
            rules.likeness,
            same_category=facts.category == row["category"],
        )
        if sure is not None and row["id"] != spared:
            found.append((row, sure, round(far) if far is not None else None))
    return sorted(found, key=lambda item: -item[1])[:MOST_OFFERED]


def candidates(desk: Desk, tenant: str, division: str, now: datetime) -> Select[Any]:
    since = now - timedelta(days=rules_of(desk, tenant).similar.days)
    return repository.candidates(tenant, division, since)


def _distance(position: Position | None, row: Row) -> float | None:
    if position is None or row["latitude"] is None:
        return None
    return metres((position.latitude, position.longitude), (row["latitude"], row["longitude"]))


async def _limit(tx: Tx, desk: Desk, order: PublicReport) -> None:
    rules = rules_of(desk, tx.tenant).public
    by_village = repository.reports_since(tx.tenant, tx.now - ONE_HOUR, division=order.division)
    if await tx.scalar(by_village) >= rules.per_village_and_hour:
        raise TooManyReports(retry_after_seconds=600)
    if order.reporter.phone is None:
        raise Invalid(
            errors=[FieldError("/reporter/phone", "desk.phone_missing", "请填写手机号", "Give a mobile number")]
        )
    index = desk.vault.phone_index(order.reporter.phone)
    by_phone = repository.reports_since(tx.tenant, tx.now - ONE_DAY, phone_index=index)
    if await tx.scalar(by_phone) >= rules.per_phone_and_day:
        raise TooManyReports(retry_after_seconds=3600)


async def _add(tx: Tx, desk: Desk, order: WhistleFacts, source: str, state: WhistleState) -> InHand:
    rules = rules_of(desk, tx.tenant)
    if rules.category(order.category) is None:
        raise Invalid(errors=[FieldError("/category", "desk.whistle_category", "没有这个类别", "No such category")])
    whistle_id, day = new_id(), tx.now.date()
    drawn = await next_numbers(tx, order.division, day.year, ["whistle"])
    content = {"description": order.description.strip(), "place": order.place.strip()}
    row = {
        "tenant": tx.tenant,
        "id": whistle_id,
        "number": f"哨{order.division[6:]}-{day.year}-{drawn['whistle']:04d}",
        "division": order.division,
        "category": order.category,
        "urgency": order.urgency,
        "source": source,
        "state": state.value,
        "content": desk.vault.seal(content, tx.tenant, "whistle", "content", whistle_id),
        "latitude": order.position.latitude if order.position else None,
        "longitude": order.position.longitude if order.position else None,
        "reports": 0,
        "whistler": None,
        "whistler_name": None,
        "escalation": 0,
        "rounds": 0,
        "clock": None,
        "due_at": None,
        "joined_into": None,
        "created_at": tx.now,
        "closed_at": None,
        "updated_at": tx.now,
        "version": 1,
    }
    if source == "resident" or getattr(order, "reporter", None) is not None:
        row["reports"] = 1
    await tx.execute(insert(whistle).values(row))
    return InHand(row, {}, rules, office_of(desk, tx.tenant))


async def _add_report(
    tx: Tx, desk: Desk, hand: InHand, order: WhistleFacts, reporter: Reporter, *, joined: bool
) -> str:
    report_id, secret = new_id(), tokens.new_secret()
    person = {
        "name": reporter.name.strip(),
        "phone": reporter.phone,
        "description": order.description.strip(),
        "place": order.place.strip(),
    }
    await tx.execute(
        insert(whistle_report).values(
            tenant=tx.tenant,
            id=report_id,
            whistle_id=hand.id,
            division=order.division,
            secret=secret,
            person=desk.vault.seal(person, tx.tenant, "whistle_report", "person", report_id),
            phone_index=desk.vault.phone_index(reporter.phone) if reporter.phone else None,
            joined=joined,
            at=tx.now,
        )
    )
    return secret
