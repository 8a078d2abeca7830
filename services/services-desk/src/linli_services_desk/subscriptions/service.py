"""Following and leaving. A phone is taken only from its owner, as the registry knows it; whoever leaves leaves no phone behind."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from linli_kernel.database import Tx
from linli_kernel.errors import NotFound
from linli_kernel.events import Act
from linli_kernel.identity import Viewer
from linli_kernel.public_tokens import PublicToken, new_secret

from linli_services_desk.context import Desk
from linli_services_desk.schema import Row
from linli_services_desk.subscriptions import repository
from linli_services_desk.subscriptions.errors import TooManySubscriptions, no_such_category, not_your_phone
from linli_services_desk.subscriptions.schemas import Follow, FollowQuestion

MOST = 20
"""Villages and questions that one resident follows; the page shows them without turning over."""
_NOTHING: Mapping[str, Any] = {"categories": [], "question_index": None, "disclosure_id": None}


async def follow(tx: Tx, desk: Desk, viewer: Viewer, order: Follow) -> Row:
    """Follow a village of the own county."""
    known = {one.code for one in desk.profile(viewer.tenant).supervision.disclosure.categories}
    if not known.issuperset(order.categories):
        raise no_such_category()
    if desk.tenant_of(order.division) != viewer.tenant or await desk.registry.village_name(order.division) is None:
        raise NotFound
    about = {"division": order.division, "categories": sorted(set(order.categories))}
    return await _wish(tx, desk, viewer, order.phone, order.division, about)


async def follow_question(tx: Tx, desk: Desk, viewer: Viewer, order: FollowQuestion) -> Row:
    """Wait for the answer to a question; that it is this resident's is known by its token and kept as a keyed hash."""
    question = await desk.supervision.question(order.token)
    if question is None or desk.tenant_of(question.division) != viewer.tenant:
        raise NotFound
    key = desk.vault.question_index(question.id)
    about = {"division": question.division, "question_index": key, "disclosure_id": question.disclosure_id}
    return await _wish(tx, desk, viewer, order.phone, key.hex(), about)


async def _wish(tx: Tx, desk: Desk, viewer: Viewer, phone: str | None, what: str, about: Mapping[str, Any]) -> Row:
    resident = _resident(viewer)
    if phone is not None and not await desk.registry.owns_phone(phone, viewer.tenant, resident):
        raise not_your_phone()
    one = uuid5(viewer.subject, what)
    followed = await tx.all(repository.own(viewer))
    if len(followed) >= MOST and one not in {row["id"] for row in followed}:
        raise TooManySubscriptions(most=MOST)
    row = {
        **_NOTHING,
        **about,
        "tenant": tx.tenant,
        "id": one,
        "account": viewer.subject,
        "resident_id": resident,
        "phone": desk.vault.seal(phone, tx.tenant, "subscription", "phone", one) if phone else None,
        "secret": new_secret(),
        "created_at": tx.now,
    }
    stored = await tx.one(repository.wish(row))
    if stored is None:
        raise NotFound
    _record(tx, "subscription.start", stored)
    return stored


def _resident(viewer: Viewer) -> UUID:
    if viewer.resident is None:
        raise NotFound
    return viewer.resident


async def end(tx: Tx, viewer: Viewer, subscription_id: UUID) -> None:
    gone = await tx.one(repository.end_own(viewer, subscription_id))
    if gone is None:
        raise NotFound
    _record(tx, "subscription.end", gone)


async def end_by_token(tx: Tx, token: PublicToken) -> None:
    """End what a message's link names. A second tap finds it ended, and that is what was wished."""
    tx.use_tenant(token.tenant)
    gone = await tx.one(repository.end_by_secret(token.tenant, token.secret))
    if gone is not None:
        _record(tx, "subscription.end", gone)


def _record(tx: Tx, action: str, row: Row) -> None:
    of = "question" if row["question_index"] is not None else "village"
    tx.record(
        Act(
            action=action,
            object_kind="subscription",
            object_id=row["id"],
            people=[row["resident_id"]],
            division=row["division"],
            detail={"of": of, "sms": row["phone"] is not None},
        )
    )
