"""Whistles that the demo's people find on their first morning: to be checked, called, being worked on, late, and settled.

Who reported is invented; the acts are those of the place's rules, played by the demo's accounts at earlier hours.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from linli_kernel.database import Database, Tx
from linli_kernel.identity import Role, Viewer
from sqlalchemy import select

from linli_services_desk.context import Desk
from linli_services_desk.demo_cases import demo_account
from linli_services_desk.whistles import handling, reporting
from linli_services_desk.whistles.hand import InHand, take
from linli_services_desk.whistles.repository import by_id
from linli_services_desk.whistles.schemas import CallDepartments, DepartmentShare, PublicReport, Reporter, StartWhistle
from linli_services_desk.whistles.tables import whistle

# What is wrong, where, who leads, and how many hours ago it came so far: the acts that are played, in their order.
STORIES: tuple[dict[str, Any], ...] = (
    {
        "category": "sanitation", "description": "村口垃圾池三天没有清运，气味很大", "place": "村口垃圾池",
        "reporter": ("周小兰", "13900000011"), "lead": None, "acts": (("report", 2),),
    },
    {
        "category": "road", "description": "三组小桥的护栏断了一截，孩子上学经过", "place": "三组小桥",
        "reporter": None, "lead": None, "acts": (("start", 5),),
    },
    {
        "category": "welfare", "description": "独居老人家中断水多日，腿脚不便没人帮忙", "place": "五组老屋",
        "reporter": ("王五", "13900000012"), "lead": "民政局",
        "acts": (("report", 26), ("call", 25), ("whistle", 24), ("report_in", 23)),
    },
    {
        "category": "housing", "description": "雨后一户土墙开裂倾斜，担心倒塌", "place": "二组",
        "reporter": ("陈国强", "13900000013"), "lead": "住房和城乡建设局",
        "acts": (("report", 75), ("call", 74), ("whistle", 73)),
    },
    {
        "category": "water", "description": "四组水管漏水，路面积水结泥", "place": "四组路口",
        "reporter": ("李秀英", "13900000014"), "lead": "水利局",
        "acts": (("report", 150), ("call", 149), ("whistle", 148), ("report_in", 147), ("solve", 125), ("close", 101)),
    },
)  # fmt: skip


async def seed_whistles(database: Database, desk: Desk, tenant: str, division: str) -> int:
    """Play the stories in a village that has no whistle yet; returns how many."""
    async with database.transaction(tenant) as tx:
        known = select(whistle.c.id).where(whistle.c.tenant == tenant, whistle.c.division == division).limit(1)
        if await tx.scalar(known) is not None:
            return 0
    for story in STORIES:
        whistle_id: UUID | None = None
        for act, hours in story["acts"]:
            async with database.transaction(tenant, _actor(act, tenant, division, story)) as tx:
                tx.now -= timedelta(hours=hours)
                whistle_id = await _play(tx, desk, act, division, story, whistle_id)
    return len(STORIES)


def _actor(act: str, tenant: str, division: str, story: dict[str, Any]) -> Viewer | None:
    """Who does what: residents report without an account."""

    def at(role: Role, area: str, name: str, department: str | None = None) -> Viewer:
        account = demo_account(f"{role.value}.{area}")
        return Viewer(account, "seed", tenant, role, (area,), department=department, name=name)

    match act:
        case "report":
            return None
        case "start" | "call":
            return at(Role.VILLAGE_OFFICIAL, division, "村干部")
        case "whistle" | "close":
            return at(Role.TOWNSHIP_OFFICER, division[:9], "乡镇干部")
        case _:
            return at(Role.DEPARTMENT_OFFICER, division[:6], story["lead"], story["lead"])


async def _play(
    tx: Tx, desk: Desk, act: str, division: str, story: dict[str, Any], whistle_id: UUID | None
) -> UUID | None:
    facts = {name: story[name] for name in ("category", "description", "place")}
    if act == "report":
        name, phone = story["reporter"]
        order = PublicReport(division=division, **facts, reporter=Reporter(name=name, phone=phone))
        return (await reporting.report(tx, desk, order))[0].id
    if act == "start":
        return (await reporting.start(tx, desk, StartWhistle(division=division, **facts))).id
    hand: InHand = await take(tx, desk, await tx.one(by_id(tx.tenant, whistle_id or UUID(int=0), lock=True)))
    version = hand.row["version"]
    match act:
        case "call":
            await handling.call_township(tx, desk, hand, version, "已到现场看过，情况属实")
        case "whistle":
            shares = [DepartmentShare(department=story["lead"], part="lead")]
            await handling.whistle(tx, desk, hand, version, CallDepartments(departments=shares))
        case "report_in":
            await handling.report_in(tx, desk, hand, version, "已到现场")
        case "solve":
            await handling.solve(tx, desk, hand, version, "水管已更换，路面已清理")
        case "close":
            await handling.close(tx, desk, hand, version, "现场看过，已恢复")
    return hand.id
