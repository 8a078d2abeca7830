"""Asking, answering, appealing, deciding. Loads, asks the rules, stores, announces; never commits."""

from typing import Any
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.events import Act, Event
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from linli_kernel.public_tokens import PublicToken, new_secret
from sqlalchemy import insert, update

from linli_supervision.disclosures.personal import fit
from linli_supervision.questions import repository
from linli_supervision.questions.domain import QuestionState, QuestionStep, after, answer_by, decide_by
from linli_supervision.questions.errors import TooManyQuestions
from linli_supervision.questions.schemas import NewQuestion, QuestionAppeal, QuestionReply
from linli_supervision.questions.tables import disclosure_question
from linli_supervision.rows import Row

MOST_WAITING = 50
"""Questions about one disclosure that wait in time; a village of a thousand households never came near it."""


async def ask(tx: Tx, profile: Profile, about: Row, order: NewQuestion) -> tuple[PublicToken, Any]:
    """Take a question about what is published; returns its token and the last day to answer."""
    waiting = await tx.one(repository.open_of(tx.tenant, [about["id"]], tx.now.date()))
    # The late ones do not count: by not answering nobody closes the door to others.
    if waiting is not None and waiting["waiting"] - waiting["overdue"] >= MOST_WAITING:
        raise TooManyQuestions(most=MOST_WAITING)
    due = answer_by(WorkCalendar.official(), profile.supervision.disclosure, tx.now).day
    token = PublicToken(tx.tenant, new_secret())
    row = {
        "tenant": tx.tenant,
        "id": new_id(),
        "disclosure_id": about["id"],
        "division": about["division"],
        "secret": token.secret,
        "kind": order.kind,
        "text": fit(profile, mask=False, text=order.text)["text"],
        "state": QuestionState.ASKED.value,
        "asked_at": tx.now,
        "due": due,
    }
    await tx.execute(insert(disclosure_question).values(row))
    _tell(tx, row, "disclosure-question.ask", QuestionState.ASKED)
    return token, due


async def own(tx: Tx, token: PublicToken) -> Row:
    """The question of a token, held until the transaction ends."""
    tx.use_tenant(token.tenant)
    row = await tx.one(repository.by_secret(token.tenant, token.secret).with_for_update(of=disclosure_question))
    if row is None:
        raise NotFound
    return row


async def appeal(tx: Tx, profile: Profile, row: Row, order: QuestionAppeal) -> None:
    state = _after(tx, row, QuestionStep.APPEAL)
    due = decide_by(WorkCalendar.official(), profile.supervision.disclosure, tx.now).day
    said = fit(profile, mask=False, text=order.text)["text"]
    await _store(tx, row, state, appeal=said, appealed_at=tx.now, due=due)
    _tell(tx, row, "disclosure-question.appeal", state)


async def reply(
    tx: Tx, viewer: Viewer, profile: Profile, question_id: UUID, version: int, step: QuestionStep, order: QuestionReply
) -> None:
    """The village's answer, or the decision above it; everybody reads it."""
    row = await tx.one(repository.one(viewer, question_id).with_for_update(of=disclosure_question))
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    state = _after(tx, row, step)
    said = fit(profile, mask=order.mask, text=order.text)["text"]
    values = {
        QuestionStep.ANSWER: {"answer": said, "answered_by": viewer.name, "answered_at": tx.now},
        QuestionStep.DECIDE: {"decision": said, "decided_by": viewer.name, "decided_at": tx.now},
    }[step]
    await _store(tx, row, state, **values)
    _tell(tx, row, f"disclosure-question.{step.value}", state)


def _after(tx: Tx, row: Row, step: QuestionStep) -> QuestionState:
    return after(QuestionState(row["state"]), step, due=row["due"], today=tx.now.date())


async def _store(tx: Tx, row: Row, state: QuestionState, **values: Any) -> None:
    await tx.execute(
        update(disclosure_question)
        .where(disclosure_question.c.tenant == tx.tenant, disclosure_question.c.id == row["id"])
        .values(state=state.value, version=disclosure_question.c.version + 1, **values)
    )


def _tell(tx: Tx, row: Any, action: str, state: QuestionState) -> None:
    detail = {"kind": row["kind"], "disclosure": str(row["disclosure_id"])}
    tx.record(
        Act(
            action=action,
            object_kind="disclosure-question",
            object_id=row["id"],
            division=row["division"],
            detail=detail,
        )
    )
    data = contract.QuestionMoved(
        question_id=str(row["id"]),
        disclosure_id=str(row["disclosure_id"]),
        division=row["division"],
        kind=row["kind"],
        state=state.value,
    )
    tx.announce(Event(type=contract.DISCLOSURE_QUESTION_MOVED, subject=str(row["id"]), data=data))
