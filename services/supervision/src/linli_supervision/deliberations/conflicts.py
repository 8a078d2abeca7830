"""Who on a roll is close kin of somebody whom the matter concerns, with the path between them and what they are called.

The links stay in the registry: it is asked for the kin of those concerned, and only those on the roll are told. What it said when
the roll was frozen is kept with the step, as ids, so that a path is there when the registry is away and after families have
changed. Names are never kept: the registry shows them to whoever asks, masked as it masks for that viewer. Whether somebody steps
aside is decided in the meeting and recorded there.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from linli_kernel.errors import Unavailable

from linli_supervision.deliberations import repository
from linli_supervision.deliberations.eligible import Eligible, Kin, Named
from linli_supervision.deliberations.words import relation_of, step_of
from linli_supervision.deliberations.workflow import State
from linli_supervision.rows import Row


class Kinship(Protocol):
    async def kin(self, tenant: str, people: Sequence[UUID]) -> list[Kin]: ...

    async def names(self, people: Sequence[UUID], authorization: str, county: str) -> dict[UUID, Named]: ...


async def at_freezing(
    registry: Kinship, row: Row, people: Mapping[str, Sequence[Eligible]], now: datetime
) -> dict[str, Any] | None:
    """Return what is kept with the step: the kin who are on its rolls. Raises Unavailable while there is no answer."""
    if not row["concerned"]:
        return None
    here = {one.resident for found in people.values() for one in found}
    near = [one for one in await registry.kin(row["tenant"], row["concerned"]) if one.person in here]
    return {"at": now.isoformat(), "items": [_kept(one) for one in near]}


def _kept(one: Kin) -> dict[str, Any]:
    ids = {"concerned": str(one.concerned), "person": str(one.person), "path": [str(each) for each in one.path]}
    return {**ids, "kinds": one.kinds}


def _read(kept: Mapping[str, Any]) -> Kin:
    path = [UUID(each) for each in kept["path"]]
    return Kin(UUID(kept["concerned"]), UUID(kept["person"]), path, list(kept["kinds"]))


async def found(
    fetch: repository.Fetch, registry: Kinship, row: Row, position: int, authorization: str
) -> dict[str, Any]:
    """Return the conflicts of a step; raises Unavailable when neither the registry nor the step tells of kin."""
    if not row["concerned"]:
        return {"items": [], "people": [], "named": True, "kept_at": None}
    kin, kept_at = await _kin(fetch, registry, row, position)
    near = {one.person: one for one in kin}
    rows = await fetch(repository.among(row["tenant"], row["id"], position, near))
    people = sorted({each for one in rows for each in _people(near[one["resident"]])})
    try:
        names: dict[UUID, Named] | None = await registry.names(people, authorization, row["tenant"])
    except Unavailable:
        names = None
    called = names or {}
    return {
        "items": [_shown(one, near[one["resident"]], called) for one in rows],
        "people": [{"resident": each, "name": called[each].name if each in called else None} for each in people],
        "named": names is not None,
        "kept_at": kept_at,
    }


async def _kin(
    fetch: repository.Fetch, registry: Kinship, row: Row, position: int
) -> tuple[list[Kin], datetime | None]:
    """Of the step that is due now as the registry tells today; of others, and while it is away, as it told at the freezing."""
    kept = next((one["kin"] for one in await fetch(repository.kept_kin(row["tenant"], row["id"], position))), None)
    if kept is None or (row["state"] == State.OPEN and position == row["position"]):
        try:
            return await registry.kin(row["tenant"], row["concerned"]), None
        except Unavailable:
            if kept is None:
                raise
    return [_read(one) for one in kept["items"]], datetime.fromisoformat(kept["at"])


def _people(kin: Kin) -> tuple[UUID, ...]:
    """Everybody on the path, from whom the matter concerns to who is on the roll."""
    return (kin.concerned, *kin.path)


def _shown(one: Row, kin: Kin, names: Mapping[UUID, Named]) -> dict[str, Any]:
    def sex(resident: UUID) -> str:
        return names[resident].sex if resident in names else ""

    return {
        "resident": one["resident"],
        "body": one["body"],
        "concerned": kin.concerned,
        "relation": _both(relation_of(kin.kinds, sex(kin.person))),
        "path": [
            {"resident": resident, "kind": kind, "relation": _both(step_of(kind, sex(resident)))}
            for resident, kind in zip(kin.path, kin.kinds, strict=True)
        ],
        "recused": one["recused"] is not None,
    }


def _both(words: tuple[str, str]) -> dict[str, str]:
    return dict(zip(("zh", "en"), words, strict=True))
