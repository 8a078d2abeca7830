"""Giving a rating: kept once per case, the applicant's own before one by the receipt.

A bad one starts its rectification; many from one device within a short time are reported to supervision, once per device and day.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any

from linli_kernel.contracts import desk as contract
from linli_kernel.database import HotQuery, Tx, insert_of, params_of
from linli_kernel.events import Act, Event
from linli_kernel.profile.desk import BulkRating
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import Insert, insert

from linli_services_desk.context import Desk
from linli_services_desk.evaluations.errors import AlreadyRated
from linli_services_desk.evaluations.tables import evaluation, evaluation_flag
from linli_services_desk.rectification import service as rectification
from linli_services_desk.vault import name_of_device


class Source(StrEnum):
    CODE = "code"
    RECEIPT = "receipt"


def _replacing(stored: Insert) -> Insert:
    given = ("level", "comment", "given_at", "source", "device_index", "excluded")
    return stored.on_conflict_do_update(
        index_elements=["tenant", "case_id"],
        set_={name: stored.excluded[name] for name in given},
        where=evaluation.c.source == Source.RECEIPT.value,
    )


# Nothing is returned when the case has a rating that stays.
_GIVE = {
    Source.CODE: insert_of(evaluation, after=lambda stored: _replacing(stored).returning(evaluation.c.level)),
    Source.RECEIPT: insert_of(
        evaluation, after=lambda stored: stored.on_conflict_do_nothing().returning(evaluation.c.level)
    ),
}
_RECENT = HotQuery(
    select(evaluation.c.case_id)
    .where(
        evaluation.c.tenant == bindparam("tenant"),
        evaluation.c.device_index == bindparam("device"),
        evaluation.c.given_at > bindparam("since"),
    )
    .order_by(evaluation.c.given_at)
)


async def give(
    tx: Tx,
    desk: Desk,
    case: Mapping[str, Any],
    source: Source,
    level: int,
    comment: str,
    device: bytes,
    bulk: BulkRating,
    *,
    pad: bool,
) -> None:
    """Keep the rating. `bulk`: how many from one such device are too many. `pad`: that of the window asked for it."""
    values = {
        "level": level,
        "comment": desk.vault.seal(comment, tx.tenant, "evaluation", "comment", case["id"]) if comment else None,
        "given_at": tx.now,
        "source": source.value,
        "device_index": device,
        "excluded": None,
    }
    row = {"tenant": tx.tenant, "case_id": case["id"], "division": case["division"], **values}
    if not await tx.quick(_GIVE[source], params_of(evaluation, [row])):
        raise AlreadyRated
    _tell(tx, case, source, level, name_of_device(device), pad=pad)
    rules = desk.profile(tx.tenant).desk.evaluation
    if level <= rules.bad_from:
        await rectification.open_for(tx, desk, case, level)
    await _flag_bulk(tx, case, device, bulk.ratings, bulk.minutes)


def _tell(tx: Tx, case: Mapping[str, Any], source: Source, level: int, device: str, *, pad: bool) -> None:
    given = contract.EvaluationGiven(
        case_id=str(case["id"]),
        division=case["division"],
        matter_id=str(case["matter_id"]),
        department=case["department"],
        level=level,
        source=source.value,
        device=device,
        pad=pad,
    )
    tx.announce(Event(type=contract.EVALUATION_GIVEN, subject=str(case["id"]), data=given))
    tx.record(
        Act(
            action="evaluation.give",
            object_kind="case",
            object_id=case["id"],
            division=case["division"],
            case_id=case["id"],
            detail={"level": level, "source": source.value},
        )
    )


async def _flag_bulk(tx: Tx, case: Mapping[str, Any], device: bytes, ratings: int, minutes: int) -> None:
    since = tx.now - timedelta(minutes=minutes)
    recent = await tx.quick(_RECENT, {"tenant": tx.tenant, "device": device, "since": since})
    if len(recent) < ratings:
        return
    cases = [row["case_id"] for row in recent]
    flagged = await tx.scalar(
        insert(evaluation_flag)
        .values(
            tenant=tx.tenant,
            device_index=device,
            day=tx.now.date(),
            division=case["division"],
            cases=cases,
            flagged_at=tx.now,
        )
        .on_conflict_do_nothing()
        .returning(evaluation_flag.c.day)
    )
    if flagged is not None:
        bulk = contract.BulkRatings(division=case["division"], cases=[str(one) for one in cases], minutes=minutes)
        tx.announce(Event(type=contract.EVALUATION_BULK, subject=str(case["id"]), data=bulk))
