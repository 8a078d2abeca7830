"""People and households as of a past day, the lines of their history, and confirmation field by field.

Whoever may read the record today may read its past. A child is protected by its age on the day that is shown, so the
past never shows more than the present; of whom is masked today it begins where `Display.past_begins` says.
"""

from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from sqlalchemy import update

from linli_registry.context import Context, area_of
from linli_registry.history import repository
from linli_registry.history.domain import as_of
from linli_registry.history.recording import Line, fields_confirmed, resident_changed
from linli_registry.history.schemas import Confirm
from linli_registry.households import repository as households
from linli_registry.households.service import view
from linli_registry.metadata import Row
from linli_registry.residents import repository as residents
from linli_registry.residents.display import Display
from linli_registry.residents.keys import ENCRYPTED
from linli_registry.residents.schemas import CONFIRMABLE
from linli_registry.residents.service import found
from linli_registry.residents.tables import resident

_PLAIN = (
    "name", "sex", "birth_date", "death_date", "document_kind", "division", "grid", "presence", "ethnic_group",
    "education", "marriage", "political_status", "hukou_division",
)  # fmt: skip


def past_day(context: Context, day: date) -> date:
    """Refuse the future: nothing is known of it."""
    if day > context.today:
        fault = "不能查看将来的情况", "The future cannot be read"
        raise Invalid(errors=[FieldError("/day", "registry.day_in_future", *fault)])
    return day


async def _on(db: Database, context: Context, viewer: Viewer, rows: list[Row], day: date) -> dict[UUID, dict[str, Any]]:
    """Return rows of people, with the columns they came with, as they were on `day`."""
    keys, tenant, people = context.keys(viewer), viewer.tenant, [row["id"] for row in rows]
    changes = await repository.changes_of_residents(db, tenant, people, keys)
    undone = await repository.undone_events(db, tenant, (c for one in changes.values() for c in one))
    stays = {row["resident"]: row for row in await repository.stays_of(db, tenant, people, day)}
    homes = {row["household"]: row["dwelling"] for row in stays.values()}
    addresses = await repository.addresses_on(db, tenant, homes, day)
    shown: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        known: dict[str, Any] = dict(row)  # type: ignore[call-overload]
        stated = {name: _text(known[name]) for name in _PLAIN if name in known}
        open_ = {name: keys.open(name, known[name], row["id"]) for name in ENCRYPTED if name in known}
        was = as_of(stated | open_, changes.get(row["id"], ()), undone, day)
        shown[row["id"]] = known | _columns(was, known, keys, row["id"]) | _stay(stays.get(row["id"]), addresses)
    names = await repository.division_names(
        db, {c for r in shown.values() for c in (r["division"], r.get("hukou_division")) if c}
    )
    grids = await repository.grid_names(db, tenant, {r["grid"] for r in shown.values() if r["grid"]})
    for one in shown.values():
        one["division_name"], one["grid_name"] = names.get(one["division"]), grids.get(one["grid"])
        one["hukou_division_name"] = names.get(one.get("hukou_division") or "")
    return shown


def _text(value: Any) -> str | None:
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def _columns(was: dict[str, Any], known: dict[str, Any], keys: Any, key: UUID) -> dict[str, Any]:
    """Return stored forms of the values of a day."""
    columns: dict[str, Any] = {name: was[name] for name in _PLAIN if name in known}
    for name in ("birth_date", "death_date"):
        if name in columns:
            columns[name] = date.fromisoformat(columns[name]) if columns[name] else None
    if "grid" in columns:
        columns["grid"] = UUID(columns["grid"]) if columns["grid"] else None
    for name in ENCRYPTED:
        if name in known:
            columns[name] = keys.encrypt(name, was[name], key) if was[name] else None
    return columns


def _stay(stay: Row | None, addresses: dict[UUID, str | None]) -> dict[str, Any]:
    if stay is None:
        return {"household": None, "relation": None, "since": None, "address": None, "household_number": None}
    here = {"household": stay["household"], "relation": stay["relation"], "since": stay["since"]}
    return here | {"address": addresses.get(stay["household"]), "household_number": stay["number"]}


def _display(context: Context, viewer: Viewer, day: date) -> Display:
    return Display(viewer, context.profile(viewer), context.keys(viewer), day)


class PastNotTold(NotFound):
    """One answer for every day before the past of somebody who is masked begins, whether born by then or not."""

    code = "registry.past_not_told"
    zh = "对您隐去姓名的人，出生当年及以前的情况不显示"
    en = "Of a person whose name is hidden from you nothing is shown up to the year of birth"


async def resident_on(db: Database, context: Context, viewer: Viewer, key: UUID, day: date) -> dict[str, Any]:
    """Return one person as of a past day; before the birth there is nobody."""
    past_day(context, day)
    row = await found(db, viewer, key)
    today = context.display(viewer)
    if today.hides(row) and not today.tells(row, day):
        raise PastNotTold
    entered = await repository.registered_at(db, viewer.tenant, key)
    was = (await _on(db, context, viewer, [row], day))[key]
    if entered is None or (was["birth_date"] and day < was["birth_date"]):
        raise NotFound
    registered = today.day_told(row, entered["created_at"].astimezone(SHANGHAI).date())
    return _display(context, viewer, day).full(was) | {"as_of": day, "registered_on": registered}


async def household_on(
    db: Database, context: Context, viewer: Viewer, key: UUID, day: date
) -> tuple[dict[str, Any], list[UUID]]:
    """Return a household as of a past day and who was in it; before it was opened there is none."""
    past_day(context, day)
    row = await households.find_one(db, area_of(viewer), key)
    if row is None or day < row["opened_on"]:
        raise NotFound
    stays = await repository.members_on(db, viewer.tenant, key, day)
    here = [stay["resident"] for stay in stays]
    today = context.display(viewer)
    rows = [one for one in await repository.briefs(db, viewer.tenant, here) if today.tells(one, day)]
    was = await _on(db, context, viewer, rows, day)
    home: dict[str, Any] = dict(row)  # type: ignore[call-overload]
    stated = {name: _text(home[name]) for name in ("number", "grid", "dwelling")}
    home |= (await repository.records_on(db, viewer.tenant, {key: stated}, day))[key]
    home["grid"] = UUID(home["grid"]) if home["grid"] else None
    home["grid_name"] = (
        (await repository.grid_names(db, viewer.tenant, [home["grid"]])).get(home["grid"]) if home["grid"] else None
    )
    home["address"] = (await repository.addresses_on(db, viewer.tenant, {key: row["dwelling"]}, day))[key]
    if home["closed_on"] is not None and day < home["closed_on"]:
        home["closed_on"] = None
    people = [person for person in here if person in was]
    return view(_display(context, viewer, day), home, [was[one] for one in people]) | {"as_of": day}, people


async def kinship_on(
    db: Database, context: Context, viewer: Viewer, key: UUID, day: date
) -> tuple[dict[str, Any], list[UUID], list[dict[str, Any]], list[Row]]:
    """Return a household of a past day, its members, their relatives as they were, and the links that held."""
    shown, members = await household_on(db, context, viewer, key, day)
    rows, links = await households.relatives(db, viewer, members, day)
    today = context.display(viewer)
    rows = [one for one in rows if today.tells(one, day)]
    told = {*members, *(one["id"] for one in rows)}
    links = [link for link in links if {link["a"], link["b"]} <= told]
    was, display = await _on(db, context, viewer, rows, day), _display(context, viewer, day)
    return shown, members, [display.brief(was[row["id"]]) for row in rows], links


async def lines(
    db: Database, context: Context, viewer: Viewer, key: UUID, after: tuple[int, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Return the history, newest first; values are left out where the viewer may not see them."""
    display = context.display(viewer)
    person = await found(db, viewer, key)
    hidden = display.hides(person)
    keys = context.keys(viewer)
    shown = []
    for row in await repository.lines(db, viewer, key, after, limit):
        values = {name: row[name] for name in ("version", "source", "reason")}
        values |= {
            "id": str(row["id"]),
            "at": row["at"].isoformat(),
            "day": display.day_told(person, row["day"]),
            "actor": str(row["actor"]),
        }
        values |= {"event": row["event"], "event_kind": row["kind"], "evidence": row["evidence"] or []}
        values["undone"] = row["event"] is not None and bool(row["undone"])
        told = dict(row["changes"])
        if row["sealed"] is not None:
            told |= {
                n: [display.mask(n, v) for v in pair]
                for n, pair in repository.fields_of(row, keys).items()
                if n in ENCRYPTED
            }
        values["changes"] = dict.fromkeys(told, "changed") if hidden else told
        shown.append(values)
    return shown


async def confirmations(db: Database, context: Context, viewer: Viewer, key: UUID) -> list[dict[str, Any]]:
    """Return for each field when it was last confirmed: by a confirmation, a change, or the registration."""
    await found(db, viewer, key)
    entered = await repository.registered_at(db, viewer.tenant, key)
    if entered is None:
        raise NotFound
    latest = dict.fromkeys(CONFIRMABLE, (entered["created_at"], None, "registration"))
    for row in await repository.newest_changes(db, viewer.tenant, key):
        for name in row["changes"].keys() & latest.keys():
            latest[name] = max((row["at"], row["actor"], row["source"]), latest[name], key=lambda told: told[0])
    for row in await repository.confirmations(db, viewer.tenant, key):
        if row["field"] in latest:
            told = (row["at"], row["actor"], row["source"])
            latest[row["field"]] = max(told, latest[row["field"]], key=lambda known: known[0])
    return [
        {"field": name, "at": at.isoformat(), "by": None if by is None else str(by), "source": source}
        for name, (at, by, source) in latest.items()
    ]


async def confirm(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: Confirm
) -> list[dict[str, Any]]:
    """Keep that somebody checked these fields of the record as it is in `version`."""
    row = await residents.locked(tx, viewer, key)
    if row["version"] != version:
        raise StaleVersion
    fields: list[str] = [name for name in CONFIRMABLE if name in asked.fields]
    await fields_confirmed(tx, viewer, key, fields, asked.source)
    line = Line(viewer.subject, context.today, asked.reason, asked.source)
    await resident_changed(tx, line, key, version, {"confirmed": {"fields": fields}})
    if len(fields) == len(CONFIRMABLE):
        whole = update(resident).where(resident.c.tenant == viewer.tenant, resident.c.id == key)
        await tx.execute(whole.values(confirmed_at=tx.now, confirmed_by=viewer.subject))
    detail = {"fields": fields, "source": asked.source}
    act = Act(action="resident.confirm", object_kind="resident", object_id=key, people=[key], detail=detail)
    tx.record(act)
    told = {"at": tx.now.isoformat(), "by": str(viewer.subject), "source": asked.source}
    return [{"field": name, **told} for name in fields]


async def record_lines(db: Database, viewer: Viewer, key: UUID) -> list[dict[str, Any]]:
    """Return the history of a household, dwelling, grid or area that the viewer was found to see."""
    rows = await repository.record_lines(db, viewer.tenant, key)
    names = ("id", "day", "at", "actor", "source", "reason", "changes")
    return [{name: row[name] for name in names} for row in rows]
