"""What a county shows everybody of what is not published anyway: what is missing, and what became of red flags.

Flags are opened step by step: nothing, then how many there are, then what was found. No step up is skipped; every way down is free.
"""

from dataclasses import dataclass
from enum import StrEnum

from linli_kernel.database import Database, Tx
from linli_kernel.errors import StaleVersion
from linli_kernel.profile import Profile
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from linli_supervision.disclosures.errors import StepSkipped
from linli_supervision.disclosures.tables import disclosure_setting
from linli_supervision.rows import Row

_c = disclosure_setting.c


class FlagsShown(StrEnum):
    """In the order in which a county opens them."""

    NOTHING = "nothing"
    COUNTS = "counts"
    FINDINGS = "findings"

    @property
    def step(self) -> int:
        return list(FlagsShown).index(self)


@dataclass(frozen=True, slots=True)
class Shown:
    """A county's decision; version 0 is the profile's default, in which flags are shown to nobody."""

    missing: bool
    flags: FlagsShown = FlagsShown.NOTHING
    version: int = 0


def opened(held: FlagsShown, wanted: FlagsShown) -> FlagsShown:
    """Return what is shown next; raises StepSkipped for more than one step up."""
    if wanted.step > held.step + 1:
        raise StepSkipped
    return wanted


async def shown(db: Database, tenant: str, profile: Profile) -> Shown:
    return _read(await db.fetch_one(select(disclosure_setting).where(_c.tenant == tenant)), profile)


async def decide(tx: Tx, profile: Profile, version: int, missing: bool, flags: FlagsShown | None) -> Shown:
    """Keep what a county decided; `flags` None leaves them as they are. Raises StaleVersion and StepSkipped."""
    held = _read(await tx.one(select(disclosure_setting).where(_c.tenant == tx.tenant)), profile)
    if held.version != version:
        raise StaleVersion
    wanted = opened(held.flags, flags or held.flags)
    values = {"missing_public": missing, "flags_public": wanted.value}
    made = insert(disclosure_setting).values(tenant=tx.tenant, **values)
    if version:
        newer = {**values, "version": _c.version + 1}
        made = made.on_conflict_do_update(index_elements=["tenant"], set_=newer, where=_c.version == version)
    else:
        made = made.on_conflict_do_nothing()
    kept = await tx.scalar(made.returning(_c.version))
    if kept is None:
        raise StaleVersion
    return Shown(missing, wanted, kept)


def _read(row: Row | None, profile: Profile) -> Shown:
    if row is None:
        return Shown(profile.supervision.disclosure.missing_public)
    return Shown(row["missing_public"], FlagsShown(row["flags_public"]), row["version"])
