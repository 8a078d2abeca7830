"""Deliberations for tests: a village with its officials and voters; a test states only what matters."""

from datetime import timedelta
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
from linli_kernel.ids import new_id

from tests.pictures import PICTURE
from tests.supervision.conftest import Service
from tests.supervision.disclosing import VILLAGE, Disclosing

PATH = "/api/supervision/v1/deliberations"
BALLOTS = "/api/supervision/v1/ballots"
FOUR = "four_deliberations_five_disclosures"
MINUTES = "逐项说明概算和出资，答复提问，随后表决。"


class Deciding:
    """The people of one village and what they decide."""

    def __init__(self, service: Service, division: str = VILLAGE, tenant: str = "421202") -> None:
        self.service, self.division, self.tenant = service, division, tenant
        self.disclosing = Disclosing(service, division, tenant)
        roles = ("clerk", "village_official", "supervisor", "township_officer")
        self.people = {role: service.auth(role, divisions=[division], tenant=tenant) for role in roles}

    def eligible(self, number: int, kind: str = "adults", *, non_local: bool = False, each: int = 1) -> list[str]:
        """Register so many adults, `each` of them in one household; return their ids."""
        homes = [str(new_id()) for _ in range(-(-number // each))]
        people = [(str(new_id()), homes[at // each]) for at in range(number)]
        self.service.neighbours.eligible[kind, non_local] = list(people)
        return [one for one, _ in people]

    def resident(self, resident: str) -> dict[str, str]:
        return self.service.auth("resident", tenant=self.tenant, divisions=[], resident=resident)

    async def send(
        self, path: str, body: Any = None, role: str = "village_official", one: dict[str, Any] | None = None
    ) -> Any:
        headers = self.people[role] | ({"If-Match": f'"{one["version"]}"'} if one else {})
        return await self.service.client.post(f"{PATH}{path}", json={} if body is None else body, headers=headers)

    async def open(self, procedure: str = FOUR, **more: Any) -> dict[str, Any]:
        order = {"division": self.division, "procedure": procedure, "title": "三组道路硬化", "matter": "硬化 1.2 公里"}
        answer = await self.send("", {**order, **more}, "clerk")
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def give(self, one: dict[str, Any], command: str, body: Any = None) -> dict[str, Any]:
        answer = await self.send(f"/{one['id']}/{command}", body, one=one)
        assert answer.status_code in (200, 201), answer.text
        after: dict[str, Any] = answer.json()
        return after

    async def read(self, one: dict[str, Any], role: str = "village_official") -> dict[str, Any]:
        answer = await self.service.client.get(f"{PATH}/{one['id']}", headers=self.people[role])
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def record(self, one: dict[str, Any], result: str = "agreed", note: str = "同意") -> dict[str, Any]:
        day = self.service.clock.today().isoformat()
        return await self.give(one, "record", {"held_on": day, "result": result, "note": note})

    async def take(self, one: dict[str, Any], halls: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """Take the step that is due now, whatever it is; `halls` are the people of each body, who all agree."""
        step = one["steps"][one["position"]]
        match step["kind"]:
            case "plain" | "gathering":
                return await self.record(one)
            case "vote":
                one = await self.meet(one, halls)
                for body in step["bodies"]:
                    assert (await self.vote(one, body, (halls or {})[body])).status_code == 200
                return await self.give(one, "close", {"note": MINUTES})
            case "publication":
                one = await self.show(one)
                self.service.clock.move(timedelta(days=8))
                return await self.give(one, "conclude")
        return await self.accept(await self.carry_out(one))

    async def try_ahead(self, one: dict[str, Any]) -> set[tuple[int, str]]:
        """Try to begin every other kind of step that is still to come; return how it was answered."""
        today = self.service.clock.today().isoformat()
        begun = {
            "gathering": ("call", {"at": self.service.clock.now().isoformat(), "place": "村部会议室"}),
            "plain": ("record", {"held_on": today, "result": "agreed"}),
            "vote": ("enrol", {}),
            "publication": ("publish", {"disclosures": [str(new_id())]}),
            "execution": ("plan", self.plan()),
        }
        now, *later = (step["kind"] for step in one["steps"][one["position"] :])
        answers = [
            await self.send(f"/{one['id']}/{command}", body, one=one)
            for command, body in (begun[kind] for kind in sorted(set(later) - {now}))
        ]
        return {(answer.status_code, answer.json().get("code")) for answer in answers}

    async def drafted(self, one: dict[str, Any]) -> str:
        """What the draft of the publication that is due now says."""
        draft = await self.send(f"/{one['id']}/drafts", {"item": (await self.items(one))[0]}, "clerk")
        assert draft.status_code == 201, draft.text
        where = f"/api/supervision/v1/disclosures/{draft.json()['disclosure_id']}"
        written = await self.service.client.get(where, headers=self.people["clerk"])
        return str(written.json()["body"])

    async def paper(self, one: dict[str, Any]) -> str:
        """The words of the resolution's PDF without their gaps."""
        found = await self.service.client.get(f"{PATH}/{one['id']}/resolution", headers=self.people["supervisor"])
        pages = pypdfium2.PdfDocument(found.content)
        return "".join("".join(page.get_textpage().get_text_range() for page in pages).split())

    async def meet(self, one: dict[str, Any], listed: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """Freeze the roll, call the meeting as early as it may be held, and open it on that day."""
        one = await self.give(one, "enrol", {"listed": listed or {}})
        ahead = one["steps"][one["position"]]["notice_days"] or 0
        at = self.service.clock.now() + timedelta(days=ahead)
        one = await self.give(one, "call", {"at": at.isoformat(), "place": "村部会议室"})
        self.service.clock.move(timedelta(days=ahead))
        return await self.give(one, "sit")

    async def vote(self, one: dict[str, Any], body: str, people: list[str], choice: str | None = "for") -> Any:
        here = await self.send(f"/{one['id']}/attendance", {"body": body, "residents": people}, "clerk")
        assert here.status_code == 200, here.text
        voted = {"body": body, "residents": people, "choice": choice}
        return await self.send(f"/{one['id']}/votes", voted, "clerk")

    async def photograph(self, one: dict[str, Any], kind: str = "photograph") -> Any:
        return await self.service.client.post(
            f"{PATH}/{one['id']}/files?kind={kind}",
            files={"file": ("唱票.png", PICTURE)},
            headers=self.people["clerk"],
        )

    async def carry_out(self, one: dict[str, Any], aims: int = 2) -> dict[str, Any]:
        """Plan so many milestones a week apart, reach each on its day, and bring it before the committee."""
        one = await self.give(one, "plan", self.plan(aims))
        for _ in range(aims):
            self.service.clock.move(timedelta(days=7))
            one = await self.reach(one)
        return await self.give(one, "complete", {"cost_fen": 61_840_050})

    def plan(self, aims: int = 2) -> dict[str, Any]:
        days = [self.service.clock.today() + timedelta(days=7 * number) for number in range(1, aims + 1)]
        milestones = [{"title": f"第{at}段路面", "due_on": str(day)} for at, day in enumerate(days, start=1)]
        return {"responsible": "李国强", "budget_fen": 62_000_000, "milestones": milestones}

    async def reach(self, one: dict[str, Any]) -> dict[str, Any]:
        """Reach the next milestone with a photograph of it."""
        assert (await self.photograph(one)).status_code == 201
        return await self.give(one, "report", {"note": "已浇筑完成", "reached": True})

    async def accept(self, one: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send(f"/{one['id']}/accept", {"note": "尺寸和账据相符"}, "supervisor", one)
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after

    async def disclose(self, one: dict[str, Any]) -> list[str]:
        """Publish under every category of the step that is due now."""
        made = [await self.disclosing.publish(item=item, title="决议公开", tables=[]) for item in await self.items(one)]
        return [published["id"] for published in made]

    async def items(self, one: dict[str, Any]) -> list[str]:
        """An item of the catalogue for every category of the step that is due now."""
        catalogue = await self.service.client.get(
            "/api/supervision/v1/disclosures/catalogue", headers=self.people["clerk"]
        )
        first: dict[str, str] = {}
        for item in catalogue.json()["items"]:
            first.setdefault(item["category"], item["code"])
        return [first[category] for category in one["steps"][one["position"]]["categories"]]

    async def show(self, one: dict[str, Any]) -> dict[str, Any]:
        return await self.give(one, "publish", {"disclosures": await self.disclose(one)})
