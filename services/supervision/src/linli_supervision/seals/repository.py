"""Queries over seals and uses, always within what the viewer may see.

A custodian sees the seals it holds a piece of and nothing else, wherever it lives.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli_kernel.identity import Role, Viewer
from linli_kernel.scope import in_scope
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_

from linli_supervision.seals.paper_tables import seal_stamped
from linli_supervision.seals.tables import (
    custodian_key,
    seal,
    seal_change,
    seal_custodian,
    seal_opening,
    seal_signature,
    seal_use,
)


def visible(viewer: Viewer) -> ColumnElement[bool]:
    scope = in_scope(viewer, seal.c.tenant, seal.c.division)
    if viewer.role is not Role.CUSTODIAN:
        return scope
    holds = exists().where(
        seal_custodian.c.tenant == seal.c.tenant,
        seal_custodian.c.seal_id == seal.c.id,
        seal_custodian.c.account == viewer.subject,
    )
    return and_(seal.c.tenant == viewer.tenant, holds)


def seals(viewer: Viewer, after: tuple[str, str, UUID] | None, limit: int) -> Select[Any]:
    """Seals by village and name, from behind the one that `after` names."""
    order = (seal.c.division, seal.c.name, seal.c.id)
    statement = select(seal).where(visible(viewer)).order_by(*order).limit(limit)
    return statement if after is None else statement.where(tuple_(*order) > after)


def one_seal(viewer: Viewer, seal_id: UUID) -> Select[Any]:
    return select(seal).where(visible(viewer), seal.c.id == seal_id)


def custodians(tenant: str, seal_ids: Sequence[UUID]) -> Select[Any]:
    """Custodians with their current keys, in the order of the pieces."""
    current = and_(
        custodian_key.c.tenant == seal_custodian.c.tenant,
        custodian_key.c.seal_id == seal_custodian.c.seal_id,
        custodian_key.c.position == seal_custodian.c.position,
        custodian_key.c.account == seal_custodian.c.account,
        custodian_key.c.replaced_at.is_(None),
    )
    return (
        select(
            seal_custodian,
            _waits("lost").label("key_lost"),
            _waits("identity").label("identity_asked"),
            custodian_key.c.id.label("key_id"),
            custodian_key.c.serial,
            custodian_key.c.thumbprint,
            custodian_key.c.certificate,
            custodian_key.c.not_after,
        )
        .select_from(seal_custodian.outerjoin(custodian_key, current))
        .where(seal_custodian.c.tenant == tenant, seal_custodian.c.seal_id.in_(seal_ids))
        .order_by(seal_custodian.c.seal_id, seal_custodian.c.position)
    )


def _waits(kind: str) -> ColumnElement[bool]:
    """Whether a change of this kind waits for its confirmation at a custodian's piece."""
    return exists().where(
        seal_change.c.tenant == seal_custodian.c.tenant,
        seal_change.c.seal_id == seal_custodian.c.seal_id,
        seal_change.c.kind == kind,
        seal_change.c.position == seal_custodian.c.position,
        seal_change.c.state == "waiting",
    )


# Everything of a use but its documents, which are large and encrypted.
_USE_COLUMNS = [column for column in seal_use.c if column.name not in {"document", "sealed_document"}]


_OF_THE_SEAL = (seal.c.method, seal.c.envelope, seal.c.reclose_minutes, seal.c.authority, seal.c.statutory_code)


def _papers() -> ColumnElement[Any]:
    """The papers of cases that a use of the seal of rubber is asked for."""
    named = select(func.array_agg(seal_stamped.c.document_id)).where(
        seal_stamped.c.tenant == seal_use.c.tenant,
        seal_stamped.c.use_id == seal_use.c.id,
        seal_stamped.c.document_id.is_not(None),
    )
    return named.scalar_subquery().label("papers")


def uses(viewer: Viewer) -> Select[Any]:
    joined = seal_use.join(seal, and_(seal.c.tenant == seal_use.c.tenant, seal.c.id == seal_use.c.seal_id))
    return (
        select(
            *_USE_COLUMNS,
            seal.c.name.label("seal_name"),
            seal.c.opening_minutes,
            seal.c.pieces,
            *_OF_THE_SEAL,
            _papers(),
        )
        .select_from(joined)
        .where(visible(viewer))
    )


def one_use(viewer: Viewer, use_id: UUID) -> Select[Any]:
    return uses(viewer).where(seal_use.c.id == use_id)


def of_case(viewer: Viewer, case_id: UUID) -> ColumnElement[bool]:
    """Uses for a document of the case, electronic or stamped."""
    stamped = select(seal_stamped.c.use_id).where(
        seal_stamped.c.tenant == viewer.tenant, seal_stamped.c.case_id == case_id
    )
    return or_(seal_use.c.case_id == case_id, seal_use.c.id.in_(stamped))


def of_document(viewer: Viewer, document_id: UUID) -> ColumnElement[bool]:
    """Uses for a document, electronic or stamped."""
    c = seal_stamped.c
    named = select(c.use_id).where(c.tenant == viewer.tenant, c.document_id == document_id)
    return or_(seal_use.c.document_id == document_id, seal_use.c.id.in_(named))


def alive(tenant: str, document_id: UUID) -> Select[Any]:
    """Uses of any seal that a document is under, or was stamped in; one that left it unstamped does not count."""
    c = seal_stamped.c
    by_hand = select(c.use_id).where(
        c.tenant == tenant,
        c.document_id == document_id,
        or_(c.copies_made.is_(None), and_(c.copies_made > 0, c.impressions_made > 0)),
    )
    return select(seal_use.c.id).where(
        seal_use.c.tenant == tenant,
        seal_use.c.state.not_in(("refused", "cancelled")),
        or_(seal_use.c.document_id == document_id, seal_use.c.id.in_(by_hand)),
    )


def hold_document(tenant: str, document_id: UUID) -> Select[Any]:
    """Hold what is asked for this document until the transaction ends: a document is under one use at a time."""
    return select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tenant}:{document_id}", 0)))


def seal_of_use(viewer: Viewer, use_id: UUID) -> Select[Any]:
    """Which seal a use belongs to, whoever may see it: the route below checks what the viewer may do."""
    return select(seal_use.c.seal_id).where(seal_use.c.tenant == viewer.tenant, seal_use.c.id == use_id)


def locked(viewer: Viewer, use_id: UUID) -> Select[Any]:
    """The use, held until the transaction ends: custodians who act at the same moment follow one another."""
    return one_use(viewer, use_id).with_for_update(of=seal_use)


def document_of(viewer: Viewer, use_id: UUID) -> Select[Any]:
    joined = seal_use.join(seal, and_(seal.c.tenant == seal_use.c.tenant, seal.c.id == seal_use.c.seal_id))
    return (
        select(seal_use.c.tenant, seal_use.c.id, seal_use.c.division, seal_use.c.document, seal_use.c.sealed_document)
        .select_from(joined)
        .where(visible(viewer), seal_use.c.id == use_id)
    )


def openings(tenant: str, use_ids: Sequence[UUID]) -> Select[Any]:
    return select(seal_opening).where(seal_opening.c.tenant == tenant, seal_opening.c.use_id.in_(use_ids))


def signatures(tenant: str, use_ids: Sequence[UUID]) -> Select[Any]:
    """Who has signed or is to sign, without the documents."""
    columns = [column for column in seal_signature.c if column.name not in {"prepared", "attributes"}]
    return (
        select(*columns, custodian_key.c.serial, custodian_key.c.thumbprint)
        .join(
            custodian_key,
            and_(custodian_key.c.tenant == seal_signature.c.tenant, custodian_key.c.id == seal_signature.c.key_id),
        )
        .where(seal_signature.c.tenant == tenant, seal_signature.c.use_id.in_(use_ids))
        .order_by(seal_signature.c.position)
    )


def prepared(tenant: str, use_id: UUID, round_: int, position: int) -> Select[Any]:
    return select(seal_signature).where(
        seal_signature.c.tenant == tenant,
        seal_signature.c.use_id == use_id,
        seal_signature.c.round == round_,
        seal_signature.c.position == position,
    )


def changes(viewer: Viewer) -> Select[Any]:
    """What was proposed for the seals of the viewer's area; for a custodian, for those it holds a piece of."""
    c = seal_change.c
    scope = in_scope(viewer, c.tenant, c.division)
    if viewer.role is Role.CUSTODIAN:
        holds = exists().where(
            seal_custodian.c.tenant == c.tenant,
            seal_custodian.c.seal_id == c.seal_id,
            seal_custodian.c.account == viewer.subject,
        )
        scope = and_(c.tenant == viewer.tenant, holds)
    return select(seal_change).where(scope)


def revoked(tenant: str) -> Select[Any]:
    """The certificates of the county that are no longer good, newest first."""
    k = custodian_key.c
    wanted = (k.tenant == tenant, k.revoked.is_not(None), k.not_after > func.now())
    return select(k.serial, k.replaced_at, k.revoked).where(*wanted).order_by(k.replaced_at.desc()).limit(10_000)


def running_uses_of(tenant: str, seal_id: UUID) -> Select[Any]:
    """The uses of a seal that are in a running window, or have a record that waits for its signatures."""
    running = or_(seal_use.c.closes_at.is_not(None), seal_use.c.state == "reclosed")
    return select(seal_use.c.id).where(seal_use.c.tenant == tenant, seal_use.c.seal_id == seal_id, running)
