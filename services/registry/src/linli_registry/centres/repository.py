"""Reads of divisions, of their stated centres, and of the mean of each village's dwellings, in an area and its counties."""

from collections.abc import Sequence

from linli_kernel.database import Database, Tx
from linli_kernel.scope import in_divisions
from sqlalchemy import and_, select

from linli_registry.centres.tables import division_centre
from linli_registry.divisions.tables import division
from linli_registry.metadata import Row
from linli_registry.statistics.tables import population_village

_d, _c, _v = division.c, division_centre.c, population_village.c


async def divisions(db: Database, prefix: str) -> list[Row]:
    """The divisions of today in an area, its own among them."""
    here = and_(in_divisions([prefix], _d.code), _d.valid_to.is_(None))
    statement = select(_d.code, _d.parent, _d.search_name).where(here).order_by(_d.code)
    return list(await db.fetch_all(statement))


async def is_of_today(tx: Tx, code: str) -> bool:
    return await tx.one(select(_d.code).where(_d.code == code, _d.valid_to.is_(None))) is not None


async def stated(db: Database, tenants: Sequence[str], prefixes: Sequence[str]) -> list[Row]:
    here = and_(_c.tenant.in_(tenants), in_divisions(prefixes, _c.division), _c.longitude.is_not(None))
    return list(await db.fetch_all(select(_c.division, _c.longitude, _c.latitude).where(here).order_by(_c.division)))


async def counted(db: Database, tenants: Sequence[str], prefixes: Sequence[str]) -> list[Row]:
    """The mean of the dwellings of each village as it was last counted; a change shows after a second or two."""
    here = and_(_v.tenant.in_(tenants), in_divisions(prefixes, _v.division), _v.longitude.is_not(None))
    return list(await db.fetch_all(select(_v.division, _v.longitude, _v.latitude).where(here).order_by(_v.division)))
