"""Events and acts: what a transaction tells the others, in CloudEvents 1.0.

Neither carries a name, a number, a phone or an address: only ids, codes and days.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from .identity import Viewer

ACT_TYPE = "cn.linli.act.v1"


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of this service; `type` is `cn.linli.<service>.<noun>.<verb-past>.v1`, `subject` an id."""

    type: str
    subject: str
    data: Any


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An act for the ledger: who did what to which object. `people` are the residents concerned.

    `detail` holds non-personal facts only (a number, a state, a code).
    """

    action: str
    object_kind: str
    object_id: str | UUID
    people: list[UUID] = []
    division: str = ""
    purpose: str = ""
    case_id: UUID | None = None
    outcome: str = "ok"
    detail: dict[str, Any] = {}


class OutboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event ready to be written; `data` is JSON text."""

    id: UUID
    type: str
    subject: str
    time: datetime
    data: str


class IncomingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event as delivered: CloudEvents attributes with the extensions `tenant` and `sequence`."""

    specversion: str
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    tenant: str
    sequence: int
    data: dict[str, Any]
    datacontenttype: str = "application/json"


def act_data(act: Act, viewer: Viewer | None, request_id: str) -> dict[str, Any]:
    """Return the wire form of an act with its actor filled in; the encoder writes the ids as text."""
    return {
        "actor": viewer.subject if viewer else "",
        "role": viewer.role.value if viewer else "public",
        "post": viewer.post if viewer else None,
        "request_id": request_id,
        "action": act.action,
        "object_kind": act.object_kind,
        "object_id": act.object_id,
        "people": act.people,
        "division": act.division or (viewer.divisions[0] if viewer and viewer.divisions else ""),
        "purpose": act.purpose,
        "case_id": act.case_id,
        "outcome": act.outcome,
        "detail": act.detail,
    }
