"""Writing, checking, publishing and correcting. Loads, asks the rules, stores, announces; never commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.events import Act, Event
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from linli_supervision.attachments import kept
from linli_supervision.disclosures import content, repository
from linli_supervision.disclosures.duties import Period, periods
from linli_supervision.disclosures.errors import (
    DisclosureNotFound,
    NothingToPublish,
    PeriodNotOver,
    PeriodTaken,
    TooManyFiles,
    fault,
)
from linli_supervision.disclosures.personal import fit
from linli_supervision.disclosures.schemas import DisclosureContent, NewDisclosure
from linli_supervision.disclosures.tables import disclosure, disclosure_file, disclosure_occasion, disclosure_village
from linli_supervision.disclosures.workflow import Standing, State, Step, after
from linli_supervision.rows import Row

MOST_FILES = 9


@dataclass(frozen=True, slots=True)
class About:
    """Which item of the catalogue a disclosure is of, and the days it tells of."""

    category: str
    period: Period | None


async def begin(tx: Tx, viewer: Viewer, profile: Profile, order: NewDisclosure) -> UUID:
    """Begin a draft; whoever publishes something of their own (a resolution, an account) begins here too."""
    if not viewer.covers(order.division):
        raise NotFound
    about = await _about(tx, profile, order)
    values = {
        "division": order.division,
        "item": order.item,
        "category": about.category,
        "period_start": about.period.start if about.period else None,
        "period_end": about.period.end if about.period else None,
        "occasion_id": order.occasion_id,
        **content.fit(order, profile, order.item),
    }
    await start_villages(tx, [order.division], date(tx.now.year, (tx.now.month - 1) // 3 * 3 + 1, 1))
    return await _insert(tx, viewer, values)


async def start_villages(tx: Tx, divisions: Sequence[str], since: date) -> int:
    """From this day on the villages owe what the catalogue says; returns how many did not already."""
    rows = [{"tenant": tx.tenant, "division": division, "since": since} for division in divisions]
    if not rows:
        return 0
    made = upsert(disclosure_village).values(rows).on_conflict_do_nothing()
    return len((await tx.execute(made.returning(disclosure_village.c.division))).all())


async def _about(tx: Tx, profile: Profile, order: NewDisclosure) -> About:
    item = profile.supervision.disclosure.item(order.item)
    if item is None:
        raise fault("/item", "supervision.disclosure_item", "公开目录中没有这一项", "The catalogue has no such item")
    if order.occasion_id is not None:
        day = await tx.scalar(
            select(disclosure_occasion.c.day).where(
                disclosure_occasion.c.tenant == tx.tenant,
                disclosure_occasion.c.id == order.occasion_id,
                disclosure_occasion.c.division == order.division,
                disclosure_occasion.c.item == order.item,
            )
        )
        if day is None:
            raise NotFound
        return About(item.category, Period(day, day))
    if order.period_start is None:
        return About(item.category, None)
    # What has not begun can only be told of later; a draft may begin while the period runs.
    begun = order.period_start <= tx.now.date()
    found = [one for one in periods(item, order.period_start.year) if one.start == order.period_start and begun]
    if not found:
        raise fault("/period_start", "supervision.disclosure_period", "不是这一项的公开周期", "No period of this item")
    return About(item.category, found[0])


async def _insert(tx: Tx, viewer: Viewer, values: Mapping[str, Any]) -> UUID:
    disclosure_id = new_id()
    row = {
        "tenant": tx.tenant,
        "id": disclosure_id,
        "state": State.DRAFT.value,
        "author": viewer.subject,
        "author_name": viewer.name,
        "writers": [viewer.subject],
        "created_at": tx.now,
        **values,
    }
    await tx.execute(insert(disclosure).values(row))
    _record(tx, "disclosure.begin", row, item=row["item"])
    return disclosure_id


async def load(tx: Tx, viewer: Viewer, disclosure_id: UUID, version: int | None = None) -> Row:
    """Return the disclosure for a command; nobody else changes it until the transaction ends."""
    row = await tx.one(repository.one(viewer, disclosure_id).with_for_update())
    if row is None:
        raise DisclosureNotFound
    if version is not None and row["version"] != version:
        raise StaleVersion
    return row


def standing(row: Row) -> Standing:
    return Standing(State(row["state"]), frozenset(row["writers"]))


def _written(row: Row, viewer: Viewer) -> dict[str, Any]:
    """Who wrote last, and everybody who wrote any of it."""
    return {"author": viewer.subject, "author_name": viewer.name, "writers": [*{*row["writers"], viewer.subject}]}


async def edit(
    tx: Tx, viewer: Viewer, profile: Profile, disclosure_id: UUID, version: int, said: DisclosureContent
) -> None:
    row = await load(tx, viewer, disclosure_id, version)
    after(standing(row), Step.EDIT, viewer.subject)
    await _store(tx, row, **_written(row, viewer), **content.fit(said, profile, row["item"]))
    _record(tx, "disclosure.edit", row)


async def move(
    tx: Tx, viewer: Viewer, profile: Profile, disclosure_id: UUID, version: int, step: Step, said: str = ""
) -> UUID:
    """Take one step and return the disclosure to look at next: a correction's new draft, else the same.

    The reason is read by everybody once it stands beside what was published.
    """
    row = await load(tx, viewer, disclosure_id, version)
    reason = fit(profile, reason=said)["reason"]
    target = after(standing(row), step, viewer.subject, reason)
    if step is Step.CORRECT:
        return await _new_edition(tx, viewer, row, reason)
    values: dict[str, Any] = {"state": target.value, "reason": reason}
    if step is Step.CHECK:
        values |= {"checker": viewer.subject, "checker_name": viewer.name, "checked_at": tx.now}
    if step is Step.SUBMIT:
        await _require_content(tx, row)
    if step is Step.PUBLISH:
        if row["period_end"] is not None and tx.now.date() < row["period_end"]:
            raise PeriodNotOver(end=row["period_end"].isoformat())
        values |= await _publication(tx, viewer, row)
    if step is Step.WITHDRAW:
        values["ended_at"] = tx.now
    try:
        await _store(tx, row, **values)
    except IntegrityError as error:
        raise PeriodTaken from error
    detail: dict[str, Any] = {"item": row["item"], "edition": row["edition"]}
    if step is Step.PUBLISH:
        detail["sha256"] = values["sha256"]
    _record(tx, f"disclosure.{step.value}", row, **detail)
    # Whoever follows the village knows the edition after it already.
    if step in EVENTS and row["replaced_by"] is None:
        _announce(tx, EVENTS[step], row, values.get("sha256") or row["sha256"])
    return disclosure_id


EVENTS = {
    Step.SUBMIT: contract.DISCLOSURE_SUBMITTED,
    Step.RETURN: contract.DISCLOSURE_RETURNED,
    Step.CHECK: contract.DISCLOSURE_CHECKED,
    Step.PUBLISH: contract.DISCLOSURE_PUBLISHED,
    Step.WITHDRAW: contract.DISCLOSURE_WITHDRAWN,
}


async def _require_content(tx: Tx, row: Row) -> None:
    """A heading alone would meet a duty and tell nobody anything."""
    filled = any(cell for table in row["tables"] for line in table["rows"] for cell in line)
    if not row["body"] and not filled and not await tx.all(repository.files(tx.tenant, row["id"])):
        raise NothingToPublish


async def _publication(tx: Tx, viewer: Viewer, row: Row) -> dict[str, Any]:
    """What is fixed by publishing; the edition before steps back."""
    if row["replaces"] is not None:
        await tx.execute(
            update(disclosure)
            .where(
                disclosure.c.tenant == tx.tenant,
                disclosure.c.id == row["replaces"],
                disclosure.c.state == State.PUBLISHED.value,
            )
            .values(
                state=State.CORRECTED.value,
                replaced_by=row["id"],
                ended_at=tx.now,
                version=disclosure.c.version + 1,
            )
        )
    files = await tx.all(repository.files(tx.tenant, row["id"]))
    return {"published_at": tx.now, "publisher_name": viewer.name, "sha256": content.digest(row, files)}


async def _new_edition(tx: Tx, viewer: Viewer, row: Row, reason: str) -> UUID:
    same = ("division", "item", "category", "period_start", "period_end", "occasion_id", "title", "body", "tables")
    values = {name: row[name] for name in same}
    values |= {"edition": row["edition"] + 1, "replaces": row["id"], "reason": reason}
    _record(tx, "disclosure.correct", row, edition=row["edition"])
    made = await _insert(tx, viewer, values)
    attached = await tx.all(
        select(disclosure_file).where(
            disclosure_file.c.tenant == tx.tenant, disclosure_file.c.disclosure_id == row["id"]
        )
    )
    if attached:
        copies = [{**one, "id": new_id(), "disclosure_id": made} for one in attached]
        await tx.execute(insert(disclosure_file), copies)
    return made


async def attach(tx: Tx, viewer: Viewer, profile: Profile, disclosure_id: UUID, name: str, body: bytes) -> UUID:
    """Add a file to a draft; its type is what its bytes show."""
    row = await load(tx, viewer, disclosure_id)
    after(standing(row), Step.EDIT, viewer.subject)
    taken = await kept(profile, name, body, for_everybody=True)
    of = (disclosure_file.c.tenant == tx.tenant, disclosure_file.c.disclosure_id == disclosure_id)
    if await tx.scalar(select(func.count()).where(*of)) >= MOST_FILES:
        raise TooManyFiles(most=MOST_FILES)
    file_id = new_id()
    values = {
        "tenant": tx.tenant,
        "id": file_id,
        "disclosure_id": disclosure_id,
        **taken,
    }
    await tx.execute(insert(disclosure_file).values(values))
    await _store(tx, row, **_written(row, viewer))
    _record(tx, "disclosure.attach", row, file=str(file_id), size=taken["size"])
    return file_id


async def detach(tx: Tx, viewer: Viewer, disclosure_id: UUID, file_id: UUID) -> None:
    row = await load(tx, viewer, disclosure_id)
    after(standing(row), Step.EDIT, viewer.subject)
    gone = await tx.execute(
        delete(disclosure_file).where(
            disclosure_file.c.tenant == tx.tenant,
            disclosure_file.c.disclosure_id == disclosure_id,
            disclosure_file.c.id == file_id,
        )
    )
    if gone.rowcount != 1:
        raise NotFound
    await _store(tx, row, **_written(row, viewer))
    _record(tx, "disclosure.detach", row, file=str(file_id))


async def _store(tx: Tx, row: Row, **values: Any) -> None:
    await tx.execute(
        update(disclosure)
        .where(disclosure.c.tenant == tx.tenant, disclosure.c.id == row["id"])
        .values(version=disclosure.c.version + 1, **values)
    )


def _record(tx: Tx, action: str, row: Mapping[str, Any] | Row, **detail: Any) -> None:
    tx.record(
        Act(action=action, object_kind="disclosure", object_id=row["id"], division=row["division"], detail=detail)
    )


def _announce(tx: Tx, kind: str, row: Row, sha256: str | None) -> None:
    data = contract.DisclosureMoved(
        disclosure_id=str(row["id"]),
        division=row["division"],
        category=row["category"],
        item=row["item"],
        edition=row["edition"],
        version=row["version"] + 1,
        author=str(row["author"]) if row["author"] else None,
        sha256=sha256,
    )
    tx.announce(Event(type=kind, subject=str(row["id"]), data=data))
