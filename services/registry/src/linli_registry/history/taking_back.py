"""Takes a wrong change of a person's record back: the old values hold again from the day on which the wrong ones began.

Nothing is lost by it: the wrong change and its taking back both stay in the history. A change is taken back only while
the record still holds what it wrote; a life event is corrected as a whole instead.
"""

from typing import Any
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import Conflict, NotFound
from linli_kernel.identity import Viewer
from sqlalchemy import and_, select, update

from linli_registry.context import Context
from linli_registry.history.repository import fields_of
from linli_registry.residents import repository as residents
from linli_registry.residents import service
from linli_registry.residents.also_known import former_name
from linli_registry.residents.keys import ENCRYPTED
from linli_registry.residents.schemas import ResidentPatch
from linli_registry.residents.tables import resident_history
from linli_registry.residents.values import as_text

_l, _n = resident_history.c, former_name.c
_EDITABLE = frozenset(ResidentPatch.model_fields) - {"reason", "source", "effective_on"}


class ChangedSince(Conflict):
    code = "registry.changed_since"
    zh = "此后又改过同一项，请先撤销后面的修改"
    en = "The same field was changed again later; take that back first"


class PartOfEvent(Conflict):
    code = "registry.part_of_event"
    zh = "这是人户事项带来的变更，请在该户的人户事项记录中更正"
    en = "This change came with a life event; correct the event in its household"


class NothingToTakeBack(Conflict):
    code = "registry.nothing_to_take_back"
    zh = "这一条没有可撤销的修改"
    en = "This line changed nothing that could be taken back"


async def take_back(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, line: UUID, version: int, reason: str
) -> list[Any]:
    """Write the values before `line` as a new change; returns what is strange about them."""
    now = await residents.locked(tx, viewer, key)
    own = and_(_l.tenant == viewer.tenant, _l.resident == key, _l.id == line)
    row = await tx.one(select(resident_history).where(own))
    if row is None:
        raise NotFound
    if row["event"] is not None:
        raise PartOfEvent
    keys = context.keys(viewer)
    changed = {name: pair for name, pair in fields_of(row, keys).items() if name in _EDITABLE}
    if not changed:
        raise NothingToTakeBack
    for name, (_, new) in changed.items():
        holds = keys.open(name, now[name], key) if name in ENCRYPTED else as_text(now[name])
        if holds != new:
            raise ChangedSince
    patch = ResidentPatch.model_validate(
        {name: old for name, (old, _) in changed.items()} | {"reason": reason, "effective_on": row["day"]}
    )
    warnings = await service.change(tx, context, viewer, key, version, patch)
    if "name" in changed:
        # Neither the name that was kept when it went wrong nor the wrong one is a name the person had.
        wrong = and_(_n.tenant == viewer.tenant, _n.resident == key, _n.removed_at.is_(None))
        made = _n.recorded_at.in_([row["at"], tx.now])
        await tx.execute(update(former_name).where(wrong, made, _n.name.in_(changed["name"])).values(removed_at=tx.now))
    return warnings
