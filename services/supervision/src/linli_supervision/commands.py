"""Commands of supervision for whoever runs the installation."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli_kernel.clock import SystemClock
from linli_kernel.database import Database
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile, Profiles
from linli_kernel.settings import ServiceSettings
from sqlalchemy.dialects.postgresql import insert

from linli_supervision import demo_seals
from linli_supervision.cockpit import volume
from linli_supervision.demo_deliberations import seed_deliberations
from linli_supervision.demo_disclosures import seed_disclosures
from linli_supervision.demo_flags import seed_flags
from linli_supervision.demo_inquiries import seed_inquiries
from linli_supervision.demo_seals import seed_paper_seal
from linli_supervision.seals.tables import seal, seal_custodian
from linli_supervision.witnesses.domain import WitnessKind
from linli_supervision.witnesses.errors import WitnessRegistered
from linli_supervision.witnesses.home import Home, Watched
from linli_supervision.witnesses.service import register

DEMO_VILLAGES = {
    "421202104221": ("421202", "花坪村村民委员会"),
    "511681002001": ("511681", "古桥社区居民委员会"),
}
DEMO_COMMITTEES = {"421202": "花坪村村务监督委员会", "511681": "古桥社区居务监督委员会"}
_NUMERALS = "一二三四五六七八九"


def demo_account(username: str) -> UUID:
    """Return the account id that the gateway gives a demo user."""
    return uuid5(NAMESPACE_URL, f"urn:linli:demo:{username}")


def _seal_of(division: str, tenant: str, committee: str, profile: Profile, now: datetime) -> dict[str, Any]:
    rules = profile.supervision.seal
    return {
        "tenant": tenant,
        "id": uuid5(NAMESPACE_URL, f"linli-demo:seal:{division}"),
        "division": division,
        "name": f"{committee}公章",
        "pieces": rules.pieces,
        "opening_minutes": rules.opening_minutes,
        "profile": f"{profile.id}@{profile.version}",
        "created_at": now,
    }


def _custodians_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "tenant": row["tenant"],
            "seal_id": row["id"],
            "position": position,
            "account": demo_account(f"custodian{position}.{row['division']}"),
            "title": f"{row['name'].removesuffix('公章')}印章第{_NUMERALS[position - 1]}片保管人",
            "since": row["created_at"],
        }
        for position in range(1, row["pieces"] + 1)
    ]


def _demo_witnesses(profiles: Profiles) -> list[tuple[str, str, str, WitnessKind]]:
    """Return (county, name in the key, title, kind): an office in each county, a committee where there is a demo village."""
    tenants = profiles.tenants()
    offices = [(one.key, f"{one.key}-county", f"{one.name.zh}审计局", WitnessKind.COUNTY) for one in tenants]
    committees = [(key, f"{key}-committee", title, WitnessKind.COMMITTEE) for key, title in DEMO_COMMITTEES.items()]
    known = {one.key for one in tenants}
    return offices + [one for one in committees if one[0] in known]


async def make_demo_witnesses(settings: ServiceSettings, folder: str, url: str) -> str:
    """Make a witness for every county below the folder and register it; what is there already stays as it is."""
    made = _demo_witnesses(Profiles.load(settings.profiles_dir))
    database = await Database.open(settings.sqlalchemy_url, SystemClock(), pool_size=1)
    try:
        for tenant, name, title, kind in made:
            home = Path(folder) / name
            if not (home / "witness.json").exists():
                # Never the name of an earlier witness: a new key under it would be taken for an exchanged one.
                Home.create(home, Watched(f"witness.linli.example/{name}-{token_hex(3)}", url, tenant))
            with suppress(WitnessRegistered):
                async with database.transaction(tenant) as tx:
                    await register(tx, tenant, Home(home).key.cosigner, title, kind)
    finally:
        await database.close()
    return f"{len(made)} witnesses"


async def seed_demo(settings: ServiceSettings, witnesses: dict[str, str] | None = None) -> str:
    """Give each demo village its seal, what it has published and what it decides; a second run changes nothing.

    `witnesses` (folder, url) makes the demo's witnesses as well.
    """
    seals = await seed_seals(settings)
    profiles, clock = Profiles.load(settings.profiles_dir), SystemClock()
    database = await Database.open(settings.sqlalchemy_url, clock, pool_size=1)
    try:
        made = [
            await seed_disclosures(database, profiles.for_tenant(tenant), tenant, division, clock.now())
            for division, (tenant, _) in DEMO_VILLAGES.items()
        ]
        decided = [
            await seed_deliberations(database, profiles.for_tenant(tenant), tenant, division, clock.now())
            for division, (tenant, _) in DEMO_VILLAGES.items()
        ]
        inquired = [
            await seed_inquiries(database, profiles.for_tenant(tenant), tenant, division, clock.now())
            for division, (tenant, _) in DEMO_VILLAGES.items()
        ]
        keyring = KeyRing.from_json(settings.keyring.get_secret_value())
        rubber = await seed_paper_seal(database, keyring, profiles.for_tenant(demo_seals.TENANT), clock.now())
        flags = [await seed_flags(database, tenant, division) for division, (tenant, _) in DEMO_VILLAGES.items()]
    finally:
        await database.close()
    vouching = await make_demo_witnesses(settings, **witnesses) if witnesses else "no witnesses"
    told = f"{sum(decided)} deliberations, {sum(made)} disclosures, {sum(inquired)} inquiries, {sum(flags)} flags"
    return f"{seals}, {rubber} of rubber, {vouching}, {told}"


async def make_figures(settings: ServiceSettings, villages: list[str]) -> int:
    """Give villages a year of what a cockpit counts; returns how many had nothing before."""
    if settings.migration_url is None:
        raise ValueError("migration_url is needed: this command writes as the owner of the tables")
    profiles = Profiles.load(settings.profiles_dir)
    return await volume.fill(settings.migration_url, profiles, villages, SystemClock().today())


async def seed_seals(settings: ServiceSettings) -> str:
    """Give each demo village its seal with the pieces of its profile; a second run changes nothing."""
    profiles = Profiles.load(settings.profiles_dir)
    clock = SystemClock()
    database = await Database.open(settings.sqlalchemy_url, clock, pool_size=1)
    try:
        for division, (tenant, committee) in DEMO_VILLAGES.items():
            row = _seal_of(division, tenant, committee, profiles.for_tenant(tenant), clock.now())
            async with database.transaction(tenant) as tx:
                await tx.execute(insert(seal).values(row).on_conflict_do_nothing())
                await tx.execute(insert(seal_custodian).values(_custodians_of(row)).on_conflict_do_nothing())
    finally:
        await database.close()
    return f"{len(DEMO_VILLAGES)} seals"
