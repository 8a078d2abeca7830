"""Cases and papers follow a merge of residents, once, and go back when it is undone."""

from typing import Any
from uuid import UUID

import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

ELDER = UUID("01990000-0000-7000-8000-000000000001")
MATTER = "80周岁以上老年人高龄津贴发放"


class Registry:
    """Delivers the registry's events in order."""

    def __init__(self, app: Any, tokens: Any) -> None:
        self.app, self.tokens = app, tokens

    async def tell(self, kind: str, kept: UUID, absorbed: UUID, merge: UUID, again: bool = False) -> None:
        pool = self.app.state.linli.database.pool
        last = await pool.fetchval("SELECT last_seq FROM inbox WHERE tenant = '421202' AND source = 'registry'") or 0
        sequence = last if again else last + 1
        event = {"specversion": "1.0", "id": str(new_id()), "source": "registry", "tenant": "421202"}
        event |= {"type": f"cn.linli.registry.resident.{kind}.v1", "subject": str(kept), "sequence": sequence}
        event |= {"time": "2026-11-23T10:00:00+08:00"}
        data = {"kept": str(kept), "absorbed": str(absorbed), "merge": str(merge), "division": "421202104221"}
        headers = {
            **self.tokens.auth(Role.SERVICE),
            "Content-Type": "application/cloudevents-batch+json",
            "X-Linli-Source": "registry",
            "X-Linli-Tenant": "421202",
            "X-Linli-After": str(sequence - 1),
            "X-Linli-Upto": str(sequence),
        }
        answer = await self.app.state.client.post(
            "/internal/v1/events", json=[{**event, "data": data}], headers=headers
        )
        assert answer.status_code == 204, answer.text
        assert await pool.fetchval("SELECT count(*) FROM dead_letter WHERE source = 'registry'") == 0


@pytest.fixture
def registry(app: Any, tokens: Any) -> Registry:
    return Registry(app, tokens)


async def owner(app: Any, case_id: str) -> UUID:
    found: UUID = await app.state.linli.database.pool.fetchval(
        "SELECT resident_id FROM desk_case WHERE id = $1", UUID(case_id)
    )
    return found


async def test_a_case_follows_the_kept_record_and_goes_back(app: Any, clerk: Any, registry: Registry) -> None:
    opened = await clerk.open(MATTER)
    kept, merge = new_id(), new_id()
    await registry.tell("merged", kept, ELDER, merge)
    assert await owner(app, opened["id"]) == kept
    summary = await clerk.get(f"/api/desk/v1/residents/{kept}/desk-summary")
    assert opened["id"] in summary.text
    await registry.tell("merged", kept, ELDER, merge, again=True)
    await registry.tell("unmerged", kept, ELDER, merge)
    assert await owner(app, opened["id"]) == ELDER


async def test_a_case_opened_after_the_merge_stays_with_the_kept_record(
    app: Any, clerk: Any, registry: Registry
) -> None:
    absorbed, merge = new_id(), new_id()
    await registry.tell("merged", ELDER, absorbed, merge)
    opened = await clerk.open(MATTER)
    await registry.tell("unmerged", ELDER, absorbed, merge)
    assert await owner(app, opened["id"]) == ELDER


async def test_an_undone_merge_that_never_arrived_changes_nothing(app: Any, clerk: Any, registry: Registry) -> None:
    opened = await clerk.open(MATTER)
    await registry.tell("unmerged", ELDER, new_id(), new_id())
    assert await owner(app, opened["id"]) == ELDER


async def test_of_two_papers_of_one_kind_each_person_keeps_one(app: Any, clerk: Any, registry: Registry) -> None:
    opened = await clerk.open(MATTER)
    pool, kept, absorbed, merge = app.state.linli.database.pool, new_id(), new_id(), new_id()
    papers = {name: new_id() for name in ("kept_card", "absorbed_card", "absorbed_photo")}
    attachment = new_id()
    await pool.execute(
        "INSERT INTO attachment (tenant, id, division, case_id, material_id, filename, media_type, size, sha256, content,"
        " created_by, created_at) VALUES ('421202', $1, '421202104221', $2, 'x', 'x', 'image/png', 1, 'x', 'x', $1, now())",
        attachment,
        UUID(opened["id"]),
    )
    for name, key in papers.items():
        await pool.execute(
            "INSERT INTO paper (tenant, id, division, resident_id, kind, name, attachment_id, case_id, created_at)"
            " VALUES ('421202', $1, '421202104221', $2, $3, 'x', $4, $5, now())",
            key, kept if name.startswith("kept") else absorbed, name.split("_")[1], attachment, UUID(opened["id"]),
        )  # fmt: skip

    async def owners() -> list[UUID]:
        rows = await pool.fetch("SELECT id, resident_id FROM paper WHERE id = ANY($1)", list(papers.values()))
        by_id = {row["id"]: row["resident_id"] for row in rows}
        return [by_id[key] for key in papers.values()]

    await registry.tell("merged", kept, absorbed, merge)
    assert await owners() == [kept, absorbed, kept]
    await registry.tell("unmerged", kept, absorbed, merge)
    assert await owners() == [kept, absorbed, absorbed]
