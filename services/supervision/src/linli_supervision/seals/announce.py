"""What a seal use tells the other services and the ledger."""

from collections.abc import Sequence

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import Act, Event

from linli_supervision.rows import Row
from linli_supervision.seals import paper_rules
from linli_supervision.seals.tables import ENVELOPE


def moved(tx: Tx, use: Row, *, event: str, action: str, state: str, round_: int, position: int | None = None) -> None:
    """Announce one step of a use and record the act of whoever took it."""
    viewer = tx.viewer
    tx.announce(
        Event(
            type=event,
            subject=str(use["id"]),
            data=contract.SealUseMoved(
                use_id=str(use["id"]),
                seal_id=str(use["seal_id"]),
                case_id=str(use["case_id"]) if use["case_id"] else None,
                document_id=str(use["document_id"]),
                division=use["division"],
                state=state,
                round=round_,
                actor=str(viewer.subject) if viewer else None,
                role=viewer.role.value if viewer else None,
                position=position,
                documents=[str(paper) for paper in use["papers"] or ()],
            ),
        )
    )
    if viewer is not None:
        detail = {"state": state, "round": round_, "position": position, "document_id": str(use["document_id"])}
        tx.record(
            Act(
                action=action,
                object_kind="seal-use",
                object_id=use["id"],
                division=use["division"],
                case_id=use["case_id"],
                detail=detail,
            )
        )


def sealed(tx: Tx, use: Row, sha256: str, signatures: Sequence[Row], stamped: Sequence[Row] = ()) -> None:
    """Announce the sealed document with who signed it; of a seal of rubber what is signed is the record of its opening, and
    `stamped` are its lines."""
    tx.announce(
        Event(
            type=contract.SEAL_USE_ENCLOSED if use["method"] == ENVELOPE else contract.SEAL_USE_SEALED,
            subject=str(use["id"]),
            data=contract.SealUseSealed(
                use_id=str(use["id"]),
                seal_id=str(use["seal_id"]),
                seal_name=use["seal_name"],
                case_id=str(use["case_id"]) if use["case_id"] else None,
                document_id=str(use["document_id"]),
                division=use["division"],
                sha256=sha256,
                sealed_at=tx.now.isoformat(),
                signers=signers(signatures),
                stamped=[_stamped(line) for line in stamped if line["document_id"] is not None],
            ),
        )
    )


def _stamped(line: Row) -> contract.StampedPaper:
    made = paper_rules.stamped(line)
    return contract.StampedPaper(
        document_id=str(line["document_id"]),
        case_id=str(line["case_id"]),
        copies=line["copies_made"] if made else 0,
        impressions=line["impressions_made"] if made else 0,
    )


def signers(signatures: Sequence[Row]) -> list[contract.Signer]:
    return [
        contract.Signer(
            position=row["position"],
            title=row["title"],
            serial=row["serial"],
            signed_at=row["signed_at"].isoformat(),
        )
        for row in signatures
        if row["signed_at"] is not None
    ]
