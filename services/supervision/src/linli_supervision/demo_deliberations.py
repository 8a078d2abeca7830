"""Deliberations that the demo's people find: a road that was decided to the end, and matters that are under way.

Played by the demo's accounts through the rules, at earlier hours. The rolls hold ids of nobody: people of the demo are only known
to the registry, which is asked when a roll is frozen on the screen.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database, Tx
from linli_kernel.identity import Role, Viewer
from linli_kernel.profile import Profile
from sqlalchemy import select

from linli_supervision.deliberations import executing, repository, rolls, service, sitting
from linli_supervision.deliberations.eligible import Eligible
from linli_supervision.deliberations.schemas import (
    Attendance,
    Completion,
    HandVotes,
    Judgement,
    MeetingCall,
    MilestoneAim,
    Minutes,
    NewDeliberation,
    Plan,
    Progress,
    Publicity,
    StepRecord,
)
from linli_supervision.deliberations.tables import deliberation
from linli_supervision.deliberations.workflow import Kind, kind_of
from linli_supervision.demo_disclosures import DemoVillage
from linli_supervision.disclosures.schemas import NewDisclosure

ROAD = (
    "三组道路硬化工程",
    "三组主路 1.2 公里硬化，宽 4.5 米；概算 62 万元，其中上级补助 40 万元，村集体出资 22 万元。",
)
BRIDGE = ("村口小桥护栏加固", "村口小桥两侧护栏加固并加装反光标识，概算 3.8 万元，由村集体经费列支。")
NOTES = {
    "propose": "支部委员会研究，群众反映集中，提请按程序决定。",
    "discuss": "“两委”逐项核对概算和出资，形成方案。",
}
MINUTES = "逐项说明概算和出资，与会人员提问并得到答复，随后表决。"
MILESTONES = (("路基整平", 8), ("浇筑路面", 16))
COST_FEN = 62_000_000
BLANK_PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PAPER = ("paper", "验收单.pdf", BLANK_PAGE)
PUBLISHED = {"publish_result": "实施结果公开"}
DAYS_BETWEEN = 3
ELIGIBLE, PRESENT, AGREED = 32, 28, 26
Work = Callable[[Tx, Viewer, UUID, int], Awaitable[Any]]


async def seed_deliberations(database: Database, profile: Profile, tenant: str, division: str, now: datetime) -> int:
    """Play the deliberations of a village that has none yet; returns how many it has then."""
    async with database.transaction(tenant) as tx:
        known = select(deliberation.c.id).where(deliberation.c.tenant == tenant, deliberation.c.division == division)
        if await tx.scalar(known.limit(1)) is not None:
            return 0
    village = DemoVillage(database, profile, tenant, division, now)
    steps = len(profile.supervision.procedures[0].steps)
    finished = now - timedelta(days=DAYS_BETWEEN * steps + 12 * steps)
    plays = [_Play(database, profile, village, division, finished), _Play(database, profile, village, division, now)]
    await plays[0].run(*ROAD, upto=steps)
    plays[1].at = now - timedelta(days=DAYS_BETWEEN * 2 + 1)
    await plays[1].run(*BRIDGE, upto=2)
    return len(plays)


class _Play:
    """One deliberation and the hour at which its next step is taken."""

    def __init__(self, database: Database, profile: Profile, village: DemoVillage, division: str, at: datetime) -> None:
        self._database, self._profile, self._village, self._division, self.at = database, profile, village, division, at
        self._id = UUID(int=0)

    async def run(self, title: str, matter: str, *, upto: int) -> None:
        """Open it under the place's own procedure and take so many steps."""
        procedure = self._profile.supervision.procedures[0]
        order = NewDeliberation(division=self._division, procedure=procedure.code, title=title, matter=matter)
        clerk = self._village.viewer(Role.VILLAGE_OFFICIAL)
        async with self._database.transaction(clerk.tenant, clerk) as tx:
            tx.now = self.at
            self._id = await service.begin(tx, clerk, self._profile, order)
        for step in procedure.steps[:upto]:
            self.at += timedelta(days=DAYS_BETWEEN)
            match kind_of(step):
                case Kind.PLAIN:
                    await self._record(NOTES.get(step.kind, ""))
                case Kind.VOTE:
                    await self._vote(step.bodies)
                case Kind.PUBLICATION:
                    await self._show(f"{title}{PUBLISHED.get(step.code, '决议公开')}", matter, step.categories)
                case Kind.EXECUTION:
                    await self._carry_out()

    async def _do(self, work: Work, role: Role = Role.VILLAGE_OFFICIAL) -> None:
        viewer = self._village.viewer(role)
        async with self._database.transaction(viewer.tenant, viewer) as tx:
            tx.now = self.at
            row = await tx.one(repository.one(viewer, self._id))
            if row is not None:
                await work(tx, viewer, self._id, row["version"])

    async def _record(self, note: str) -> None:
        said = StepRecord(held_on=self.at.astimezone(SHANGHAI).date(), result="agreed", note=note)
        await self._do(lambda tx, viewer, key, version: service.record(tx, viewer, self._profile, key, version, said))

    async def _vote(self, bodies: tuple[str, ...]) -> None:
        people = {
            body: [
                Eligible(uuid5(NAMESPACE_URL, f"linli-demo:voter:{self._division}:{body}:{number}"), None)
                for number in range(ELIGIBLE)
            ]
            for body in bodies
        }
        call = MeetingCall(at=self.at, place="村部会议室")
        await self._do(lambda tx, viewer, key, version: rolls.freeze(tx, viewer, key, version, people))
        await self._do(lambda tx, viewer, key, version: sitting.call(tx, viewer, self._profile, key, version, call))
        await self._do(lambda tx, viewer, key, version: sitting.sit(tx, viewer, key, version))
        said = Minutes(note=MINUTES)
        for body, found in people.items():
            await self._hall(body, [one.resident for one in found])
        await self._do(lambda tx, viewer, key, version: sitting.close(tx, viewer, self._profile, key, version, said))

    async def _hall(self, body: str, ids: list[UUID]) -> None:
        here = Attendance(body=body, residents=ids[:PRESENT])
        agreed = HandVotes(body=body, residents=ids[:AGREED], choice="for")
        abstained = HandVotes(body=body, residents=ids[AGREED:PRESENT], choice="abstain")
        await self._do(lambda tx, viewer, key, _: sitting.attend(tx, viewer, key, here))
        await self._do(lambda tx, viewer, key, _: sitting.hand_votes(tx, viewer, key, agreed))
        await self._do(lambda tx, viewer, key, _: sitting.hand_votes(tx, viewer, key, abstained))

    async def _carry_out(self) -> None:
        """Plan it, reach every milestone with a paper of it, and have the committee accept it."""
        start = self.at.date()
        aims = [MilestoneAim(title=title, due_on=start + timedelta(days=days)) for title, days in MILESTONES]
        plan = Plan(responsible="李国强", budget_fen=COST_FEN, milestones=aims)
        done = Completion(cost_fen=COST_FEN)
        good = Judgement(note="实测宽 4.5 米、长 1.2 公里，账据相符。")
        await self._do(lambda tx, viewer, key, version: executing.plan(tx, viewer, self._profile, key, version, plan))
        for title, _ in MILESTONES:
            self.at += timedelta(days=DAYS_BETWEEN)
            await self._do(lambda tx, viewer, key, _: service.attach(tx, viewer, self._profile, key, *PAPER))
            reached = Progress(note=f"{title}，照片和单据已附。", reached=True)
            await self._do(
                lambda tx, viewer, key, version, said=reached: executing.report(  # type: ignore[misc]
                    tx, viewer, self._profile, key, version, said
                )
            )
        await self._do(
            lambda tx, viewer, key, version: executing.complete(tx, viewer, self._profile, key, version, done)
        )
        await self._do(
            lambda tx, viewer, key, version: executing.accept(tx, viewer, self._profile, key, version, good),
            Role.SUPERVISOR,
        )

    async def _show(self, title: str, matter: str, categories: tuple[str, ...]) -> None:
        """Publish under every category, wait out the days, go on."""
        items = {one.category: one.code for one in reversed(self._profile.supervision.disclosure.items)}
        shown = [
            await self._village.bring(
                NewDisclosure(division=self._division, item=items[category], title=title, body=matter, tables=[]),
                self.at,
            )
            for category in categories
        ]
        self.at += timedelta(hours=4)
        said = Publicity(disclosures=shown)
        await self._do(lambda tx, viewer, key, version: service.publish(tx, viewer, key, version, said))
        self.at += timedelta(days=9)
        await self._do(lambda tx, viewer, key, version: service.conclude(tx, viewer, key, version))
