"""The registry as supervision sees it: whether a person is within somebody's area, who is the same, which accounts one person has, who is near to whom, and
what divisions are called and lie below one another."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import msgspec
from linli_kernel.codes.division import prefix
from linli_kernel.errors import Unavailable
from linli_kernel.neighbours import Answered, Neighbours, read

from linli_supervision.deliberations.eligible import Eligible, Kin, Named
from linli_supervision.lookups.domain import Nearness


class _Near(msgspec.Struct):
    account: str
    person: str
    relative: bool
    neighbour: bool
    path: tuple[str, ...] | None = None


class _NearList(msgspec.Struct):
    items: list[_Near]


class _SameList(msgspec.Struct):
    items: list[UUID]


class _Groups(msgspec.Struct):
    items: list[set[UUID]]


class _Eligible(msgspec.Struct):
    resident: UUID
    household: UUID | None


class _EligibleList(msgspec.Struct):
    items: list[_Eligible]


class _Kin(msgspec.Struct):
    concerned: UUID
    person: UUID
    path: list[UUID]
    kinds: list[str]


class _KinList(msgspec.Struct):
    items: list[_Kin]


class _Person(msgspec.Struct):
    id: UUID
    name: str
    sex: str


class _PersonList(msgspec.Struct):
    items: list[_Person]


class _Division(msgspec.Struct):
    code: str
    name: str
    short_name: str
    level: str
    valid_to: str | None


class _Divisions(msgspec.Struct):
    items: list[_Division]
    next_cursor: str | None


class People(msgspec.Struct, frozen=True):
    """People and households of an area; `below` has those of its parts by prefix."""

    residents: int
    actual: int
    households: int
    below: tuple["Part", ...] = ()


class Part(msgspec.Struct, frozen=True):
    division: str
    residents: int
    actual: int
    households: int


@dataclass(frozen=True, slots=True)
class Place:
    """A division of today."""

    prefix: str
    name: str


MOST_PER_PAGE = 200


class RegistryClient:
    def __init__(self, base_url: str, neighbours: Neighbours) -> None:
        self._base_url = base_url
        self._neighbours = neighbours

    async def may_see(self, resident: UUID, authorization: str) -> bool:
        """Ask with the user's own token; raises Unavailable while the registry does not answer."""
        url = f"{self._base_url}/api/registry/v1/residents/{resident}"
        answer = await self._neighbours.request("GET", url, authorization=authorization)
        return answer.status_code == 200

    async def same(self, tenant: str, resident: UUID) -> list[UUID]:
        """Return every record of a person, merged ones too; raises Unavailable while the registry does not answer."""
        return (await self._ask("same", {"tenant": tenant, "resident": str(resident)}, _SameList)).items

    async def of_one_person(self, tenant: str, accounts: Collection[UUID]) -> list[set[UUID]]:
        """Return which of these accounts one person has; raises Unavailable while the registry does not answer."""
        asked: dict[str, object] = {"tenant": tenant, "accounts": [str(one) for one in sorted(set(accounts))]}
        return (await self._ask("accounts", asked, _Groups)).items

    async def near(self, tenant: str, looks: Collection[tuple[str, str]]) -> dict[tuple[str, str], Nearness]:
        """Return of the looks (account, person) those at the account's own relatives and neighbours."""
        listed = [{"account": a, "person": p} for a, p in sorted(looks) if _is_uuid(a) and _is_uuid(p)]
        if not listed:
            return {}
        found = await self._ask("near", {"tenant": tenant, "looks": listed}, _NearList)
        return {(one.account, one.person): Nearness(one.relative, one.neighbour, one.path) for one in found.items}

    async def roll(
        self,
        tenant: str,
        division: str,
        *,
        on: date,
        kind: str,
        non_local: bool,
        listed: Sequence[UUID] | None = None,
        grids: Sequence[UUID] | None = None,
    ) -> list[Eligible]:
        """Return who of a village is eligible on a day; with `listed` those of them only, with `grids` of these groups only."""
        body = {"tenant": tenant, "division": division, "on": on.isoformat(), "kind": kind, "non_local": non_local}
        narrowed = {"listed": listed, "grids": grids}
        given = {name: None if ids is None else [str(one) for one in ids] for name, ids in narrowed.items()}
        asked: dict[str, object] = {**body, **given}
        found = await self._ask("eligible", asked, _EligibleList)
        return [Eligible(one.resident, one.household) for one in found.items]

    async def kin(self, tenant: str, people: Sequence[UUID]) -> list[Kin]:
        """Return these people and their close kin, each with the shortest path to one of them."""
        body: dict[str, object] = {"tenant": tenant, "people": [str(one) for one in people]}
        found = await self._ask("kin", body, _KinList)
        return [Kin(one.concerned, one.person, one.path, one.kinds) for one in found.items]

    async def names(self, people: Sequence[UUID], authorization: str, county: str) -> dict[UUID, Named]:
        """Return what people of a county are called, asked with the user's own token: masked for that user, none out of the user's area;
        raises Unavailable while the registry does not answer."""
        url = f"{self._base_url}/api/registry/v1/residents/names?county={county}"
        named: dict[UUID, Named] = {}
        for start in range(0, len(people), MOST_PER_PAGE):
            body = {"ids": [str(one) for one in people[start : start + MOST_PER_PAGE]]}
            answer = await self._neighbours.request("POST", url, authorization=authorization, json=body)
            named |= {one.id: Named(one.name, one.sex) for one in read(answer, _PersonList).items}
        return named

    async def villages(self, area: str) -> list[str]:
        """Return the codes of the villages of an area; raises Unavailable while the registry does not answer."""
        below = await self._divisions({"q": area})
        return [one.code for one in below if one.level == "village" and one.valid_to is None]

    async def places(self, area: str) -> list[Place]:
        """Return an area and what lies directly below it today; raises Unavailable while the registry does not answer."""
        code = area.ljust(12, "0")
        own, below = await asyncio.gather(self._divisions({"code": code}), self._divisions({"parent": code}))
        return [Place(prefix(one.code), one.short_name) for one in (*own, *below) if one.valid_to is None]

    async def people(self, area: str, authorization: str) -> People:
        """Return the population of an area, asked with the user's own token; raises Unavailable while there is no answer."""
        url = f"{self._base_url}/api/registry/v1/statistics/population"
        return read(
            await self._neighbours.request("GET", url, params={"division": area}, authorization=authorization), People
        )

    async def name_of(self, division: str) -> str:
        """Return what people call a division; its code while the registry does not answer."""
        try:
            found = await self._divisions({"code": division.ljust(12, "0")})
        except Unavailable:
            return division
        return found[0].name if found else division

    async def _divisions(self, query: dict[str, str]) -> list[_Division]:
        found: list[_Division] = []
        params: dict[str, str] = {**query, "limit": str(MOST_PER_PAGE)}
        while True:
            url = f"{self._base_url}/api/public/v1/divisions"
            page = read(await self._neighbours.request("GET", url, params=params), _Divisions)
            found += page.items
            if page.next_cursor is None:
                return found
            params["cursor"] = page.next_cursor

    async def _ask(self, question: str, body: dict[str, object], kind: type[Answered]) -> Answered:
        url = f"{self._base_url}/internal/v1/residents/{question}"
        return read(await self._neighbours.request("POST", url, json=body), kind)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
