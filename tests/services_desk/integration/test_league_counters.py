"""The league table's counters after many acts at once: the county's are the sums of its townships', and both are what happened."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import asyncpg
import httpx
import pytest
from linli_kernel import bulk
from linli_kernel.identity import Role
from linli_services_desk.whistles.tables import COUNTERS

from tests.services_desk.whistle_story import OPEN, STAFF, facts

TENANT = "511681"
VILLAGES = ("511681002001", "511681003001")
DEPARTMENTS = ("民政局", "水利局", "教育局")
SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in COUNTERS)
OF_TOWNSHIPS = f"SELECT tenant, month, department, {SUMS} FROM whistle_tally GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
OF_COUNTIES = f"SELECT tenant, month, department, {', '.join(COUNTERS)} FROM whistle_county_tally ORDER BY 1, 2, 3"
_phones: Iterator[int] = count(13_600_000_000)


class Place:
    """A township with its people, who act on their own whistles in an order drawn by chance."""

    def __init__(self, http: httpx.AsyncClient, hire: Any, village: str, done: Counter[tuple[str, str]]) -> None:
        self.http = http
        self.village = village
        self.done = done
        self.clerk = hire(Role.CLERK, tenant=TENANT, divisions=[village])
        self.officer = hire(Role.TOWNSHIP_OFFICER, tenant=TENANT, divisions=[village[:9]])
        self.departments = {
            name: hire(Role.DEPARTMENT_OFFICER, tenant=TENANT, divisions=[TENANT], department=name)
            for name in DEPARTMENTS
        }

    async def live(self, seed: int) -> None:
        """One whistle from its report to its rating; what each department did is noted."""
        chance = Random(seed)
        reporter = {"name": "李明", "phone": str(next(_phones))}
        report = await self.http.post(OPEN, json=facts(division=self.village, reporter=reporter))
        token = report.json()["token"]
        known = (await self.http.get(f"{OPEN}/{token}")).json()
        page = await self.clerk.get(STAFF, params={"limit": 100})
        whistle = next(one["id"] for one in page.json()["items"] if one["number"] == known["number"])
        await self.act(self.clerk, whistle, "call")
        called = chance.sample(DEPARTMENTS, 1 + chance.randrange(3))
        shares = [{"department": name, "part": "assist" if n else "lead"} for n, name in enumerate(called)]
        await self.act(self.officer, whistle, "whistle", {"departments": shares})
        self.note(called, "assigned")
        gone = [name for name in called[1:] if chance.random() < 0.4]
        stay = [name for name in called if name not in gone]
        for name in chance.sample(called, len(called)):
            await self.act(
                self.departments[name],
                whistle,
                *(("decline", {"reason": "不是本部门"}) if name in gone else ("report-in",)),
            )
        self.note(gone, "declined")
        self.note(stay, "reported", "reported_on_time")
        await self.solve(whistle, stay)
        if chance.random() < 0.5:
            await self.act(self.officer, whistle, "send-back", {"reason": "仍未解决"})
            self.note(stay[:1], "sent_back")
            await self.solve(whistle, stay[:1])
        await self.act(self.officer, whistle, "close")
        self.note(stay, "solved", "solved_on_time")
        level = 1 + chance.randrange(5)
        rated = await self.http.post(f"{OPEN}/{token}/rating", json={"level": level})
        assert rated.status_code == 201, rated.text
        self.note(stay, "ratings", *["levels"] * level)

    async def solve(self, whistle: str, stay: list[str]) -> None:
        # The lead, who was named first, answers last.
        for name in reversed(stay):
            await self.act(self.departments[name], whistle, "solve", {"answer": "已处理"})

    async def act(self, person: Any, whistle: str, name: str, body: Any = None) -> None:
        version = (await person.get(f"{STAFF}/{whistle}")).json()["version"]
        answer = await person.post(f"{STAFF}/{whistle}/{name}", body, version)
        assert answer.status_code == 200, f"{name}: {answer.text}"

    def note(self, departments: list[str], *counters: str) -> None:
        for department in departments:
            for counter in counters:
                self.done[department, counter] += 1


@pytest.fixture
async def owner(app: Any) -> Any:
    connection = await asyncpg.connect(bulk.dsn(app.state.urls.owner_url))
    yield connection
    await connection.close()


async def test_counters_of_county_and_townships_are_what_happened_in_whatever_order(
    http: httpx.AsyncClient, hire: Any, owner: asyncpg.Connection
) -> None:
    done: Counter[tuple[str, str]] = Counter()
    places = [Place(http, hire, village, done) for village in VILLAGES]
    await asyncio.gather(*(places[seed % 2].live(seed) for seed in range(10)))

    of_county = [tuple(row) for row in await owner.fetch(OF_COUNTIES)]
    assert of_county == [tuple(row) for row in await owner.fetch(OF_TOWNSHIPS)]
    county = {row["department"]: row for row in await owner.fetch(OF_COUNTIES) if row["tenant"] == TENANT}
    kept = {(department, name): row[name] for department, row in county.items() for name in COUNTERS}
    told = {name for _, name in done}
    assert {place: value for place, value in kept.items() if value and place[1] in told} == dict(done)


async def test_the_county_reads_its_own_rows_and_a_township_only_its_part(
    http: httpx.AsyncClient, hire: Any, owner: asyncpg.Connection
) -> None:
    first, second = (Place(http, hire, village, Counter()) for village in VILLAGES)
    await first.live(1)
    await second.live(2)
    admin = hire(Role.COUNTY_ADMIN, tenant=TENANT, divisions=[TENANT])

    def assigned(answer: httpx.Response) -> Counter[str]:
        assert answer.status_code == 200, answer.text
        return Counter({line["department"]: line["assigned"] for line in answer.json()["items"]})

    path = "/api/desk/v1/whistle-league"
    parts = [assigned(await admin.get(path, params={"township": village[:9]})) for village in VILLAGES]
    assert all(parts)
    assert assigned(await admin.get(path)) == parts[0] + parts[1]
    assert assigned(await first.officer.get(path)) == parts[0]
    assert assigned(await second.officer.get(path, params={"township": VILLAGES[0][:9]})) == Counter()
