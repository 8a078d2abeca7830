"""What answers say of seals of rubber: the envelope one lies in, and the part of a use that an electronic seal has not."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from linli_kernel.identity import Viewer

from linli_supervision.policy import CLOSERS
from linli_supervision.rows import Row
from linli_supervision.seals import paper_repository, workflow
from linli_supervision.seals.tables import ENVELOPE

CLOSABLE = frozenset({"none", "doubtful"})
"""Where no use can close the envelope: before the first one, and after an incident."""
_INCIDENT = ("id", "use_id", "kind", "sequence", "expected", "found", "by_name", "at")
_PHOTOGRAPH = ("id", "moment", "media_type", "size", "sha256", "by_name", "at")
_STAMPED = (
    "line",
    "title",
    "case_id",
    "document_id",
    "void_at",
    "copies",
    "impressions",
    "copies_made",
    "impressions_made",
)
_ENVELOPE = (
    "sequence",
    "number",
    "cause",
    "closed_at",
    "closed_by",
    "by_name",
    "opened_at",
    "opened_by",
    "photograph_id",
)


class Reads(Protocol):
    """Where rows come from: the database, or a command's own transaction."""

    async def fetch_all(self, query: Any, /) -> Sequence[Any]: ...


def _plain(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


async def envelopes(database: Reads, viewer: Viewer, seals: Sequence[Row]) -> Mapping[UUID, Row]:
    """Return the envelopes that these seals were last closed into, by seal."""
    wanted = [row["id"] for row in seals if row["method"] == ENVELOPE]
    found = await database.fetch_all(paper_repository.latest(viewer.tenant, wanted)) if wanted else []
    return {row["seal_id"]: row for row in found}


def envelope(seal: Row, known: Mapping[UUID, Row], holders: Sequence[Row], viewer: Viewer) -> dict[str, Any] | None:
    """Where a seal of rubber lies, as the viewer may know it; None of an electronic one."""
    if seal["method"] != ENVELOPE:
        return None
    last = known.get(seal["id"])
    return {
        "state": seal["envelope_state"],
        "sequence": seal["envelope"],
        "number": last["number"] if last else None,
        "closed_at": last["closed_at"] if last else None,
        "may_close": seal["envelope_state"] in CLOSABLE and may_close(viewer, [h["account"] for h in holders]),
    }


def may_close(viewer: Viewer, holders: Sequence[UUID]) -> bool:
    """Whether somebody may close a seal into its first envelope, or anew: never one of its custodians."""
    return viewer.role in CLOSERS and viewer.subject not in holders


async def parts(database: Reads, viewer: Viewer, uses: Sequence[Row], now: datetime) -> dict[UUID, dict[str, Any]]:
    """Return the part of each use of a seal of rubber, by use."""
    rows = [row for row in uses if row["method"] == ENVELOPE]
    if not rows:
        return {}
    tenant, ids = viewer.tenant, [row["id"] for row in rows]
    opened = {row["id"]: (row["seal_id"], row["unsealed_envelope"]) for row in rows if row["unsealed_envelope"]}
    wanted = sorted({(seal, at + step) for seal, at in opened.values() for step in (0, 1)})
    known = await database.fetch_all(paper_repository.some(tenant, wanted)) if wanted else []
    numbers = {(row["seal_id"], row["sequence"]): row["number"] for row in known}
    stamped = await database.fetch_all(paper_repository.stamped(tenant, ids))
    photographs = await database.fetch_all(paper_repository.photographs(tenant, ids))
    incidents = await database.fetch_all(paper_repository.incidents(tenant, ids))
    return {
        row["id"]: {
            "documents": [_plain(one, _STAMPED) for one in stamped if one["use_id"] == row["id"]],
            "photographs": [
                _plain(one, _PHOTOGRAPH)
                for one in photographs
                if one["use_id"] == row["id"] and one["round"] == row["round"]
            ],
            "incidents": [_plain(one, _INCIDENT) for one in incidents if one["use_id"] == row["id"]],
            **_numbers(row, numbers),
            **_plain(row, ("unsealed_at", "reclosed_at", "reclose_by")),
            "overdue": is_late(row, now),
        }
        for row in rows
    }


def _numbers(use: Row, known: Mapping[tuple[UUID, int], str]) -> dict[str, str | None]:
    at = use["unsealed_envelope"]
    closed = known.get((use["seal_id"], at + 1)) if at and use["reclosed_at"] else None
    return {"opened_number": known.get((use["seal_id"], at)) if at else None, "closed_number": closed}


def is_late(use: Row, now: datetime) -> bool:
    """Whether the record was signed later than it had to be, or is not signed and should be."""
    if use["reclose_by"] is None:
        return False
    until: datetime = now if workflow.State(use["state"]) in workflow.OUT else use["ended_at"] or now
    return bool(until >= use["reclose_by"])


def links(rows: Sequence[Row], broken: Iterable[int]) -> list[dict[str, Any]]:
    """Envelopes as links of a chain; `broken` are those that do not follow from the one before."""
    bad = frozenset(broken)
    return [_plain(row, _ENVELOPE) | {"purpose": row["purpose"], "follows": row["sequence"] not in bad} for row in rows]


def incident(row: Row) -> dict[str, Any]:
    return _plain(row, _INCIDENT)
