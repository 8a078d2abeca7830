"""Disclosures that the demo's people find: what was published, what is due, what is missing, and what was asked.

Played by the demo's accounts through the rules, at earlier hours, so that the county's log proves each of them.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from sqlalchemy import insert, select

from linli_supervision.disclosures import service
from linli_supervision.disclosures.duties import Duty, duties
from linli_supervision.disclosures.schemas import DisclosureTable, NewDisclosure, TableColumn
from linli_supervision.disclosures.tables import disclosure, disclosure_occasion
from linli_supervision.disclosures.workflow import Step
from linli_supervision.questions import service as questions
from linli_supervision.questions.domain import QuestionStep
from linli_supervision.questions.repository import one as question
from linli_supervision.questions.schemas import NewQuestion, QuestionReply

MONTHS_BACK = 4
NAMES = {
    Role.BOOKKEEPER: "演示报账员",
    Role.SUPERVISOR: "演示监督委员会主任",
    Role.VILLAGE_OFFICIAL: "演示村主任",
}
ROWS: dict[str, list[list[str]]] = {
    "accounts": [
        ["{month}-03", "上级拨付村级运转经费", "25000.00", "", "刘明"],
        ["{month}-08", "村部水电费", "", "1286.40", "刘明"],
        ["{month}-15", "三组道路清淤误工补助", "", "3600.00", "周建国"],
        ["{month}-21", "山林承包款", "8200.00", "", "刘明"],
        ["{month}-26", "公共卫生保洁费", "", "2400.00", "王秀兰"],
    ],
    "assets": [
        ["村部门面房（2 间）", "续租", "18000.00", "镇供销社", "2027-12-31"],
        ["四组鱼塘 12 亩", "公开发包", "9600.00", "本村村民", "2029-06-30"],
    ],
    "benefits": [
        ["张桂兰", "一组", "高龄津贴", "1", "300.00"],
        ["欧阳春生", "二组", "农村低保", "3", "1860.00"],
        ["陈国强", "四组", "残疾人两项补贴", "1", "480.00"],
        ["李秀英", "五组", "临时救助", "2", "1200.00"],
    ],
    "seal_uses": [["{month}-06", "居住情况证明", "4"], ["{month}-19", "集体林地承包合同", "2"]],
    "proxy_services": [["老年人优待证", "12", "12"], ["医保参保登记", "31", "29"], ["生育登记", "3", "3"]],
    "land_subsidies": [["张国栋", "一组", "6.4", "537.60"], ["周兰芳", "三组", "4.8", "403.20"]],
}
BODIES = {"party_work": "本季度召开支部党员大会 1 次、支部委员会 3 次，发展对象公示 1 人，党费按月收缴。"}
OCCASION = ("decisions", "三组道路硬化工程决议")
OPEN_QUESTION = "三组道路清淤误工补助是按什么标准发放的？"
ANSWERED = ("山林承包款为什么比去年少？", "承包面积核减 6 亩，合同变更已在村部公示，可到村部查阅原件。")


async def seed_disclosures(database: Database, profile: Profile, tenant: str, division: str, now: datetime) -> int:
    """Fill a village that has published nothing yet; returns how many disclosures it has then."""
    async with database.transaction(tenant) as tx:
        known = select(disclosure.c.id).where(disclosure.c.tenant == tenant, disclosure.c.division == division).limit(1)
        if await tx.scalar(known) is not None:
            return 0
        first = (now.date().replace(day=1) - timedelta(days=28 * MONTHS_BACK)).replace(day=1)
        await service.start_villages(tx, [division], first)
        item, title = OCCASION
        row = {"tenant": tenant, "id": new_id(), "division": division, "item": item, "title": title}
        await tx.execute(insert(disclosure_occasion).values(**row, day=now.date() - timedelta(days=1)))
    village = DemoVillage(database, profile, tenant, division, now)
    wanted = _all_but_one(_owed(profile, first, now.date()))
    made = [await village.publish(duty) for duty in wanted]
    if made:
        await village.ask(made[0])
    return len(made)


def _owed(profile: Profile, since: date, today: date) -> list[Duty]:
    """What is owed since then, newest first, over the turn of a year too."""
    items, calendar = profile.supervision.disclosure.items, WorkCalendar.official()
    years = sorted({since.year, today.year}, reverse=True)
    return [
        duty
        for year in years
        for duty in duties(items, year=year, since=since, today=today, known=(), occasions=(), calendar=calendar)
    ]


def _all_but_one(found: Iterable[Duty]) -> list[Duty]:
    """The newest seal report stays missing, and what is not due yet unwritten."""
    owed = [duty for duty in found if duty.days_left < 0]
    missing = next((duty for duty in owed if duty.item == "seal_uses"), None)
    return [duty for duty in owed if duty is not missing]


class DemoVillage:
    """The demo's people of one village, and the days on which they did what they did."""

    def __init__(self, database: Database, profile: Profile, tenant: str, division: str, now: datetime) -> None:
        self._database, self._profile, self._tenant, self._division, self._now = (
            database,
            profile,
            tenant,
            division,
            now,
        )

    def viewer(self, role: Role) -> Viewer:
        username = f"{role.value}.{self._division}"
        return Viewer(
            subject=uuid5(NAMESPACE_URL, f"urn:linli:demo:{username}"),
            session="demo",
            tenant=self._tenant,
            role=role,
            divisions=(self._division,),
            name=NAMES[role],
        )

    async def publish(self, duty: Duty) -> UUID:
        """Publish what was owed three days before its last day."""
        return await self.bring(
            self._order(duty), datetime.combine(duty.due - timedelta(days=3), time(9, 30), SHANGHAI)
        )

    async def bring(self, order: NewDisclosure, day: datetime) -> UUID:
        """Write, check and publish within three hours."""
        writer = self.viewer(Role.BOOKKEEPER)
        async with self._database.transaction(self._tenant, writer) as tx:
            tx.now = day
            made = await service.begin(tx, writer, self._profile, order)
        for hours, (step, role) in enumerate(
            (
                (Step.SUBMIT, Role.BOOKKEEPER),
                (Step.CHECK, Role.SUPERVISOR),
                (Step.PUBLISH, Role.VILLAGE_OFFICIAL),
            ),
            start=1,
        ):
            viewer = self.viewer(role)
            async with self._database.transaction(self._tenant, viewer) as tx:
                tx.now = day + timedelta(hours=hours)
                await service.move(tx, viewer, self._profile, made, hours, step)
        return made

    async def ask(self, about: UUID) -> None:
        """One question is answered, one waits since the day before yesterday."""
        await self._question(about, ANSWERED[0], days=6, answer=ANSWERED[1])
        await self._question(about, OPEN_QUESTION, days=2)

    async def _question(self, about: UUID, text: str, *, days: int, answer: str = "") -> None:
        at = self._now - timedelta(days=days)
        async with self._database.transaction(self._tenant) as tx:
            tx.now = at
            row: dict[str, Any] = {"id": about, "division": self._division}
            token, _ = await questions.ask(tx, self._profile, row, NewQuestion(kind="question", text=text))
        if not answer:
            return
        official = self.viewer(Role.VILLAGE_OFFICIAL)
        async with self._database.transaction(self._tenant, official) as tx:
            tx.now = at + timedelta(days=1)
            asked = await questions.own(tx, token)
            found = await tx.one(question(official, asked["id"]))
            if found is not None:
                said = QuestionReply(text=answer)
                await questions.reply(tx, official, self._profile, found["id"], 1, QuestionStep.ANSWER, said)

    def _order(self, duty: Duty) -> NewDisclosure:
        rules = self._profile.supervision.disclosure
        item, template = rules.item(duty.item), rules.template(duty.item)
        rows = ROWS.get(duty.item, [])
        month = duty.period.end.isoformat()[:7]
        columns = [TableColumn(name=one.name.zh, kind=one.kind) for one in template.columns]
        filled = [[cell.format(month=month) for cell in row] for row in rows]
        table = [DisclosureTable(columns=columns, rows=filled)] if columns and rows else []
        lead = template.lead.zh if template.lead else ""
        return NewDisclosure(
            division=self._division,
            item=duty.item,
            period_start=duty.period.start,
            title=f"{_when(duty)}{item.name.zh if item else duty.item}",
            body=BODIES.get(duty.item, lead) or "内容见附表和村部公开栏。",
            tables=table,
        )


def _when(duty: Duty) -> str:
    """The period as a heading names it."""
    start, end = duty.period.start, duty.period.end
    if start == end:
        return f"{start.year}年"
    if start.month == end.month:
        return f"{start.year}年{start.month}月"
    return f"{start.year}年第{(end.month - 1) // 3 + 1}季度" if (end - start).days < 100 else f"{start.year}年度"
