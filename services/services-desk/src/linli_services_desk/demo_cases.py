"""Cases that the demo's clerk finds on her first morning: one overdue, one due soon, one waiting for the resident, one begun.

Their applicants are invented and entered by hand, as if the registry had been away; the steps are those of the place.
"""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.database import Database, Tx
from linli_kernel.identity import Role, Viewer
from linli_kernel.ids import new_id
from sqlalchemy import select

from linli_services_desk.cases import acceptance, opening, pausing
from linli_services_desk.cases.hand import load
from linli_services_desk.cases.schemas import Applicant, NoticeItem, OpenCase, SetMaterial, Supplement
from linli_services_desk.cases.tables import desk_case
from linli_services_desk.context import Desk
from linli_services_desk.materials import service as materials
from linli_services_desk.matters.tables import matter

# Matter, days since it was brought, applicant, and the form beyond the person.
STORIES: tuple[dict[str, Any], ...] = (
    {
        "code": "LL-MZ-0101",
        "days": 25,
        "name": "周玉珍",
        "sex": "2",
        "born": "1941-03-08",
        "form": {"bank_account": "6217000010001234567"},
        "then": "accept",
    },
    {
        "code": "LL-MZ-0106",
        "days": 9,
        "name": "陈国强",
        "sex": "1",
        "born": "1979-05-17",
        "form": {"event": "illness", "reason": "突发重病住院，自付费用较高", "bank_account": "6217000010007654321"},
        "then": "accept",
    },
    {
        "code": "LL-MZ-0105",
        "days": 2,
        "name": "李秀英",
        "sex": "2",
        "born": "1958-09-22",
        "form": {},
        "then": "supplement",
    },
    {
        "code": "LL-ZM-0201",
        "days": 0,
        "name": "王建军",
        "sex": "1",
        "born": "1985-07-14",
        "form": {"since": "2012-05-01", "purpose": "子女入学", "recipient": "中心小学"},
        "then": "receive",
    },
)
# Valid in form, given to nobody.
NUMBERS = {
    "421202": ("421202194103080025", "421202197905170114", "421202195809220047", "421202198507140133"),
    "511681": ("511681194103080024", "511681197905170113", "511681195809220046", "511681198507140132"),
}


def demo_account(username: str) -> UUID:
    """The account id that the gateway gives a demo user."""
    return uuid5(NAMESPACE_URL, f"urn:linli:demo:{username}")


async def seed_cases(database: Database, desk: Desk, tenant: str, division: str, place: str) -> int:
    """Open the demo's cases in a hall that has none yet; returns how many."""
    async with database.transaction(tenant) as tx:
        known = select(desk_case.c.id).where(desk_case.c.tenant == tenant, desk_case.c.division == division).limit(1)
        if await tx.scalar(known) is not None:
            return 0
        found = await tx.all(select(matter.c.code, matter.c.id).where(matter.c.tenant == tenant))
    matters = {row["code"]: row["id"] for row in found}
    clerk = Viewer(demo_account(f"clerk.{division}"), "seed", tenant, Role.CLERK, (division,), name="综合窗口")
    for story, number in zip(STORIES, NUMBERS[tenant], strict=True):
        async with database.transaction(tenant, clerk) as tx:
            tx.now -= timedelta(days=story["days"])
            await _play(tx, desk, matters[story["code"]], story, number, place)
    return len(STORIES)


async def _play(tx: Tx, desk: Desk, matter_id: UUID, story: dict[str, Any], number: str, place: str) -> None:
    version, definition = await opening.find_matter(tx, desk, matter_id)
    person = {
        "name": story["name"],
        "identity_number": number,
        "sex": story["sex"],
        "birth_date": story["born"],
        "address": f"{place}2组6号",
    }
    order = OpenCase(matter_id=matter_id, applicant=Applicant.model_validate(person), form=story["form"])
    row = (await opening.open_case(tx, desk, order, version, definition, None, new_id())).row
    case = await load(tx, desk, row["id"])
    if story["then"] == "supplement":
        notice = Supplement(items=[NoticeItem(material_id="photo", text="请补交近期白底照片")])
        await pausing.ask_supplement(tx, desk, case, 1, notice)
        return
    for material in definition["materials"]:
        await materials.set_state(tx, desk, case, material["id"], SetMaterial(state="original_checked"))
    case = await load(tx, desk, row["id"])
    if story["then"] == "accept":
        await acceptance.accept(tx, desk, case, 1, "")
    else:
        await acceptance.receive(tx, desk, case, 1, "")
