"""What an inquiry at random looks into: asked for first, drawn by what nobody can know then.

The seed is the root of the first checkpoint that was signed after the plan had become an entry of the log, and the pool ends with
that checkpoint. So nobody waits for a root that suits, entries that arrive late change nothing, and everybody draws the same again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from linli_kernel.database import Tx

from linli_supervision.inquiries import repository
from linli_supervision.inquiries.errors import DrawnAlready, NothingToDraw
from linli_supervision.inquiries.schemas import Draw, NewInquiry
from linli_supervision.inquiries.workflow import drawn
from linli_supervision.ledger.reader import text_of
from linli_supervision.rows import Row

POOLS = (
    ("desk.case.decided", "desk.case.not-accepted"),
    ("supervision.disclosure.published",),
    ("supervision.disclosure.published", "supervision.disclosure.checked"),
    ("desk.whistle.closed", "desk.rectification.moved"),
)
"""What is drawn from, by question: services, works and policies, accounts, answers to residents."""
Fetch = Callable[[Any], Awaitable[Sequence[Row]]]


async def asked(tx: Tx, order: NewInquiry, wanted: Draw) -> dict[str, Any]:
    """Fix what is drawn from; raises NothingToDraw, and DrawnAlready while an earlier draw of the question is open."""
    if await repository.drawn_and_open(tx, order.division, order.question):
        raise DrawnAlready
    since = tx.now - timedelta(days=wanted.days)
    if not await tx.all(repository.pool(tx.tenant, order.division, _kinds(order.question), since, tx.now).limit(1)):
        raise NothingToDraw
    return {"since": since.isoformat(), "until": tx.now.isoformat(), "count": wanted.count}


async def draw(fetch: Fetch, row: Row) -> Mapping[str, Any]:
    """Return `seed` and `draw` of an inquiry: as they are kept, or as they follow from the log once that is signed."""
    kept = row["draw"]
    if row["seed"] or not kept:
        return {"seed": row["seed"], "draw": kept}
    signed = await fetch(repository.first_signed_after(row["tenant"], row["id"]))
    if not signed:
        return {"seed": "", "draw": kept}
    size, seed = signed[0]["size"], text_of(bytes(signed[0]["root"]))
    since, until = datetime.fromisoformat(kept["since"]), datetime.fromisoformat(kept["until"])
    statement = repository.pool(row["tenant"], row["division"], _kinds(row["question"]), since, until, size)
    pool = [one["index"] for one in await fetch(statement)]
    return {
        "seed": seed,
        "draw": {**kept, "size": size, "pool": len(pool), "entries": drawn(seed, pool, kept["count"])},
    }


def shown(seed: str, kept: Mapping[str, Any]) -> dict[str, Any] | None:
    """A draw as it is answered; one of before the pool ended with a checkpoint drew as many as it has."""
    if not kept:
        return None
    entries = kept.get("entries", [])
    return {"size": None, "pool": 0, "entries": entries, "count": len(entries), **kept, "seed": seed}


def _kinds(question: int) -> tuple[str, ...]:
    return POOLS[min(question, len(POOLS)) - 1]
