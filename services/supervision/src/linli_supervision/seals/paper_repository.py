"""Queries over envelopes, stamped documents, photographs and incidents; always within what the viewer may see of the seal."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from linli_kernel.identity import Viewer
from sqlalchemy import Select, and_, select, tuple_

from linli_supervision.seals.paper_tables import seal_envelope, seal_incident, seal_photograph, seal_stamped
from linli_supervision.seals.repository import visible
from linli_supervision.seals.tables import seal, seal_use

_PLAIN_PHOTOGRAPH = [column for column in seal_photograph.c if column.name != "content"]


def latest(tenant: str, seal_ids: Sequence[UUID]) -> Select[Any]:
    """The envelope that each seal was last closed into."""
    present = and_(
        seal.c.tenant == seal_envelope.c.tenant,
        seal.c.id == seal_envelope.c.seal_id,
        seal.c.envelope == seal_envelope.c.sequence,
    )
    return (
        select(seal_envelope).join(seal, present).where(seal_envelope.c.tenant == tenant, seal.c.id.in_(seal_ids))
    )  # fmt: skip


def one(tenant: str, seal_id: UUID, sequence: int) -> Select[Any]:
    of = (seal_envelope.c.tenant == tenant, seal_envelope.c.seal_id == seal_id)
    return select(seal_envelope).where(*of, seal_envelope.c.sequence == sequence)


def chain(viewer: Viewer, seal_id: UUID) -> Select[Any]:
    """A seal's envelopes with what each was opened for."""
    opening = and_(seal_use.c.tenant == seal_envelope.c.tenant, seal_use.c.id == seal_envelope.c.opened_by)
    own = and_(seal.c.tenant == seal_envelope.c.tenant, seal.c.id == seal_envelope.c.seal_id)
    return (
        select(seal_envelope, seal_use.c.purpose)
        .select_from(seal_envelope.join(seal, own).outerjoin(seal_use, opening))
        .where(visible(viewer), seal_envelope.c.seal_id == seal_id)
    )


def some(tenant: str, wanted: Sequence[tuple[UUID, int]]) -> Select[Any]:
    """Envelopes by seal and sequence."""
    e = seal_envelope.c
    return select(seal_envelope).where(e.tenant == tenant, tuple_(e.seal_id, e.sequence).in_(list(wanted)))


def stamped(tenant: str, use_ids: Sequence[UUID]) -> Select[Any]:
    c = seal_stamped.c
    return select(seal_stamped).where(c.tenant == tenant, c.use_id.in_(list(use_ids))).order_by(c.use_id, c.line)


def photographs(tenant: str, use_ids: Sequence[UUID]) -> Select[Any]:
    """Photographs without their content."""
    c = seal_photograph.c
    return select(*_PLAIN_PHOTOGRAPH).where(c.tenant == tenant, c.use_id.in_(list(use_ids))).order_by(c.id)


def photograph(viewer: Viewer, photograph_id: UUID) -> Select[Any]:
    own = and_(seal.c.tenant == seal_photograph.c.tenant, seal.c.id == seal_photograph.c.seal_id)
    return (
        select(seal_photograph, seal.c.division)
        .select_from(seal_photograph.join(seal, own))
        .where(visible(viewer), seal_photograph.c.id == photograph_id)
    )


def incidents(tenant: str, use_ids: Sequence[UUID]) -> Select[Any]:
    c = seal_incident.c
    return select(seal_incident).where(c.tenant == tenant, c.use_id.in_(list(use_ids))).order_by(c.id)


def incidents_of_seal(viewer: Viewer, seal_id: UUID) -> Select[Any]:
    own = and_(seal.c.tenant == seal_incident.c.tenant, seal.c.id == seal_incident.c.seal_id)
    joined = seal_incident.join(seal, own)
    return select(seal_incident).select_from(joined).where(visible(viewer), seal_incident.c.seal_id == seal_id)
