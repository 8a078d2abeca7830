"""Who on a roll is close kin of somebody whom the matter concerns, with the path between them.

The links stay in the registry: it is asked for the kin of those concerned, and only those on the roll are told. Whether somebody
steps aside is decided in the meeting and recorded there.
"""

from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from linli_supervision.deliberations import repository
from linli_supervision.deliberations.eligible import Kin
from linli_supervision.rows import Row


class Kinship(Protocol):
    async def kin(self, tenant: str, people: Sequence[UUID]) -> list[Kin]: ...


async def found(fetch: repository.Fetch, registry: Kinship, row: Row) -> list[dict[str, Any]]:
    """Return the conflicts of the present step; raises Unavailable while the registry does not answer."""
    if not row["concerned"]:
        return []
    near = {one.person: one for one in await registry.kin(row["tenant"], row["concerned"])}
    rows = await fetch(repository.among(row["tenant"], row["id"], row["position"], near))
    return [
        {
            "resident": one["resident"],
            "body": one["body"],
            "concerned": near[one["resident"]].concerned,
            "path": [
                {"resident": resident, "kind": kind}
                for resident, kind in zip(near[one["resident"]].path, near[one["resident"]].kinds, strict=True)
            ],
            "recused": one["recused"] is not None,
        }
        for one in rows
    ]
