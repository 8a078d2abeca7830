"""One village's people as COPY text: grids with who looks after them, dwellings, households, residents, memberships and kinship.

The same village always gives the same rows, ids included, except for the random nonces of encrypted values; identity
numbers are unique in the county because each village draws its sequence numbers from its own share.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from math import cos, sin, tau
from random import Random

from linli_kernel.codes import identity
from linli_kernel.codes.division import short_name, village_kind
from linli_kernel.privacy import KeyRing

from linli_registry.population.centres import village_centre
from linli_registry.population.families import AS_OF, FEMALE, Family, Made, families
from linli_registry.population.givens import given_name, surname
from linli_registry.population.known import KNOWN_SEQUENCES, known_families
from linli_registry.residents.keys import ResidentKeys
from linli_registry.residents.names import grams_of, pinyin_of

PEOPLE_PER_GRID = 386
"""FACTS §7: 通城, 902 grids for 348,025 people."""
MADE_AT = "2026-09-01 09:00:00+08"
_MADE_AT_MS = 1_788_224_400_000
_MOVED_IN_YEARS = 25
_SEQUENCES = KNOWN_SEQUENCES // 2 - 5
_NUMERALS = "一二三四五六七八九十"
COLUMNS = {
    "grid": "tenant id division code name",
    "dwelling": "tenant id division grid address kind longitude latitude created_at",
    "household": "tenant id number division grid dwelling opened_on created_at",
    "resident": (
        "tenant id division grid name pinyin initials grams document_kind identity_number number_index tail_index "
        "phone phone_index sex birth_date ethnic_group education marriage political_status hukou_division presence "
        "created_at confirmed_at"
    ),
    "membership": "tenant id household resident relation since",
    "kinship": "tenant id kind a b since",
    "grid_person": "tenant id grid post name phone since recorded_at recorded_by",
}
_KIND_OF_ID = {table: number for number, table in enumerate(COLUMNS, start=1)}
# Each grid has its own worker and head; the others look after every grid of the village.
_OF_THE_GRID = ("grid_worker", "street_head")
_OF_THE_VILLAGE = ("police_assistant", "legal_adviser")
_NOBODY = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Village:
    """Where to make how many people; `share` is this village's (position, number) among those of its county."""

    tenant: str
    code: str
    name: str
    people: int
    share: tuple[int, int]
    elsewhere: tuple[str, ...]
    known: bool = False


@dataclass
class Numbers:
    """Hands out identity numbers of one village."""

    village: Village
    used: dict[tuple[str, date, str], int] = field(default_factory=dict)

    def give(self, region: str, made: Made) -> str:
        position, villages = self.village.share
        slots = max(1, _SEQUENCES // villages)
        day = made.born
        while self.used.get((region, day, made.sex), 0) >= slots:
            day -= timedelta(days=1)
        taken = self.used.get((region, day, made.sex), 0)
        self.used[region, day, made.sex] = taken + 1
        made.born = day
        sequence = (position * slots + taken) % _SEQUENCES
        return identity.make(region, day, sequence * 2 + (2 if made.sex == FEMALE else 1))


class VillageRows:
    """Builds the rows of one village; `text[table]` is what COPY takes."""

    def __init__(self, village: Village, keyring: KeyRing) -> None:
        self.village = village
        self.keys = ResidentKeys(keyring, village.tenant)
        self.text: dict[str, list[str]] = {table: [] for table in COLUMNS}
        self.counts = dict.fromkeys(COLUMNS, 0)
        self.random = Random(int.from_bytes(sha256(village.code.encode()).digest()[:8]))  # noqa: S311 - the same people every time
        self.numbers = Numbers(village)
        self.short = short_name(village.name)
        self.urban = village_kind(village.code) == "community"

    def build(self) -> dict[str, bytes]:
        grids = [self._grid(n) for n in range(max(1, round(self.village.people / PEOPLE_PER_GRID)))]
        self._grid_people(grids)
        known = known_families(self.village.tenant) if self.village.known else []
        for family in known:
            self._family(family, grids)
        made = sum(len(family.members) for family in known)
        for family in families(self.random, max(0, self.village.people - made)):
            self._number(family)
            self._family(family, grids)
        return {table: "".join(lines).encode() for table, lines in self.text.items()}

    def _id(self, table: str) -> str:
        """A version 7 id made of the table, the division and a counter."""
        self.counts[table] += 1
        low = (int(self.village.code) << 22) | self.counts[table]
        value = (_MADE_AT_MS << 80) | (7 << 76) | (_KIND_OF_ID[table] << 64) | (2 << 62) | low
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def _put(self, table: str, *values: str) -> None:
        self.text[table].append("\t".join((self.village.tenant, *values)) + "\n")

    def _grid(self, n: int) -> str:
        grid = self._id("grid")
        name = f"第{_NUMERALS[n]}网格" if n < len(_NUMERALS) else f"第{n + 1}网格"
        self._put("grid", grid, self.village.code, f"{n + 1:02d}", name)
        return grid

    def _grid_people(self, grids: list[str]) -> None:
        """Drawn apart from the people, whom one grid worker more would otherwise make others."""
        random = Random(int(self.village.code))  # noqa: S311 - the same people every time

        def somebody() -> tuple[str, str]:
            sex = random.choice("12")
            name = surname(random) + given_name(random, sex, date(1978, 1, 1))
            return name, f"139{random.randrange(10**8):08d}"

        of_village = {post: somebody() for post in _OF_THE_VILLAGE}
        head = "building_head" if self.urban else _OF_THE_GRID[1]
        for grid in grids:
            posts = {_OF_THE_GRID[0]: somebody(), head: somebody(), **of_village}
            for post, (name, phone) in posts.items():
                person = self._id("grid_person")
                sealed = _bytea(self.keys.seal_office_phone(phone, person))
                since = (AS_OF - timedelta(days=random.randrange(1500))).isoformat()
                self._put("grid_person", person, grid, post, name, sealed, since, MADE_AT, _NOBODY)

    def _family(self, family: Family, grids: list[str]) -> None:
        village, number = self.village, self.counts["household"]
        houses_per_grid = max(1, round(village.people / 2.3 / len(grids)))
        place = min(number // houses_per_grid, len(grids) - 1)
        grid = grids[place]
        dwelling, household = self._id("dwelling"), self._id("household")
        longitude, latitude = self._place(place / len(grids))
        kind = "owner_occupied" if family.local else "rented"
        self._put("dwelling", dwelling, village.code, grid, self._address(number), kind, longitude, latitude, MADE_AT)
        opened = AS_OF - timedelta(days=int(self.random.random() * 365 * (_MOVED_IN_YEARS if family.local else 4)))
        book = f"{village.code[6:]}{number + 1:05d}"
        self._put("household", household, book, village.code, grid, dwelling, opened.isoformat(), MADE_AT)
        people = [self._id("resident") for _ in family.members]
        for made, resident in zip(family.members, people, strict=True):
            self._resident(made, resident, grid)
            since = max(opened, made.born).isoformat()
            self._put("membership", self._id("membership"), household, resident, made.relation, since)
        self._kinship(family, people)

    def _resident(self, made: Made, resident: str, grid: str) -> None:
        village, keys = self.village, self.keys
        full, initials = pinyin_of(made.name)
        number = made.number
        phone, phone_index = r"\N", r"\N"
        if made.phone:
            phone = _bytea(keys.encrypt("phone", made.phone, resident))
            phone_index = _bytea(keys.phone_index(made.phone))
        self._put(
            "resident",
            resident,
            village.code,
            grid,
            made.name,
            full,
            initials,
            "{" + ",".join(grams_of(village.tenant, made.name)) + "}",
            "resident_id",
            _bytea(keys.encrypt("identity_number", number, resident)),
            _bytea(keys.number_index(number)),
            _bytea(keys.tail_index(number[-4:])),
            phone,
            phone_index,
            made.sex,
            made.born.isoformat(),
            made.ethnic,
            made.education,
            made.marriage,
            made.political,
            village.code if made.presence.startswith("registered") else f"{made.region}000000",
            made.presence,
            MADE_AT,
            MADE_AT,
        )

    def _kinship(self, family: Family, people: list[str]) -> None:
        for made, resident in zip(family.members, people, strict=True):
            for parent in (made.mother, made.father):
                if parent is not None:
                    self._put("kinship", self._id("kinship"), "parent", people[parent], resident, made.born.isoformat())
            if made.spouse is not None and people[made.spouse] > resident:
                other = family.members[made.spouse]
                married = max(made.born, other.born) + timedelta(days=int(365.25 * 23))
                since = min(married, AS_OF).isoformat()
                self._put("kinship", self._id("kinship"), "spouse", resident, people[made.spouse], since)

    def _number(self, family: Family) -> None:
        """Natives carry the county's code; one in seven married in, and strangers come from other counties."""
        native = self.village.tenant if family.local else self.random.choice(self.village.elsewhere)
        for made in family.members:
            married_in = made.relation in ("12", "52") and self.random.random() < 0.3
            made.region = self.random.choice(self.village.elsewhere) if married_in else native
            made.number = self.numbers.give(made.region, made)

    def _address(self, number: int) -> str:
        if self.urban:
            building, rest = divmod(number, 48)
            unit, flat = divmod(rest, 24)
            return f"{self.short}{building + 1}栋{unit + 1}单元{flat // 4 + 1}{flat % 4 + 1:02d}室"
        group, house = divmod(number, 80)
        return f"{self.short}{group + 1}组{house + 1}号"

    def _place(self, share: float) -> tuple[str, str]:
        """Grids lie around the village's middle, so that a map shows them side by side."""
        longitude, latitude = village_centre(self.village.code)
        spread = self.random.gauss
        east, north = 0.007 * cos(tau * share), 0.006 * sin(tau * share)
        return f"{longitude + east + spread(0, 0.0013):.6f}", f"{latitude + north + spread(0, 0.0013):.6f}"


def _bytea(value: bytes) -> str:
    """COPY text doubles the backslash of the hex form."""
    return "\\\\x" + value.hex()
