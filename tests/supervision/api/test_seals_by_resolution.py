"""A custodian's resolution is one that the village passed and published, or one from before the installation."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.deciding import Deciding
from tests.supervision.sealing import API, VILLAGE, Hall

NONE = "supervision.no_resolution"


class Naming:
    """A village that decides who keeps its seal, and the county that enters it in the register."""

    def __init__(self, service: Service) -> None:
        self.service, self.village, self.hall = service, Deciding(service), Hall(service)
        self.halls = {"representatives": self.village.eligible(9), "party_members": self.village.eligible(6, "party")}
        self.new = {"id": str(new_id()), "name": "李四", "role": "custodian", "title": "保管岗"}
        service.neighbours.holders = [self.new]

    @property
    def county(self) -> dict[str, str]:
        return self.hall.auth("county_admin", divisions=[self.hall.tenant])

    async def decided(self, upto: str = "publish_resolution") -> dict[str, Any]:
        """A deliberation whose steps are taken up to the one of that code, and that too."""
        one = await self.village.open(title="印章保管人")
        for step in one["steps"]:
            one = await self.village.take(one, self.halls)
            if step["code"] == upto:
                return one
        raise AssertionError([step["code"] for step in one["steps"]])

    async def propose(self, **named: Any) -> httpx.Response:
        await self.hall.find_seal()
        path = f"{API}/seals/{self.hall.seal_id}/custodians/2/successor"
        return await self.service.client.post(path, json={"account": self.new["id"], **named}, headers=self.county)

    async def confirm(self, change: dict[str, Any]) -> httpx.Response:
        headers = self.hall.auth("supervisor") | {"If-Match": f'"{change["version"]}"'}
        return await self.service.client.post(f"{API}/seal-changes/{change['id']}/confirm", headers=headers)

    async def offered(self, division: str = VILLAGE) -> list[dict[str, Any]]:
        path = f"{API}/seal-resolutions?division={division}"
        items: list[dict[str, Any]] = (await self.service.client.get(path, headers=self.county)).json()["items"]
        return items


@pytest.fixture
def naming(service: Service) -> Naming:
    return Naming(service)


def steps_of(one: dict[str, Any]) -> dict[str, list[str]]:
    return {kind: [s["code"] for s in one["steps"] if s["kind"] == kind] for kind in ("vote", "publication")}


async def test_a_published_resolution_names_a_custodian_with_its_own_number_and_day(naming: Naming) -> None:
    opened = await naming.village.open(title="别的事")
    publication = steps_of(opened)["publication"][0]
    one = await naming.decided(publication)
    [found] = await naming.offered()
    assert (found["deliberation_id"], found["title"]) == (one["id"], "印章保管人")
    assert found["number"] in await naming.village.paper(one)
    proposed = await naming.propose(deliberation_id=one["id"])
    assert proposed.status_code == 201, proposed.text
    change = proposed.json()
    assert (change["deliberation_id"], change["resolved_on"]) == (one["id"], found["day"])
    assert change["resolution"] == f"关于印章保管人的决议，编号 {found['number']}，{found['day']}"
    path = f"{API}/seal-changes?deliberation_id={one['id']}"
    listed = (await naming.service.client.get(path, headers=naming.hall.auth("clerk"))).json()["items"]
    assert [row["id"] for row in listed] == [change["id"]]
    assert (await naming.confirm(change)).status_code == 200


async def test_what_is_not_passed_or_not_published_yet_names_nobody(naming: Naming) -> None:
    opened = await naming.village.open(title="未议")
    kinds = steps_of(opened)
    for one in (opened, await naming.decided(kinds["vote"][-1])):
        answer = await naming.propose(deliberation_id=one["id"])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, NONE)
    assert await naming.offered() == []


async def test_nor_what_another_village_decided_or_nobody(naming: Naming) -> None:
    elsewhere = Deciding(naming.service, "421202104215")
    other = await elsewhere.open(title="印章保管人")
    halls = {"representatives": elsewhere.eligible(9), "party_members": elsewhere.eligible(6, "party")}
    publication = steps_of(other)["publication"][0]
    for step in other["steps"]:
        other = await elsewhere.take(other, halls)
        if step["code"] == publication:
            break
    assert [one["deliberation_id"] for one in await naming.offered("421202104215")] == [other["id"]]
    for wrong in (other["id"], str(new_id())):
        answer = await naming.propose(deliberation_id=wrong)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, NONE)


async def test_a_resolution_that_was_given_up_meanwhile_confirms_nothing(naming: Naming) -> None:
    one = await naming.decided(steps_of(await naming.village.open())["publication"][0])
    change = (await naming.propose(deliberation_id=one["id"])).json()
    gone = await naming.village.send(f"/{one['id']}/withdraw", {"reason": "程序有误"}, one=one)
    assert gone.status_code == 200, gone.text
    answer = await naming.confirm(change)
    assert (answer.status_code, answer.json()["code"]) == (409, "supervision.resolution_gone")
    holders = (await naming.hall.find_seal())["custodians"]
    assert naming.new["id"] not in {holder["account"] for holder in holders}


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"resolution": "村民代表会议〔2020〕第8号"},
        {"resolved_on": "2020-03-01"},
        {"deliberation_id": "1"},
        {"deliberation_id": str(new_id()), "resolution": "村民代表会议〔2020〕第8号", "resolved_on": "2020-03-01"},
        {"resolution": "无", "resolved_on": "2020-03-01"},
        {"resolution": "村民代表会议〔2020〕第8号", "resolved_on": "0001-01-01"},
        {"resolution": "村民代表会议〔2020〕第8号", "resolved_on": "2149-01-01"},
    ],
)
async def test_one_way_is_given_and_whole(naming: Naming, named: dict[str, Any]) -> None:
    assert (await naming.propose(**named)).status_code == 422


async def test_by_hand_only_what_is_older_than_the_ledger(naming: Naming) -> None:
    begun = naming.service.clock.today()
    act = {
        "actor": str(new_id()),
        "role": "clerk",
        "action": "case.open",
        "object_kind": "case",
        "object_id": str(new_id()),
    }
    await naming.service.deliver([act | {"people": [], "division": "", "outcome": "ok"}])
    naming.service.clock.move(timedelta(days=30))
    late = {"resolution": "村民代表会议〔2026〕第8号", "resolved_on": str(begun + timedelta(days=1))}
    answer = await naming.propose(**late)
    assert answer.json()["errors"][0]["code"] == "supervision.resolution_not_before"
    early = await naming.propose(**late | {"resolved_on": str(begun - timedelta(days=1))})
    assert (early.status_code, early.json()["deliberation_id"]) == (201, None)


async def test_who_proposes_no_custodians_reads_no_list_for_it(naming: Naming) -> None:
    path = f"{API}/seal-resolutions?division={VILLAGE}"
    for role, status in (("clerk", 403), ("supervisor", 403), ("custodian", 403)):
        assert (await naming.service.client.get(path, headers=naming.hall.auth(role))).status_code == status
    for query in ("division=1", "", f"division={VILLAGE}&cursor=!", f"division={VILLAGE}&limit=0"):
        answer = await naming.service.client.get(f"{API}/seal-resolutions?{query}", headers=naming.county)
        assert answer.status_code == 422, query
    assert await naming.offered("511681002001") == []
