"""The statements behind search: one index range each, in page order, so that a page costs the same in a county of a
hundred thousand as in one of a million.

A page is read in two steps: ids in order (index only), then what is shown of them by primary key. A scope of one
village is an equality and uses the indexes that begin with (tenant, division); a wider one uses those that carry the
division at their end. Matches at the beginning come before matches inside, those before former names and further
phones: arms with a phase in the cursor, so that nobody is found twice and a full page never looks further.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from uuid import UUID

from linli_kernel.database import HotQuery
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    collate,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from linli_registry.divisions.tables import division
from linli_registry.grids.tables import dwelling, grid
from linli_registry.households.tables import household, membership
from linli_registry.metadata import Bytewise, Id, prefix_range
from linli_registry.residents.also_known import former_name, further_phone
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.names import query_grams
from linli_registry.residents.recognise import Look
from linli_registry.residents.tables import resident

NIL = UUID(int=0)
# Written out: behind a parameter the planner could not match it with the condition of the partial index.
NOT_VOID = text("resident.presence <> 'void'")
Width = Literal["village", "wide"]
Position = tuple[int, str, UUID]
START: Position = (0, "", NIL)
PHASES = (0, 1, 2, 3)
_r, _m, _h, _w, _f, _p = resident.c, membership.c, household.c, dwelling.c, former_name.c, further_phone.c


@dataclass(frozen=True)
class Area:
    """Where to look: a viewer's division prefixes, narrowed by the request, and grids if bound to some."""

    tenant: str
    prefixes: tuple[str, ...]
    grids: tuple[UUID, ...] = ()

    @property
    def width(self) -> Width:
        return "village" if len(self.prefixes) == 1 and len(self.prefixes[0]) == 12 else "wide"

    def parameters(self) -> dict[str, Any]:
        values: dict[str, Any] = {"tenant": self.tenant, "grids": list(self.grids)}
        values |= {f"prefix_{n}": prefix for n, prefix in enumerate(self.prefixes)}
        return values | {"division": self.prefixes[0]} if self.width == "village" else values


def inside(column: ColumnElement[str], width: Width, prefixes: int) -> ColumnElement[bool]:
    """The area as bind parameters, for statements that are compiled once.

    A wide area is a function of the column and no range: under a generic plan a range looks so selective that the
    planner would enter by it and skip through every village.
    """
    if width == "village":
        return column == bindparam("division", type_=Bytewise)
    return or_(*(func.starts_with(column, bindparam(f"prefix_{n}", type_=Bytewise)) for n in range(prefixes)))


def in_grids(column: ColumnElement[Any], bound: bool) -> ColumnElement[bool]:
    return column == func.any(bindparam("grids", type_=ARRAY(Id))) if bound else true()


def _text(name: str) -> ColumnElement[str]:
    return bindparam(name, type_=Bytewise)


def _arm(
    phase: int, key: ColumnElement[str], identity: ColumnElement[Any], condition: ColumnElement[bool]
) -> Select[Any]:
    """One arm of a page: rows after the cursor of its phase in the order of `key`."""
    return (
        select(literal_column(str(phase)).label("phase"), key.label("key"), identity.label("id"))
        .where(
            condition,
            bindparam("phase", type_=Integer) <= literal_column(str(phase)),
            tuple_(key, identity) > tuple_(_text(f"after_{phase}"), bindparam(f"after_id_{phase}", type_=Id)),
        )
        .order_by(key, identity)
        .limit(bindparam("limit", type_=Integer))
    )


def _together(*arms: Select[Any]) -> HotQuery:
    """Append the arms: a page filled by the first never runs the second.

    PostgreSQL runs an Append of limited arms in their written order (it never makes one parallel).
    """
    if len(arms) == 1:
        return HotQuery(arms[0])
    joined = union_all(*(select(arm.subquery()) for arm in arms)).subquery()
    return HotQuery(select(joined).limit(bindparam("limit", type_=Integer)))


def _few(condition: ColumnElement[bool]) -> HotQuery:
    """Few rows by a hash, sorted: an expression as key, or the planner would walk a village in the order of names."""
    return _together(_arm(0, _r.name.concat(""), _r.id, condition))


@cache
def page_query(kind: str, width: Width, prefixes: int, grids: bool, extra: bool) -> HotQuery:
    """Return the statement of a kind of look; `extra` is a name beside a number's tail, or a part inside a name."""
    area = and_(_r.tenant == _text("tenant"), inside(_r.division, width, prefixes), in_grids(_r.grid, grids))

    # Beside another table a village is no way in: the planner would read all of it and look up each.
    beside = and_(_r.tenant == _text("tenant"), inside(_r.division, "wide", prefixes), in_grids(_r.grid, grids))

    def between(column: ColumnElement[str]) -> ColumnElement[bool]:
        return and_(column >= _text("from"), column < _text("to"))

    def below(column: ColumnElement[str]) -> ColumnElement[bool]:
        # The lower bound is the cursor, which starts at "from": with two lower bounds the scan begins at the wrong one.
        return column < _text("to")

    match kind:
        case "pinyin":
            first = _arm(0, _r.pinyin, _r.id, and_(area, below(_r.pinyin)))
            return _together(first, _formerly(2, ("pinyin",), beside))
        case "initials":
            first = _arm(0, _r.initials, _r.id, and_(area, below(_r.initials)))
            return _together(first, _formerly(2, ("initials",), beside))
        case "pinyin_or_initials":
            other = and_(area, below(_r.initials), ~between(_r.pinyin))
            first = _arm(0, _r.pinyin, _r.id, and_(area, below(_r.pinyin)))
            tried = ("pinyin", "initials")
            before = _formerly(2, tried[:1], beside, now=tried), _formerly(3, tried, beside)
            return _together(first, _arm(1, _r.initials, _r.id, other), *before)
        case "name":
            first = _arm(0, _r.name, _r.id, and_(area, below(_r.name)))
            earlier = _formerly(2, ("name",), beside, inner=extra)
            if not extra:
                return _together(first, earlier)
            found = and_(area, func.strpos(_r.name, _text("from")) > 1)
            if width == "village":
                return _together(first, _arm(1, _r.name, _r.id, found), earlier)
            # The grams alone choose the rows: they carry the tenant. Under another collation the tenant fits no index,
            # and the cursor is an expression, so that no second index of a whole county is read beside them.
            own = _r.tenant == collate(bindparam("tenant", type_=Bytewise), "POSIX")
            part = and_(own, inside(_r.division, width, prefixes), in_grids(_r.grid, grids))
            inner = func.strpos(_r.name, _text("from")) > 1
            found = and_(_r.grams.contains(bindparam("grams", type_=ARRAY(Bytewise))), part, inner)
            return _together(first, _arm(1, _r.name.concat(""), _r.id, found), earlier)
        case "identity_tail":
            condition = and_(area, _r.tail_index == bindparam("index", type_=_r.tail_index.type))
            return _few(and_(condition, between(_r.name)) if extra else condition)
        case "phone":
            return _phone_query(area, beside)
        case "address":
            return _address_query(width, prefixes, grids)
    raise ValueError(kind)


def _formerly(
    phase: int, keys: tuple[str, ...], beside: ColumnElement[bool], *, now: tuple[str, ...] = (), inner: bool = False
) -> Select[Any]:
    """People by the beginning of a name they had, by the last of `keys` of it, once each.

    Left out is who was found before: by the present name (its keys `now`, by default the same; `inner`: by a part of it),
    by another former name, or by one of the keys before. The index of former names is entered by the key; the cursor's
    key is a bound of its own, as in `_address_query`.
    """
    key, again = _f[keys[-1]], former_name.alias("again")
    # An expression, or the planner would enter by the name and read every earlier one.
    smaller = tuple_(again.c[keys[-1]].concat(""), again.c.id) < tuple_(key, _f.id)
    before = and_(func.starts_with(again.c[keys[-1]], _text("from")), smaller)
    by_other_key = (func.starts_with(again.c[name], _text("from")) for name in keys[:-1])
    same = and_(again.c.tenant == _f.tenant, again.c.resident == _f.resident, again.c.removed_at.is_(None))
    places = (func.strpos(_r[name], _text("from")) for name in now or keys)
    missed = and_(*(place == 0 if inner else place != 1 for place in places))
    own = and_(_r.tenant == _f.tenant, _r.id == _f.resident, beside, NOT_VOID, missed)
    # An offset keeps it a look-up of each: joined, the planner would begin with all residents of the area.
    there = select(_r.id).where(own).correlate(former_name).offset(literal_column("0"))
    condition = and_(
        _f.tenant == _text("tenant"),
        _f.removed_at.is_(None),
        key >= _text(f"after_{phase}"),
        key < _text("to"),
        there.exists(),
        ~exists().where(same, or_(before, *by_other_key)),
    )
    return _arm(phase, key, _f.resident, condition)


def _phone_query(area: ColumnElement[bool], beside: ColumnElement[bool]) -> HotQuery:
    """Whose first phone it is, then whose further one; a few rows each."""
    index = bindparam("index", type_=_r.phone_index.type)
    further = and_(
        beside,
        NOT_VOID,
        _p.tenant == _text("tenant"),
        _p.removed_at.is_(None),
        _p.phone_index == index,
        _r.phone_index.is_distinct_from(index),
    )
    joined = further_phone.join(resident, and_(_r.tenant == _p.tenant, _r.id == _p.resident))
    return _together(
        _arm(0, _r.name.concat(""), _r.id, and_(area, _r.phone_index == index)),
        _arm(1, _r.name.concat(""), _r.id, further).select_from(joined),
    )


def _address_query(width: Width, prefixes: int, grids: bool) -> HotQuery:
    """Dwellings in the order of their addresses with the people of their households.

    In a village also a part inside the address is found; a wider area needs the address from the village's name on.
    """
    area = and_(_w.tenant == _text("tenant"), inside(_w.division, width, prefixes), in_grids(_w.grid, grids))
    joined = dwelling.join(household, and_(_h.tenant == _w.tenant, _h.dwelling == _w.id, _h.closed_on.is_(None))).join(
        membership, and_(_m.tenant == _h.tenant, _m.household == _h.id, _m.until.is_(None))
    )
    # The pair (address, resident) is in no index, so the cursor's address is a bound of its own: only its dwelling is
    # read again from the beginning.
    prefix = and_(_w.address >= _text("after_0"), _w.address < _text("to"))
    arms = [_arm(0, _w.address, _m.resident, and_(area, prefix))]
    if width == "village":
        part = func.strpos(_w.address, _text("from")) > 1
        arms.append(_arm(1, _w.address, _m.resident, and_(area, part, _w.address >= _text("after_1"))))
    return _together(*(arm.select_from(joined) for arm in arms))


def page_request(
    look: Look, area: Area, keys: ResidentKeys, after: Position, limit: int
) -> tuple[HotQuery, dict[str, Any]]:
    """Return the statement and its values for one page of `look`."""
    phase, key, last = after
    values: dict[str, Any] = area.parameters() | {"limit": limit, "phase": phase}
    start = look.pinyin or look.address or look.name
    values["from"], values["to"] = prefix_range(start)
    for n in PHASES:
        inner = n == 1 and look.kind in ("name", "address")
        begin = "" if inner or look.kind in ("phone", "identity_number") else start
        values[f"after_{n}"], values[f"after_id_{n}"] = max((begin, NIL), (key, last)) if n == phase else (begin, NIL)
    extra = bool(look.name) if look.kind != "name" else len(look.name) > 1 or area.width == "village"
    match look.kind:
        case "phone":
            values["index"] = keys.phone_index(look.phone)
        case "identity_tail":
            values["index"] = keys.tail_index(look.tail)
    if look.kind == "name" and extra:
        values["grams"] = query_grams(area.tenant, look.name)
    return page_query(look.kind, area.width, len(area.prefixes), bool(area.grids), extra), values


def brief_columns() -> Select[Any]:
    """What a list shows of a resident, with household, grid and division joined by key."""
    joined = (
        resident.outerjoin(membership, and_(_m.tenant == _r.tenant, _m.resident == _r.id, _m.until.is_(None)))
        .outerjoin(household, and_(_h.tenant == _r.tenant, _h.id == _m.household))
        .outerjoin(dwelling, and_(_w.tenant == _r.tenant, _w.id == _h.dwelling))
        .outerjoin(grid, and_(grid.c.tenant == _r.tenant, grid.c.id == _r.grid))
        .outerjoin(division, division.c.code == _r.division)
    )
    return select(
        _r.id,
        _r.name,
        _r.sex,
        _r.birth_date,
        _r.document_kind,
        _r.identity_number,
        _r.phone,
        _r.division,
        division.c.search_name.label("division_name"),
        grid.c.name.label("grid_name"),
        _m.household,
        _m.relation,
        _m.since,
        _r.presence,
        _w.address,
        _r.death_date,
    ).select_from(joined)


def by_ids() -> ColumnElement[bool]:
    return and_(_r.tenant == _text("tenant"), _r.id == func.any(bindparam("ids", type_=ARRAY(Id))))


@cache
def briefs_query(prefixes: int, grids: bool) -> HotQuery:
    """The rows of a page. The area is named again: an id alone never opens a row."""
    area = and_(inside(_r.division, "wide", prefixes), in_grids(_r.grid, grids), NOT_VOID)
    return HotQuery(brief_columns().where(by_ids(), area))


@cache
def number_query(prefixes: int, grids: bool) -> HotQuery:
    """The one resident with a number, in a single step."""
    area = and_(_r.tenant == _text("tenant"), inside(_r.division, "wide", prefixes), in_grids(_r.grid, grids), NOT_VOID)
    return HotQuery(brief_columns().where(area, _r.number_index == bindparam("index", type_=_r.number_index.type)))
