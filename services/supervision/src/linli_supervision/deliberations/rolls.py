"""The roll of a vote: who the registry says is eligible, frozen as ids with their count and digest.

Party members and villagers are the registry's to name; representatives and members of a group are listed by the village and
checked by the registry. From the freezing on nobody is added or taken away.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, Protocol
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.identity import Viewer
from linli_kernel.profile.supervision import DecisionStep
from sqlalchemy import insert

from linli_supervision.deliberations import service
from linli_supervision.deliberations.eligible import Eligible
from linli_supervision.deliberations.errors import NotByGroup, NotEligible, RollEmpty
from linli_supervision.deliberations.tables import deliberation_roll, deliberation_voter
from linli_supervision.deliberations.workflow import Command
from linli_supervision.rows import Row

FROM_REGISTRY: Mapping[str, Literal["adults", "party", "heads"]] = {
    "party_members": "party",
    "villagers": "adults",
    "residents": "adults",
    "households": "heads",
}
"""Bodies that the registry knows; every other one is listed by the village."""
OF_A_GROUP = frozenset({"households", "residents"})


class Registry(Protocol):
    async def roll(
        self,
        tenant: str,
        division: str,
        *,
        on: date,
        kind: str,
        non_local: bool,
        listed: Sequence[UUID] | None = None,
        grids: Sequence[UUID] | None = None,
    ) -> list[Eligible]: ...


def digest(people: Sequence[Eligible]) -> str:
    """Return the SHA-256 (hexadecimal) of the sorted ids, one a line."""
    return hashlib.sha256("\n".join(sorted(str(one.resident) for one in people)).encode()).hexdigest()


async def asked(
    registry: Registry,
    row: Row,
    step: DecisionStep,
    listed: Mapping[str, Sequence[UUID]],
    grids: Sequence[UUID],
    today: date,
) -> dict[str, list[Eligible]]:
    """Return the people of every body of a step, or of those whom it invites; raises Unavailable while the registry does not
    answer."""
    found: dict[str, list[Eligible]] = {}
    wanted = step.invites.who if step.invites else step.bodies
    if grids and not (step.invites and step.invites.by_group):
        raise NotByGroup
    for body in wanted:
        names = sorted(set(listed.get(body, ()))) if body not in FROM_REGISTRY else None
        people = await registry.roll(
            row["tenant"],
            row["division"],
            on=today,
            kind=FROM_REGISTRY.get(body, "adults"),
            non_local=step.non_local,
            listed=names,
            grids=sorted(set(grids)) if grids and body in OF_A_GROUP else None,
        )
        if names is not None and len(people) < len(names):
            raise NotEligible(count=len(names) - len(people))
        # Whom the convenor names beside others may be nobody.
        if not people and (names is None or step.invites is None):
            raise RollEmpty
        if people:
            found[body] = people
    if not found:
        raise RollEmpty
    return found


async def freeze(
    tx: Tx,
    viewer: Viewer,
    deliberation_id: UUID,
    version: int,
    people: Mapping[str, Sequence[Eligible]],
    kin: Mapping[str, Any] | None = None,
) -> None:
    """Keep the rolls of the present step, and who on them is kin of whom the matter concerns."""
    row = await service.load(tx, viewer, deliberation_id, version)
    await service.advance(tx, viewer, row, Command.ENROL, kin=kin)
    key = {"tenant": tx.tenant, "deliberation_id": row["id"], "position": row["position"]}
    for body, found in people.items():
        households = {one.household or one.resident for one in found}
        roll = {
            "body": body,
            "source": "registry" if body in FROM_REGISTRY else "listed",
            "people": len(found),
            "households": len(households),
            "sha256": digest(found),
            "frozen_at": tx.now,
            "by_name": viewer.name,
        }
        await tx.execute(insert(deliberation_roll).values(**key, **roll))
        voters = [{**key, "body": body, "resident": one.resident, "household": one.household} for one in found]
        await tx.execute(insert(deliberation_voter), voters)
        service.record_act(tx, "deliberation.roll", row, body=body, people_count=len(found), sha256=roll["sha256"])
