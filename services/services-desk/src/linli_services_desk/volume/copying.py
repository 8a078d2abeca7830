"""Rows as COPY text, and made people to put into them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.codes import identity
from linli_kernel.privacy import KeyRing

NULL = r"\N"
PEOPLE = 400
"""Of a village; each comes again and again, as the same residents do."""
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
_GIVEN = "秀英桂兰建国志明玉珍春梅德华小红文军海燕永强"


@dataclass(frozen=True, slots=True)
class Somebody:
    """`applicant` is ready to be encrypted; `facts` are what a form may be filled with."""

    id: UUID
    name: str
    name_index: str
    born: date
    applicant: bytes
    facts: Mapping[str, str]


class Ids:
    """Version 7 ids of a moment, random enough to stay alone."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._made = chance.getrandbits(40) << 20

    def __call__(self, at: datetime) -> str:
        self._made += 1
        moment, salt = int(at.timestamp() * 1000) << 80, self._chance.getrandbits(12) << 64
        return str(UUID(int=moment | 7 << 76 | salt | 2 << 62 | self._made))


class Text:
    """What COPY takes, by table; a table's rows begin with its county."""

    def __init__(self, tenant: str, columns: Mapping[str, str]) -> None:
        self.tenant = tenant
        self.columns = columns
        self.lines: dict[str, list[str]] = {table: [] for table in columns}

    def put(self, table: str, *values: str) -> None:
        self.lines[table].append("\t".join((self.tenant, *values)))

    def content(self, table: str) -> bytes:
        lines = self.lines[table]
        return ("\n".join(lines) + "\n").encode() if lines else b""


class Seal:
    """Encrypts a value for its row, as COPY takes it."""

    def __init__(self, ring: KeyRing, tenant: str) -> None:
        self._ring = ring
        self._tenant = tenant

    def __call__(self, value: bytes, table: str, column: str, row: str) -> str:
        stored = self._ring.encrypt_bytes(value, tenant=self._tenant, table=table, column=column, row=row)
        return bytea(stored)


def bytea(value: bytes) -> str:
    return r"\\x" + value.hex()


def array(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"


def json(value: Any) -> str:
    """JSON in one line; COPY reads a backslash as the beginning of an escape."""
    return msgspec.json.encode(value).decode().replace("\\", "\\\\")


def people_of(ring: KeyRing, tenant: str, village: str) -> Sequence[Somebody]:
    chance = Random(int(village))  # noqa: S311 - the same people every time
    return [_somebody(ring, tenant, village, number, chance) for number in range(PEOPLE)]


def _somebody(ring: KeyRing, tenant: str, village: str, number: int, chance: Random) -> Somebody:
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
    born = date(1938, 1, 1) + timedelta(days=chance.randrange(25_000))
    # The upper sequence numbers: the registry's own people have the lower ones.
    facts = {
        "name": name,
        "identity_number": identity.make(tenant, born, 900 + number % 100),
        "birth_date": born.isoformat(),
        "sex": "12"[number % 2],
        "phone": f"139{chance.randrange(10**8):08d}",
        "address": f"{number % 9 + 1}组{number}号",
    }
    index = bytea(ring.index("applicant_name", name))
    owner = UUID(int=(int(village) << 64) | number, version=4)
    return Somebody(owner, name, index, born, msgspec.json.encode(facts), facts)
