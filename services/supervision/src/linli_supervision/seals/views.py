"""Makes answers about seals and uses out of rows, as one viewer sees them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.profile import SealRules

from linli_supervision.rows import Row
from linli_supervision.seals import paper_views, refusals, repository, service, workflow
from linli_supervision.seals.paper_views import Reads


class Within:
    """Reads inside a command's transaction what its answer shows, before the commit."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx

    async def fetch_all(self, query: Any, /) -> Sequence[Any]:
        return await self._tx.all(query)


def _seal(row: Row, holders: Sequence[Row], viewer: Viewer) -> dict[str, Any]:
    mine = next((holder["position"] for holder in holders if holder["account"] == viewer.subject), None)
    return {
        "id": row["id"],
        "division": row["division"],
        "name": row["name"],
        "pieces": row["pieces"],
        "opening_minutes": row["opening_minutes"],
        "profile": row["profile"],
        "custodians": [
            {
                "position": holder["position"],
                "account": holder["account"],
                "title": holder["title"],
                "is_me": holder["account"] == viewer.subject,
                "has_key": holder["key_id"] is not None,
                "key_serial": holder["serial"],
                "key_not_after": holder["not_after"],
                "key_lost": holder["key_lost"],
                "identity_asked": holder["identity_asked"],
            }
            for holder in holders
        ],
        "my_position": mine,
        "method": row["method"],
        "authority": row["authority"],
        "statutory_code": row["statutory_code"],
        "reclose_minutes": row["reclose_minutes"],
        "version": row["version"],
    }


async def seals_view(database: Reads, viewer: Viewer, rows: Sequence[Row]) -> list[dict[str, Any]]:
    holders = await _holders(database, viewer.tenant, [row["id"] for row in rows])
    envelopes = await paper_views.envelopes(database, viewer, rows)
    return [
        _seal(row, held, viewer) | {"envelope": paper_views.envelope(row, envelopes, held, viewer)}
        for row in rows
        for held in [[h for h in holders if h["seal_id"] == row["id"]]]
    ]


async def _holders(database: Reads, tenant: str, seal_ids: Iterable[UUID]) -> Sequence[Any]:
    wanted = sorted(set(seal_ids))
    return await database.fetch_all(repository.custodians(tenant, wanted)) if wanted else []


async def uses_view(
    database: Reads, viewer: Viewer, rules: SealRules, rows: Sequence[Row], now: datetime
) -> list[dict[str, Any]]:
    """Return the uses as they stand now: a window that has run out counts as closed before the clock closes it."""
    if not rows:
        return []
    ids = [row["id"] for row in rows]
    holders = await _holders(database, viewer.tenant, [row["seal_id"] for row in rows])
    openings = await database.fetch_all(repository.openings(viewer.tenant, ids))
    signatures = await database.fetch_all(repository.signatures(viewer.tenant, ids))
    papers = await paper_views.parts(database, viewer, rows, now)
    refused = await refusals.refusers(database, viewer.tenant, rows)
    return [
        _use(row, [h for h in holders if h["seal_id"] == row["seal_id"]], openings, signatures, viewer, rules, now)
        | {"paper": papers.get(row["id"]), "refused_by": refused.get(row["id"])}
        for row in rows
    ]


def _use(
    row: Row,
    holders: Sequence[Row],
    openings: Sequence[Row],
    signatures: Sequence[Row],
    viewer: Viewer,
    rules: SealRules,
    now: datetime,
) -> dict[str, Any]:
    use = service.as_use(row, [holder["account"] for holder in holders], openings, signatures)
    if workflow.has_lapsed(use, now):
        use = workflow.lapse(use)
    opened = {o["position"]: o["at"] for o in openings if o["use_id"] == row["id"] and o["round"] == row["round"]}
    signed = {s["position"]: s for s in signatures if s["use_id"] == row["id"] and s["signed_at"] is not None}
    may_approve = viewer.role.value in rules.approver_roles
    return {
        "id": row["id"],
        "seal_id": row["seal_id"],
        "seal_name": row["seal_name"],
        "division": row["division"],
        "case_id": row["case_id"],
        "document_id": row["document_id"],
        "document_sha256": row["document_sha256"],
        "purpose": row["purpose"],
        "method": row["method"],
        "authority": row["authority"],
        "state": use.state.value,
        "round": use.round,
        "requester": {"id": row["requester"], "name": row["requester_name"]},
        "approver": {"id": row["approver"], "name": row["approver_name"]} if row["approver"] else None,
        "requested_at": row["requested_at"],
        "approved_at": row["approved_at"],
        "closes_at": use.closes_at,
        "ended_at": row["ended_at"],
        "reason": row["reason"],
        "sealed_sha256": row["sealed_sha256"],
        "custodians": [
            {
                "position": holder["position"],
                # Whoever signed stays named when somebody else holds the piece by now.
                "title": signature["title"] if signature else holder["title"],
                "is_me": (signature or holder)["account"] == viewer.subject,
                "opened_at": opened.get(holder["position"]) if holder["position"] in use.opened else None,
                "signed_at": signature["signed_at"] if signature and holder["position"] <= use.signed else None,
            }
            for holder in holders
            for signature in [signed.get(holder["position"])]
        ],
        "next_position": use.next_position,
        "my_position": use.position_of(viewer.subject),
        "my_actions": [step.value for step in workflow.possible(use, viewer.subject, may_approve=may_approve, now=now)],
        "version": row["version"],
    }
