"""Every village has a hall: its first number or case opens it, with the place's counters.

What a paper says of the issuer stands here, so no village is ever printed as a code because nobody had set it up. While the
registry is away nothing is waited for: the next number or case tries again.
"""

from typing import Any

from linli_kernel.database import Tx
from linli_kernel.errors import Unavailable
from linli_kernel.ids import new_id
from sqlalchemy.dialects.postgresql import insert as upsert

from linli_services_desk.clients.registry import Place
from linli_services_desk.context import Desk
from linli_services_desk.windows import repository
from linli_services_desk.windows.tables import hall, service_window

HOURS = "工作日 8:30–12:00、14:30–17:30"
COMPLAINTS = "12345"
# FACTS §3: village codes up to 199 are residents' committees, the others villagers' committees or not told.
LAST_OF_RESIDENTS = 199


async def ensure(tx: Tx, desk: Desk, division: str) -> None:
    """Open the village's hall unless it is open."""
    key = (tx.tenant, division)
    if key in desk.halls:
        return
    if await tx.one(repository.hall_of(*key)) is None:
        try:
            place = await desk.registry.place(division, tx.tenant)
        except Unavailable:
            return
        await open_hall(tx, desk, facts_of(tx.tenant, division, place))
    tx.after_commit(lambda: desk.halls.add(key))


async def open_hall(tx: Tx, desk: Desk, facts: dict[str, Any]) -> None:
    """Store a hall and a window for each counter of the place; what is there already stays as it is."""
    await tx.execute(upsert(hall).values(facts).on_conflict_do_nothing())
    key = {"tenant": facts["tenant"], "division": facts["division"]}
    names = [counter.name.zh for counter in desk.profile(facts["tenant"]).desk.counters]
    windows = [
        {**key, "id": new_id(), "number": number, "name": name, "state": "open", "version": 1}
        for number, name in enumerate(names, start=1)
    ]
    await tx.execute(upsert(service_window).values(windows).on_conflict_do_nothing())


def facts_of(tenant: str, division: str, place: Place) -> dict[str, Any]:
    """What the hall and its papers say, from the names of the village and of what it lies in."""
    named = {one.level: one.name for one in place.above}
    county, township = named.get("county", ""), named.get("township", "")
    # A city that is a county stands for itself: 华蓥市, but 咸宁市咸安区.
    above = county if county.endswith("市") else named.get("prefecture", "") + county
    residents = place.short_name.endswith("社区") or int(division[9:]) <= LAST_OF_RESIDENTS
    committee = "居民委员会" if residents else "村民委员会"
    return {
        "tenant": tenant,
        "division": division,
        "name": f"{place.short_name}便民服务大厅",
        "body": f"{above}{township}{place.short_name}{committee}",
        "county_name": county,
        "township_name": township,
        "village_name": place.short_name,
        "address": f"{county}{township}{place.short_name}党群服务中心",
        "hours": HOURS,
        "phone": "",
        "complaint_phone": COMPLAINTS,
    }
