"""Writing and publishing for tests: valid defaults, a test states only what matters."""

from typing import Any

from linli_kernel.ids import new_id

from tests.supervision.conftest import Service

VILLAGE = "421202104221"
PATH = "/api/supervision/v1/disclosures"
PUBLIC = "/api/public/v1/disclosures"
TABLE = {
    "caption": "收支",
    "columns": [
        {"name": "日期", "kind": "date"},
        {"name": "摘要", "kind": "text"},
        {"name": "金额（元）", "kind": "money"},
    ],
    "rows": [["2026-03-02", "水费", "128.50"]],
}


class Disclosing:
    """The people of one village, each under one account, and what they do with disclosures."""

    def __init__(self, service: Service, division: str = VILLAGE, tenant: str = "421202") -> None:
        self.service, self.division = service, division
        accounts = {role: new_id() for role in ("bookkeeper", "supervisor", "village_official")}
        self.people = {
            role: service.auth(role, sub=account, divisions=[division], tenant=tenant)
            for role, account in accounts.items()
        }

    async def post(self, path: str, body: Any, role: str, version: int | None = None) -> Any:
        headers = self.people[role] | ({"If-Match": f'"{version}"'} if version is not None else {})
        return await self.service.client.post(f"{PATH}{path}", json=body, headers=headers)

    async def draft(self, *, role: str = "bookkeeper", **content: Any) -> dict[str, Any]:
        order = {"division": self.division, "item": "accounts", "title": "三月收支", "body": "本月收支如下。"}
        answer = await self.post("", {**order, "tables": [TABLE], **content}, role)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def step(self, one: dict[str, Any], step: str, role: str, reason: str = "") -> dict[str, Any]:
        answer = await self.post(f"/{one['id']}/{step}", {"reason": reason}, role, one["version"])
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after

    async def bring(self, one: dict[str, Any]) -> dict[str, Any]:
        """Take a draft through the check to everybody."""
        one = await self.step(one, "submit", "bookkeeper")
        one = await self.step(one, "check", "supervisor")
        return await self.step(one, "publish", "village_official")

    async def publish(self, **content: Any) -> dict[str, Any]:
        return await self.bring(await self.draft(**content))
