"""What can be done with residents: find, show, reveal, fill forms, register, change. Nothing here commits."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.pagination import Cursor

from linli_registry import events
from linli_registry.context import Context, area_of
from linli_registry.duplicates.domain import COMPARED
from linli_registry.duplicates.errors import RecordMerged
from linli_registry.duplicates.repository import standing
from linli_registry.duplicates.scanning import look_around
from linli_registry.history.recording import Line, fields_confirmed, resident_changed
from linli_registry.households import repository as households
from linli_registry.metadata import Row
from linli_registry.policy import FULL_VIEW_OF_CHILDREN
from linli_registry.residents import recognise, repository
from linli_registry.residents.also_known import keep_former_name, phones
from linli_registry.residents.display import CHILD_BELOW, age_on, relation_name
from linli_registry.residents.errors import ChildProtected, IdentityNumberKept, RevealNotAllowed
from linli_registry.residents.keys import ENCRYPTED
from linli_registry.residents.recognise import Look, NotRecognised
from linli_registry.residents.returning import not_by_an_edit, number_of_somebody_else
from linli_registry.residents.schemas import (
    CONFIRMABLE,
    PREFILL_FIELDS,
    NewResident,
    ResidentPatch,
    RevealRequest,
    Search,
)
from linli_registry.residents.search import START
from linli_registry.residents.values import Checked, check, check_against, differences, needed, secrets, stored

_NAMED: dict[str, Callable[[str], Look]] = {
    "identity_number": recognise.by_number,
    "phone": recognise.by_phone,
    "identity_tail": recognise.by_tail,
    "name": recognise.by_name,
    "pinyin": recognise.by_pinyin,
    "address": recognise.by_address,
}

SECOND_READING = 10
"""Added to the phase of a cursor whose page was found by the second reading of the words."""


def look_of(asked: Search) -> Look:
    """Return what is asked for, or raise Invalid with the reason at its field."""
    given = {name: value for name in _NAMED if (value := getattr(asked, name)) is not None}
    if (asked.q is not None) == bool(given) or (len(given) > 1 and set(given) != {"name", "identity_tail"}):
        zh, en = "请填写一个查询条件（后四位可加姓名）", "Give one criterion (the last four digits may go with a name)"
        raise Invalid(errors=[FieldError("/q", "registry.one_criterion", zh, en)])
    field = "q" if asked.q is not None else next(name for name in _NAMED if name in given)
    try:
        if asked.q is not None:
            return recognise.recognise(asked.q)
        if field == "identity_tail":
            return recognise.by_tail(given["identity_tail"], given.get("name", ""))
        return _NAMED[field](given[field])
    except NotRecognised as error:
        raise _not_understood(field, error) from None


def _not_understood(field: str, error: NotRecognised) -> Invalid:
    return Invalid(errors=[FieldError(f"/{field}", error.code, error.zh, error.en)])


async def find(db: Database, context: Context, viewer: Viewer, asked: Search) -> tuple[dict[str, Any], Act]:
    """Return a page and the entry for it."""
    look, area = look_of(asked), context.area(viewer, asked.division)
    after = Cursor.parse(asked.cursor, int, str, UUID)
    display = context.display(viewer)
    position = (after[0], after[1], after[2]) if after else START
    second = position[0] >= SECOND_READING
    if second:
        look, position = look.otherwise or look, (position[0] - SECOND_READING, *position[1:])
    rows: list[Row] = []
    following = None
    if area.prefixes:
        rows, following = await repository.find_page(db, look, area, display.keys, position, asked.limit)
        if not rows and not after and (other := look.otherwise) is not None:
            rows, following = await repository.find_page(db, other, area, display.keys, START, asked.limit)
            look, second = (other, True) if rows else (look, False)
    if not rows and look.unsure:
        raise _not_understood("q", recognise.incomplete())
    if following and second:
        following = (following[0] + SECOND_READING, *following[1:])
    page = {
        "items": [display.brief(row) for row in rows],
        "next_cursor": Cursor.encode(following) if following else None,
        "recognised_as": look.kind,
    }
    act = Act(
        action="resident.search",
        object_kind="resident",
        object_id=str(rows[0]["id"]) if len(rows) == 1 else "",
        people=[row["id"] for row in rows],
        detail={"recognised_as": look.kind, "count": len(rows)},
    )
    return page, act


async def names(db: Database, context: Context, viewer: Viewer, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """Those of these people who are in the viewer's area, as a list shows them."""
    display = context.display(viewer)
    return [display.brief(row) for row in await repository.by_ids(db, area_of(viewer), ids)]


async def show(db: Database, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    row = await repository.find_one(db, area_of(viewer), key)
    if row is None:
        raise NotFound
    shown = context.display(viewer).full(row)
    if row["presence"] == "void":
        merged_into = await standing(db, viewer.tenant, key)
        if merged_into is None:
            raise NotFound
        shown["merged_into"] = str(merged_into)
    return shown


async def show_in(tx: Tx, context: Context, viewer: Viewer, key: UUID) -> dict[str, Any]:
    """Like `show`, with what this transaction has written."""
    row = await repository.find_one_in(tx, area_of(viewer), key)
    if row is None:
        raise NotFound
    return context.display(viewer).full(row)


async def found(db: Database, viewer: Viewer, key: UUID) -> Row:
    row = await repository.find_one(db, area_of(viewer), key)
    if row is None:
        raise NotFound
    if row["presence"] == "void":
        if await standing(db, viewer.tenant, key) is not None:
            raise RecordMerged
        raise NotFound
    return row


def _protect_child(context: Context, viewer: Viewer, row: Row) -> None:
    age = age_on(row["birth_date"], context.today)
    if age is not None and age < CHILD_BELOW and viewer.role not in FULL_VIEW_OF_CHILDREN:
        raise ChildProtected


async def reveal(tx: Tx, context: Context, viewer: Viewer, key: UUID, asked: RevealRequest) -> dict[str, Any]:
    """Return whole values for a minute; the purpose is kept, the values are not."""
    rules = context.profile(viewer).registry.reveal
    row = await found(tx.database, viewer, key)
    if viewer.role.value not in rules.roles:
        raise RevealNotAllowed
    _protect_child(context, viewer, row)
    if asked.purpose not in {purpose.code for purpose in rules.purposes}:
        zh = "请从列表中选择查看目的：" + "、".join(f"{p.name.zh}（{p.code}）" for p in rules.purposes)
        en = "Choose a purpose: " + ", ".join(p.code for p in rules.purposes)
        raise Invalid(errors=[FieldError("/purpose", "registry.purpose_unknown", zh, en)])
    keys, fields = context.keys(viewer), list(dict.fromkeys(asked.fields))
    values = {name: keys.open(name, row[name], str(key)) for name in fields if name in ENCRYPTED}
    if "address" in fields:
        values["address"] = row["address"]
    if "other_phones" in fields:
        others = await phones(tx.database, viewer, key)
        values["other_phones"] = "、".join(keys.open_phone(p["phone"], p["id"]) for p in others) or None
    seen = {
        "tenant": viewer.tenant,
        "id": new_id(),
        "resident": key,
        "division": row["division"],
        "actor": viewer.subject,
        "post": UUID(viewer.post) if viewer.post else None,
        "fields": fields,
        "purpose": asked.purpose,
        "purpose_text": asked.purpose_text,
        "case_id": asked.case_id,
        "at": tx.now,
        "expires_at": tx.now + timedelta(seconds=rules.seconds),
    }
    await repository.add_reveal(tx, seen)
    tx.record(
        Act(
            action="resident.reveal",
            object_kind="resident",
            object_id=key,
            people=[key],
            division=row["division"],
            purpose=asked.purpose,
            case_id=asked.case_id,
            detail={"fields": fields},
        )
    )
    return {"values": values, "expires_in": rules.seconds}


async def prefill(
    db: Database, context: Context, viewer: Viewer, key: UUID, fields: list[str]
) -> tuple[dict[str, Any], list[UUID]]:
    """Return whole values for the named form fields, only those, and whose they are.

    Of the others in the household a viewer gets what the screen would show.
    """
    unknown = [name for name in fields if name not in PREFILL_FIELDS]
    if unknown:
        fault = "登记库中没有这一项", "The registry has no such field"
        raise Invalid(
            errors=[FieldError(f"/fields/{fields.index(n)}", "registry.field_unknown", *fault) for n in unknown]
        )
    row = await found(db, viewer, key)
    _protect_child(context, viewer, row)
    keys = context.keys(viewer)
    values: dict[str, Any] = {}
    members: list[Row] = []
    if row["household"] is not None and {"head_name", "guardian_name", "members"} & set(fields):
        members = await households.open_members(db, area_of(viewer), row["household"])
    shown = [context.display(viewer).brief(member) for member in members]
    for name in fields:
        values[name] = _prefilled(name, row, shown, keys, context)
    filled = {"values": values, "version": row["version"], "confirmed_at": row["confirmed_at"].isoformat()}
    return filled, list(dict.fromkeys([key, *(member["id"] for member in members)]))


def _prefilled(name: str, row: Row, members: list[dict[str, Any]], keys: Any, context: Context) -> Any:
    match name:
        case "identity_number" | "phone" | "bank_account":
            return keys.open(name, row[name], str(row["id"]))
        case "birth_date":
            return row["birth_date"].isoformat() if row["birth_date"] else None
        case "age":
            return age_on(row["birth_date"], context.today)
        case "relation_name":
            return relation_name(row["relation"])
        case "head_name":
            return next((m["name"] for m in members if m["relation"] == "02"), None)
        case "guardian_name":
            return _guardian(row, members, context)
        case "members":
            return [{part: m[part] for part in ("name", "relation", "birth_date")} for m in members]
    return row[name]


def _guardian(row: Row, members: list[dict[str, Any]], context: Context) -> str | None:
    """For a minor the head, when of full age: a suggestion for the form, not a finding of guardianship."""
    age = age_on(row["birth_date"], context.today)
    if age is None or age >= 18:
        return None
    return next((m["name"] for m in members if m["relation"] == "02" and m["id"] != str(row["id"])), None)


async def register(
    tx: Tx, context: Context, viewer: Viewer, new: NewResident, *, source: str = "window", event: UUID | None = None
) -> tuple[UUID, Checked]:
    """Store a new resident in the viewer's area; households are entered by life events."""
    if not viewer.covers(new.division):
        raise NotFound
    given = new.model_dump(exclude_unset=True, exclude={"division", "grid_id", "reason", "source"})
    given.setdefault("presence", new.presence)
    key, keys = new_id(), context.keys(viewer)
    checked = check(given, {}, context.today)
    columns: dict[str, Any] = {"document_kind": "none", **stored(checked.values, keys, viewer.tenant, key)}
    faults = needed(columns)
    if not await repository.division_is_open(tx, new.division):
        faults.append(
            FieldError("/division", "registry.division_unknown", "没有这个村（社区）", "There is no such village")
        )
    elif new.grid_id and not await repository.grid_is_in(tx, viewer.tenant, new.grid_id, new.division):
        faults.append(
            FieldError("/grid_id", "registry.grid_unknown", "该村没有这个网格", "The village has no such grid")
        )
    if faults:
        raise Invalid(errors=faults)
    row = columns | {"tenant": viewer.tenant, "id": key, "division": new.division, "grid": new.grid_id}
    row |= {"created_at": tx.now, "confirmed_at": tx.now, "confirmed_by": viewer.subject}
    async with number_of_somebody_else(tx, columns):
        await repository.add(tx, row)
    line = Line(viewer.subject, context.today, new.reason, source, event)
    await resident_changed(tx, line, key, 1, {"registered": True})
    await look_around(tx, context.keyring, viewer.tenant, [key], "registration")
    tx.announce(events.registered(key, new.division, columns["presence"]))
    tx.record(
        Act(action="resident.register", object_kind="resident", object_id=key, people=[key], division=new.division)
    )
    return key, checked


async def change(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, patch: ResidentPatch) -> list[Any]:
    """Change fields of a resident that still has `version`; returns what was strange but accepted."""
    old = await repository.locked(tx, viewer, key)
    if old["version"] != version:
        raise StaleVersion
    day = patch.effective_on or context.today
    if day > context.today:
        fault = "生效日期不能晚于今天", "A change cannot hold from a day in the future"
        raise Invalid(errors=[FieldError("/effective_on", "registry.day_in_future", *fault)])
    given = patch.model_dump(exclude_unset=True, exclude={"reason", "source", "effective_on"})
    if "identity_number" in given and not given["identity_number"]:
        if old["identity_number"] is not None:
            raise IdentityNumberKept
        given.pop("identity_number")
    keys = context.keys(viewer)
    if "identity_number" not in given and (kept := keys.open("identity_number", old["identity_number"], str(key))):
        check_against(kept, given, context.today)
    checked = check(given, dict(old), context.today)
    found = differences(dict(old), checked.values, keys)
    if "presence" in found and old["presence"] == "moved_out":
        await not_by_an_edit(tx, viewer, key)
    columns = stored(checked.values, keys, viewer.tenant, key)
    columns |= {"confirmed_at": tx.now, "confirmed_by": viewer.subject}
    async with number_of_somebody_else(tx, columns):
        await repository.change(tx, viewer.tenant, key, version, columns)
    line = Line(viewer.subject, day, patch.reason, patch.source)
    hidden = secrets(dict(old), checked.values, found, keys)
    await resident_changed(tx, line, key, version + 1, found or {"confirmed": True}, hidden, keys)
    if "name" in found:
        await keep_former_name(tx, viewer, key, found["name"][0], day)
    await fields_confirmed(tx, viewer, key, list(given) or list(CONFIRMABLE), patch.source)
    if COMPARED & found.keys():
        await look_around(tx, context.keyring, viewer.tenant, [key], "change")
    if found:
        tx.announce(events.changed(key, old["division"], version + 1, sorted(found)))
    act = "resident.change" if found else "resident.confirm"
    detail = {"fields": sorted(found)}
    tx.record(
        Act(action=act, object_kind="resident", object_id=key, people=[key], division=old["division"], detail=detail)
    )
    return checked.warnings
