"""Queries over flags and rules. A viewer sees the flags of its area, but none that is about itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.scope import division_range, in_divisions, in_scope
from sqlalchemy import ColumnElement, Select, Uuid, and_, func, not_, select, tuple_, update
from sqlalchemy.dialects.postgresql import array, insert

from linli_supervision.flags.detectors.duties import THE_COMMITTEES
from linli_supervision.flags.facts import Finding
from linli_supervision.flags.rules import Rule
from linli_supervision.flags.schemas import FlagFilter
from linli_supervision.flags.tables import flag, flag_rule, flag_step, flag_watch
from linli_supervision.flags.workflow import State
from linli_supervision.rows import Row

_f, _s, _r, _w = flag.c, flag_step.c, flag_rule.c, flag_watch.c


def not_about(viewer: Viewer) -> ColumnElement[bool]:
    """Whoever a flag is about does not read what is being looked into; a meeting not held is about the committee itself."""
    apart = not_(_f.subjects.contains(array([viewer.subject], type_=Uuid(as_uuid=True))))
    if viewer.role is not Role.SUPERVISOR:
        return apart
    return and_(apart, func.coalesce(_f.facts["duty"].astext, "") != THE_COMMITTEES)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    return and_(in_scope(viewer, _f.tenant, _f.division), not_about(viewer))


def one(viewer: Viewer, flag_id: UUID) -> Select[Any]:
    return select(flag).where(visible(viewer), _f.id == flag_id)


def listing(
    viewer: Viewer, wanted: FlagFilter, before: UUID | None, limit: int, *, waiting: bool = False
) -> Select[Any]:
    """Newest first; `waiting`: only those that wait for somebody."""
    statement = _filtered(select(flag).where(visible(viewer)), wanted)
    if wanted.state is not None:
        statement = statement.where(_f.state == wanted.state)
    if waiting:
        statement = statement.where(_f.state != State.CLOSED.value)
    if before is not None:
        statement = statement.where(_f.id < before)
    return statement.order_by(_f.id.desc()).limit(limit + 1)


def by_state(viewer: Viewer, wanted: FlagFilter) -> Select[Any]:
    """How many there are in each state under the other conditions."""
    return _filtered(select(_f.state, func.count().label("flags")).where(visible(viewer)), wanted).group_by(_f.state)


def _filtered(statement: Select[Any], wanted: FlagFilter) -> Select[Any]:
    for column, value in ((_f.rule, wanted.rule), (_f.severity, wanted.severity), (_f.owner, wanted.owner)):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.division is not None:
        low, high = division_range(wanted.division)
        statement = statement.where(_f.division >= low, _f.division < high)
    return statement


def steps(tenant: str, flag_id: UUID) -> Select[Any]:
    return select(flag_step).where(_s.tenant == tenant, _s.flag_id == flag_id).order_by(_s.number)


async def add_step(tx: Tx, values: dict[str, Any]) -> None:
    number = select(func.count() + 1).where(_s.tenant == tx.tenant, _s.flag_id == values["flag_id"]).scalar_subquery()
    await tx.execute(insert(flag_step).values(tenant=tx.tenant, number=number, **values))


async def store(tx: Tx, flag_id: UUID, values: dict[str, Any]) -> None:
    changed = update(flag).where(_f.tenant == tx.tenant, _f.id == flag_id)
    await tx.execute(changed.values(version=_f.version + 1, **values))


async def add(tx: Tx, rule: Rule, found: Iterable[tuple[Finding, str]]) -> Sequence[Row]:
    """Keep flags, each with its division; returns id, key and division of those whose fact had none before."""
    shared = {
        "tenant": tx.tenant,
        "rule": rule.id,
        "severity": rule.file.severity,
        "state": State.OPEN.value,
        "thresholds": rule.thresholds.model_dump(mode="json"),
        "raised_at": tx.now,
    }
    rows = [
        shared
        | {
            "id": new_id(),
            "key": finding.key,
            "division": division,
            "subjects": [UUID(account) for account in finding.subjects],
            "entries": list(finding.entries),
            "facts": dict(finding.facts),
            "case_id": UUID(finding.case_id) if finding.case_id else None,
            "happened_at": finding.at,
        }
        for finding, division in found
    ]
    return await tx.all(insert(flag).values(rows).on_conflict_do_nothing().returning(_f.id, _f.key, _f.division))


async def known(db: Database, tenant: str, rule: str, keys: Sequence[str]) -> set[str]:
    """Which of these facts are flags already."""
    if not keys:
        return set()
    rows = await db.fetch_all(select(_f.key).where(_f.tenant == tenant, _f.rule == rule, _f.key.in_(keys)))
    return {row["key"] for row in rows}


async def changes(db: Database, tenant: str) -> dict[str, Row]:
    """What a county changed of the rules."""
    return {row["rule"]: row for row in await db.fetch_all(select(flag_rule).where(_r.tenant == tenant))}


async def change(tx: Tx, rule: Rule, by: UUID, version: int) -> bool:
    """Keep what a county decided of a rule; False when somebody was quicker. Version 0: the file's."""
    values = {"on": rule.on, "thresholds": rule.thresholds.model_dump(mode="json"), "changed_by": by}
    values["changed_at"] = tx.now
    if version:
        held = and_(_r.tenant == tx.tenant, _r.rule == rule.id, _r.version == version)
        changed = update(flag_rule).where(held).values(**values, version=version + 1)
        return await tx.scalar(changed.returning(_r.version)) is not None
    made = insert(flag_rule).values(tenant=tx.tenant, rule=rule.id, version=1, **values).on_conflict_do_nothing()
    return await tx.scalar(made.returning(_r.version)) is not None


async def looked(db: Database, tenant: str) -> dict[str, datetime]:
    rows = await db.fetch_all(select(flag_watch).where(_w.tenant == tenant))
    return {row["rule"]: row["looked_at"] for row in rows}


async def keep_looked(tx: Tx, rule: str) -> None:
    made = insert(flag_watch).values(tenant=tx.tenant, rule=rule, looked_at=tx.now)
    await tx.execute(made.on_conflict_do_update(index_elements=["tenant", "rule"], set_={"looked_at": tx.now}))


async def open_by_rule(db: Database, viewer: Viewer) -> dict[str, int]:
    """Flags of the viewer's area that wait for somebody, by rule."""
    statement = select(_f.rule, func.count().label("flags")).where(visible(viewer), _f.state != State.CLOSED.value)
    return {row["rule"]: row["flags"] for row in await db.fetch_all(statement.group_by(_f.rule))}


def public_counts(tenant: str, codes: Sequence[str], year: int) -> Select[Any]:
    """Flags of a year by rule and finding; those that are not closed have none."""
    start, end = (datetime(one, 1, 1, tzinfo=SHANGHAI) for one in (year, year + 1))
    statement = select(_f.rule, _f.finding, func.count().label("flags"))
    statement = statement.where(_f.tenant == tenant, in_divisions(codes, _f.division))
    return statement.where(_f.happened_at >= start, _f.happened_at < end).group_by(_f.rule, _f.finding)


def public_findings(tenant: str, codes: Sequence[str], before: tuple[datetime, UUID] | None, limit: int) -> Select[Any]:
    """Closed flags, the last one closed first."""
    statement = select(_f.id, _f.rule, _f.happened_at, _f.ended_at, _f.finding)
    statement = statement.where(_f.tenant == tenant, in_divisions(codes, _f.division), _f.state == State.CLOSED.value)
    if before is not None:
        statement = statement.where(tuple_(_f.ended_at, _f.id) < before)
    return statement.order_by(_f.ended_at.desc(), _f.id.desc()).limit(limit + 1)
