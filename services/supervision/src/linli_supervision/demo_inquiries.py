"""Inquiries and meetings that the demo's people find: one closed after a recheck, one being put right, one planned, and the year's meetings.

Played by the demo's accounts through the rules, on working days of earlier weeks, so that the county's log proves each of them.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.database import Database
from linli_kernel.identity import Role
from linli_kernel.profile import Profile
from sqlalchemy import select

from linli_supervision.demo_disclosures import DemoVillage
from linli_supervision.inquiries import service
from linli_supervision.inquiries.schemas import NewCheck, NewInquiry, NewMeeting
from linli_supervision.inquiries.tables import committee_meeting
from linli_supervision.inquiries.workflow import Step

Told = tuple[int, Step, str]
"""How many working days ago, what, and in which words."""
SERVICES = (
    1,
    "discipline",
    "窗口上班时间无人值守",
    (
        (30, Step.BEGIN, "由纪律监督小组连续三个工作日到便民服务室查看。"),
        (27, Step.OBJECT, "三次查看中有一次窗口无人，未挂去向牌，要求落实替班。"),
        (22, Step.RECTIFY, "已排定替班表并张贴，离岗挂去向牌。"),
        (20, Step.ACCEPT, "再次查看三天，窗口都有人，替班表已张贴。"),
    ),
)
ACCOUNTS = (
    3,
    "finance",
    "第三季度误工补助的原始单据",
    (
        (6, Step.BEGIN, "由民主理财小组逐笔核对凭证。"),
        (2, Step.OBJECT, "两笔误工补助缺少本人签字，要求补齐并在公开栏说明。"),
    ),
)
ANSWERS = (4, "affairs", "上季度居民反映问题的回音", ())
MEETINGS = (
    ("审议上季度财务收支，讨论本季度问查安排", "账目相符；安排四项问查，分小组负责。"),
    ("通报问查发现的问题和整改情况", "窗口值守问题已复查通过；误工补助单据限期补齐。"),
)
CHECKS = (("people", "三人，分任三个小组组长"), ("place", "村部二楼监督委员会办公室"))


async def seed_inquiries(database: Database, profile: Profile, tenant: str, division: str, now: datetime) -> int:
    """Fill a village whose committee has not met yet, where the place inquires; returns how many inquiries it has then."""
    if not profile.supervision.oversight.inquiries:
        return 0
    async with database.transaction(tenant) as tx:
        known = select(committee_meeting.c.id).where(
            committee_meeting.c.tenant == tenant, committee_meeting.c.division == division
        )
        if await tx.scalar(known.limit(1)) is not None:
            return 0
    committee = _Committee(DemoVillage(database, profile, tenant, division, now), database, profile, tenant, division)
    days = _working_days_before(now.date(), 60)
    for number, (topics, decisions) in enumerate(MEETINGS):
        await committee.meet(days[55 - 54 * number], topics, decisions)
    for item, note in CHECKS:
        await committee.has(days[50], item, note)
    planned: Sequence[tuple[int, tuple[int, str, str, Sequence[Told]]]] = ((32, SERVICES), (8, ACCOUNTS), (3, ANSWERS))
    for ago, (question, group, subject, steps) in planned:
        await committee.inquire(days, ago, question, group, subject, steps)
    return len(planned)


def _working_days_before(today: date, count: int) -> list[date]:
    """Yesterday or the last working day before it first."""
    calendar, day, found = WorkCalendar.official(), today, list[date]()
    while len(found) < count:
        day -= timedelta(days=1)
        if calendar.is_working_day(day):
            found.append(day)
    return found


class _Committee:
    """The village's committee and its official, at half past nine of a working day."""

    def __init__(self, village: DemoVillage, database: Database, profile: Profile, tenant: str, division: str) -> None:
        self._village, self._database, self._profile = village, database, profile
        self._tenant, self._division = tenant, division

    async def meet(self, day: date, topics: str, decisions: str) -> None:
        viewer = self._village.viewer(Role.SUPERVISOR)
        async with self._database.transaction(self._tenant, viewer) as tx:
            tx.now = _morning(day)
            order = NewMeeting(division=self._division, day=day, present=3, topics=topics, decisions=decisions)
            await service.keep_meeting(tx, viewer, self._profile, order)

    async def has(self, day: date, item: str, note: str) -> None:
        viewer = self._village.viewer(Role.SUPERVISOR)
        async with self._database.transaction(self._tenant, viewer) as tx:
            tx.now = _morning(day)
            order = NewCheck(division=self._division, met=True, note=note)
            await service.keep_check(tx, viewer, self._profile, item, order)

    async def inquire(
        self, days: Sequence[date], ago: int, question: int, group: str, subject: str, steps: Sequence[Told]
    ) -> None:
        viewer = self._village.viewer(Role.SUPERVISOR)
        async with self._database.transaction(self._tenant, viewer) as tx:
            tx.now = _morning(days[ago])
            order = NewInquiry(
                division=self._division, question=question, origin="planned", group=group, subject=subject
            )
            made = await service.plan(tx, viewer, self._profile, order)
        for version, told in enumerate(steps, start=1):
            await self._step(made, version, days[told[0]], told[1], told[2])

    async def _step(self, inquiry: UUID, version: int, day: date, step: Step, note: str) -> None:
        viewer = self._village.viewer(Role.VILLAGE_OFFICIAL if step is Step.RECTIFY else Role.SUPERVISOR)
        async with self._database.transaction(self._tenant, viewer) as tx:
            tx.now = _morning(day)
            await service.take_step(tx, viewer, self._profile, inquiry, version, step, note)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9, 30), SHANGHAI)
