"""Which records are worth comparing: those that share one of these keys, and of very many only near neighbours.

Comparing everybody with everybody costs the square of a county. A key that more than `WHOLE` people share says little; its
people stand in the order of a finer key, and each is compared with the next `NEAR` only. So a scan costs what sorting costs.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import TypeEngine

from linli_registry.metadata import Bytewise, Id

WHOLE = 40
"""People of one key that are all compared with each other: more namesakes of a year than a county of a million has."""
NEAR = 5
FIRST_KEY = -(2**63)
"""Keys are hashes of 64 bits; a collision only costs a comparison."""


@dataclass(frozen=True)
class Block:
    """`parts` are equal in a pair (of a missing one there is no pair), `only` is asked beside them; `finer` orders the
    people of a large block; `some` must hold for somebody of the block."""

    name: str
    parts: tuple[str, ...]
    finer: str
    only: str = "true"
    some: str = "true"

    @property
    def same(self) -> str:
        return " AND ".join(f"{part.format(r='y')} = {part.format(r='x')}" for part in self.parts)

    @property
    def key(self) -> str:
        return f"hash_record_extended(ROW({', '.join(part.format(r='x') for part in self.parts)}), 0)"

    @property
    def known(self) -> str:
        return " AND ".join(f"{part.format(r='x')} IS NOT NULL" for part in self.parts)


_NAME, _PINYIN, _SEX, _BORN = "{r}.name", "{r}.pinyin", "{r}.sex", "{r}.birth_date"
_YEAR, _DAY = "date_part('year', {r}.birth_date)", "to_char({r}.birth_date, 'MMDD')"
_PHONE, _TAIL, _VILLAGE = "{r}.phone_index", "{r}.tail_index", "{r}.division"
_OTHER_NAME, _OTHER_DAY = "y.name <> x.name", "y.birth_date <> x.birth_date"
BLOCKS = (
    Block("name_and_birth", (_NAME, _BORN), "x.sex, x.tail_index, x.phone_index, x.division"),
    Block("pinyin_and_birth", (_PINYIN, _BORN), "x.sex, x.tail_index, x.phone_index, x.division", only=_OTHER_NAME),
    Block("name_and_year", (_NAME, _SEX, _YEAR), "x.birth_date", only=_OTHER_DAY),
    Block("name_and_day", (_NAME, _SEX, _DAY), "x.birth_date", only=_OTHER_DAY),
    Block("phone_and_pinyin", (_PHONE, _PINYIN), "x.birth_date"),
    Block("phone_and_birth", (_PHONE, _BORN), "x.pinyin"),
    Block("tail_and_name", (_TAIL, _NAME), "x.birth_date"),
    Block("tail_and_birth", (_TAIL, _BORN), "x.pinyin"),
    Block(
        "name_without_birth",
        (_NAME, _VILLAGE),
        "x.birth_date NULLS FIRST",
        only="(x.birth_date IS NULL OR y.birth_date IS NULL)",
        some="x.birth_date IS NULL",
    ),
)

EVERYBODY = "true"
AREA = "EXISTS (SELECT FROM unnest(:lows, :highs) AS area (low, high) WHERE x.division >= area.low AND x.division < area.high)"
WRITTEN = "(x.created_at = :written OR x.confirmed_at = :written)"
"""Whom one transaction made or changed."""

_TYPES: dict[str, TypeEngine[Any]] = {
    **dict.fromkeys(("lows", "highs"), ARRAY(Bytewise)),
    **dict.fromkeys(("ids", "a", "b"), ARRAY(Id)),
    "written": DateTime(timezone=True),
    "key": BigInteger(),
    "place": BigInteger(),
    "step": BigInteger(),
}

# No join: each row carries those who follow it in its block. Narrow rows only: what is compared of a pair is read by
# primary key afterwards.
_SWEEP = """
SELECT a, other.b, key, place, other.step FROM (
  SELECT x.id AS a, {key} AS key, row_number() OVER sorted AS place, count(*) OVER same AS size, {which} AS wanted,
         array_agg(x.id) OVER following AS others, array_agg({which}) OVER following AS wanted_others,
         bool_or({which}) OVER same AND bool_or({some}) OVER same AS asked
  FROM resident x
  WHERE x.tenant = :tenant AND x.presence <> 'void' AND {known} AND {key} >= :key
  WINDOW same AS (PARTITION BY {key}), sorted AS (PARTITION BY {key} ORDER BY {finer}, x.id),
         following AS (sorted ROWS BETWEEN 1 FOLLOWING AND {most} FOLLOWING)
) one CROSS JOIN LATERAL unnest(others, wanted_others) WITH ORDINALITY AS other (b, wanted, step)
WHERE asked AND (size <= {whole} OR step <= {near}) AND (one.wanted OR other.wanted)
  AND (key, place, step) > (:key, :place, :step)
ORDER BY key, place, step
"""
# An offset keeps it a look-up of each person; `NEAR` would be too few for one who was just registered.
_BESIDE = """
(SELECT x.id AS a, beside.id AS b FROM resident x CROSS JOIN LATERAL (
   SELECT y.id FROM resident y WHERE y.tenant = x.tenant AND {same} AND {only} AND y.id <> x.id AND y.presence <> 'void'
   LIMIT {whole} OFFSET 0) beside
 WHERE x.tenant = :tenant AND x.id = ANY(:ids) AND x.presence <> 'void')
"""
_COMPARED = """
SELECT x.id AS a_id, y.id AS b_id, x.name AS a_name, y.name AS b_name, x.pinyin AS a_pinyin, y.pinyin AS b_pinyin,
       x.sex AS a_sex, y.sex AS b_sex, x.birth_date AS a_birth, y.birth_date AS b_birth,
       x.identity_number AS a_number, y.identity_number AS b_number,
       coalesce(x.phone_index = y.phone_index, false) AS phone, coalesce(x.tail_index = y.tail_index, false) AS tail,
       coalesce(mx.household = my.household, false) AS household
FROM ({met}) met (a, b)
JOIN resident x ON x.tenant = :tenant AND x.id = met.a
JOIN resident y ON y.tenant = :tenant AND y.id = met.b
LEFT JOIN membership mx ON mx.tenant = x.tenant AND mx.resident = x.id AND mx.until IS NULL
LEFT JOIN membership my ON my.tenant = y.tenant AND my.resident = y.id AND my.until IS NULL
WHERE {only}
"""


def _typed(sql: str) -> TextClause:
    return text(sql).bindparams(*(bindparam(name, type_=kind) for name, kind in _TYPES.items() if f":{name}" in sql))


@cache
def sweep(block: Block, which: str) -> TextClause:
    """Pairs of ids of one block after (:key, :place, :step), in that order; `which` says of whom one of each pair must be."""
    filled = {name: getattr(block, name) for name in ("key", "known", "finer", "some")}
    return _typed(_SWEEP.format(**filled, which=which, whole=WHOLE, near=NEAR, most=WHOLE - 1))


@cache
def compared(block: Block) -> TextClause:
    """What is compared of the pairs :a, :b of a block."""
    return _typed(_COMPARED.format(met="SELECT * FROM unnest(:a, :b)", only=block.only))


@cache
def around() -> TextClause:
    """What is compared of a few people (:ids) with whoever shares any key with them."""
    arms = (_BESIDE.format(same=block.same, only=block.only, whole=WHOLE) for block in BLOCKS)
    return _typed(_COMPARED.format(met=" UNION ".join(arms), only="true"))
