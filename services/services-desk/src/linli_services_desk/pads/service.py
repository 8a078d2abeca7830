"""Pairing a pad with a window, asking on it, and taking what was answered.

The clerk's screen never holds what the pad answers with: neither the pad's own secret nor the one-time code of a rating. A
question left alone ends by itself.
"""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from linli_kernel import public_tokens as tokens
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.ids import new_id
from sqlalchemy import Select, and_, delete, insert, select, update

from linli_services_desk.cases.hand import load, viewer_in
from linli_services_desk.cases.workflow import RATEABLE, State
from linli_services_desk.context import Desk
from linli_services_desk.evaluations import codes
from linli_services_desk.evaluations.errors import AlreadyRated, NotDecidedYet
from linli_services_desk.evaluations.service import Source
from linli_services_desk.evaluations.tables import evaluation
from linli_services_desk.pads.errors import NoPad, PadCodeUnknown
from linli_services_desk.pads.tables import pad, pad_code
from linli_services_desk.windows import repository as windows

CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=1)
# Long enough to read and write one's name; then the pad shows nothing of anybody any more.
TASK_LIFETIME = timedelta(minutes=3)
NO_TASK = dict.fromkeys(("task_id", "task_kind", "task_case", "task_by", "task_by_name", "task_at"))


class Task(StrEnum):
    RATING = "rating"
    SIGNATURE = "signature"


async def make_code(tx: Tx, window_id: UUID) -> tuple[str, datetime]:
    """Return a code that pairs one pad with the window within a minute."""
    window = await _window(tx, window_id)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    expires = tx.now + CODE_LIFETIME
    await tx.execute(delete(pad_code).where(pad_code.c.tenant == tx.tenant, pad_code.c.expires_at < tx.now))
    row = {"tenant": tx.tenant, "digest": codes.digest(code), "window_id": window_id, "expires_at": expires}
    row |= {"division": window["division"], "made_by": viewer_in(tx).subject}
    await tx.execute(insert(pad_code).values(row))
    return code, expires


def by_code(code: str, now: datetime) -> Select[Any]:
    """The pairing that a code stands for. The pad does not know its county yet: the code names it."""
    live = and_(pad_code.c.expires_at >= now, pad_code.c.used_at.is_(None))
    return select(pad_code).where(pad_code.c.digest == codes.digest(code), live)


async def pair(tx: Tx, found: Any) -> tokens.PublicToken:
    """Pair a new pad; the window's former pad stops being one. A code pairs once."""
    used = await tx.scalar(
        update(pad_code)
        .where(pad_code.c.tenant == tx.tenant, pad_code.c.digest == found["digest"], pad_code.c.used_at.is_(None))
        .values(used_at=tx.now)
        .returning(pad_code.c.digest)
    )
    if used is None:
        raise PadCodeUnknown
    await _end(tx, found["window_id"])
    token = tokens.PublicToken(tx.tenant, tokens.new_secret())
    row = {
        "tenant": tx.tenant,
        "id": new_id(),
        "division": found["division"],
        "window_id": found["window_id"],
        "digest": codes.digest(token.secret),
        "paired_by": found["made_by"],
        "paired_at": tx.now,
    }
    await tx.execute(insert(pad).values(row))
    tx.record(_act("pad.pair", found))
    return token


async def unpair(tx: Tx, window_id: UUID) -> None:
    window = await _window(tx, window_id)
    if await _end(tx, window_id) is None:
        raise NoPad
    tx.record(_act("pad.unpair", {"window_id": window_id, "division": window["division"]}))


async def ask(tx: Tx, desk: Desk, window_id: UUID, kind: Task, case_id: UUID) -> dict[str, Any]:
    """Put a question about a case on the window's pad; what it showed before is over."""
    await _window(tx, window_id)
    case = await load(tx, desk, case_id)
    if kind is Task.RATING:
        await _require_rateable(tx, case.row)
        await codes.make(tx, desk, [case_id])
    viewer = viewer_in(tx)
    task = {
        "task_id": new_id(),
        "task_kind": kind.value,
        "task_case": case_id,
        "task_by": viewer.subject,
        "task_by_name": viewer.name,
        "task_at": tx.now,
    }
    serving = (pad.c.tenant == tx.tenant, pad.c.window_id == window_id, pad.c.ended_at.is_(None))
    row = await tx.one(update(pad).where(*serving).values(task).returning(pad))
    if row is None:
        raise NoPad
    return dict(row)


async def finish(tx: Tx, case_id: UUID, kind: Task) -> None:
    """The question was answered: every pad that still asks it goes back to its idle screen."""
    asking = (pad.c.tenant == tx.tenant, pad.c.task_case == case_id, pad.c.task_kind == kind.value)
    await tx.execute(update(pad).where(*asking).values(NO_TASK))


async def put_off(tx: Tx, pad_id: UUID, task_id: UUID) -> None:
    """End a question without an answer; one that is over already stays so."""
    asking = (pad.c.tenant == tx.tenant, pad.c.id == pad_id, pad.c.task_id == task_id)
    await tx.execute(update(pad).where(*asking).values(NO_TASK))


def by_token(text: str) -> Select[Any]:
    """The pad behind its secret; NotFound for anything that is no pad's."""
    token = tokens.parse(text)
    if token is None:
        raise NotFound
    mine = and_(pad.c.tenant == token.tenant, pad.c.digest == codes.digest(token.secret))
    return select(pad).where(mine, pad.c.ended_at.is_(None))


def live_task(row: Any, now: datetime) -> Task | None:
    if row["task_at"] is None or row["task_at"] + TASK_LIFETIME < now:
        return None
    return Task(row["task_kind"])


async def _require_rateable(tx: Tx, row: dict[str, Any]) -> None:
    if State(row["state"]) not in RATEABLE:
        raise NotDecidedYet
    rated = select(evaluation.c.level).where(
        evaluation.c.tenant == tx.tenant,
        evaluation.c.case_id == row["id"],
        evaluation.c.source == Source.CODE.value,
    )
    if await tx.scalar(rated) is not None:
        raise AlreadyRated


async def _end(tx: Tx, window_id: UUID) -> Any:
    serving = (pad.c.tenant == tx.tenant, pad.c.window_id == window_id, pad.c.ended_at.is_(None))
    return await tx.scalar(update(pad).where(*serving).values(ended_at=tx.now, **NO_TASK).returning(pad.c.id))


async def _window(tx: Tx, window_id: UUID) -> Any:
    found = await tx.one(windows.window_for_update(viewer_in(tx), window_id))
    if found is None:
        raise NotFound
    return found


def _act(action: str, row: Any) -> Act:
    return Act(action=action, object_kind="window", object_id=row["window_id"], division=row["division"])
