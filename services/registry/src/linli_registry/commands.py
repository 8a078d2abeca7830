"""What the command line does with the registry: divisions, demo people, people in any number.

All of it may be run again: what is there already stays as it is.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from linli_kernel import reencryption
from linli_kernel.bulk import LARGE, connect
from linli_kernel.codes.division import covered_range
from linli_kernel.settings import ServiceSettings

from linli_registry.divisions.commands import import_list
from linli_registry.population.centres import stated_rows
from linli_registry.population.load import (
    drop_secondary,
    load_in_parallel,
    load_villages,
    make_missing,
)
from linli_registry.population.village import Village
from linli_registry.sealed import SEALED

DEMO_VILLAGES = ("421202104221", "511681002001")
DEMO_PREFECTURE = "4212"
_COUNTY_DIGITS = 6
SMALLEST_VILLAGE, LARGEST_VILLAGE = 1_800, 3_600
"""People; a village's own size is fixed by its code, so that a smaller population is a smaller area."""


async def import_divisions(settings: ServiceSettings, path: Path | str | None = None) -> int:
    """Import a division list, by default the pilot's; returns how many rows were added or changed."""
    return await import_list(_owner(settings), path)


async def seed_demo(
    settings: ServiceSettings,
    residents: int = 0,
    tenant: str | None = None,
    division: str | None = None,
    residents_per_village: int = 2_000,
) -> int:
    """Give the empty demo villages their people, the known ones included; returns how many were added.

    With `residents` more villages are filled until the prefecture, `tenant` or `division` holds that many.
    """
    await import_divisions(settings)
    villages = await _villages(settings, DEMO_VILLAGES, dict.fromkeys(DEMO_VILLAGES, residents_per_village))
    added = await load_villages(_owner(settings), settings.keyring.get_secret_value(), villages)
    if added:
        await make_missing(_owner(settings))
    await _state_centres(settings)
    if residents:
        added += await make_population(settings, residents, scope=division or tenant or DEMO_PREFECTURE)
    return added


async def _state_centres(settings: ServiceSettings) -> None:
    """Let the demo's counties have stated where they and their townships lie; what was stated since stays."""
    rows = [(row[0][:_COUNTY_DIGITS], *row) for row in stated_rows()]
    async with connect(_owner(settings)) as connection:
        await connection.executemany(
            "INSERT INTO division_centre (tenant, division, longitude, latitude, changed_at, changed_by)"
            " SELECT $1, code, $3, $4, now(), '00000000-0000-0000-0000-000000000000' FROM division WHERE code = $2"
            " ON CONFLICT DO NOTHING",
            rows,
        )


async def make_population(
    settings: ServiceSettings,
    residents: int,
    *,
    scope: str = DEMO_PREFECTURE,
    workers: int = 2,
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Fill the villages below the prefix `scope` one after the other until it holds `residents` people.

    Villages that have people are left alone. Returns how many people were added.
    """
    owner = _owner(settings)
    await import_divisions(settings)
    async with connect(owner) as connection:
        low, high = covered_range(scope)
        # No command line may name a tenant's people; this counts them.
        present = await connection.fetchval(
            "SELECT count(*) FROM resident WHERE division BETWEEN $1 AND $2 AND presence <> 'void'", low, high
        )
        codes = await connection.fetch(
            "SELECT code FROM division WHERE level = 'village' AND code BETWEEN $1 AND $2 AND valid_to IS NULL"
            " AND NOT EXISTS (SELECT FROM grid WHERE grid.division = division.code) ORDER BY code",
            low,
            high,
        )
    wanted = residents - int(present)
    sizes = _sizes([row["code"] for row in codes], wanted)
    if not sizes:
        await make_missing(owner)
        return 0
    villages = await _villages(settings, tuple(sizes), sizes)
    large = wanted >= LARGE
    if large:
        await drop_secondary(owner)
    added = await load_in_parallel(owner, settings.keyring.get_secret_value(), villages, workers, progress)
    await make_missing(owner)
    return added


def _sizes(codes: list[str], wanted: int) -> dict[str, int]:
    natural = {code: _natural_size(code) for code in codes}
    total = sum(natural.values())
    if wanted > total > 0:
        # More people than the villages usually hold: all grow alike.
        natural = {code: -(-size * wanted // total) for code, size in natural.items()}
    sizes: dict[str, int] = {}
    for code, size in natural.items():
        if wanted <= 0:
            break
        sizes[code] = min(size, wanted)
        wanted -= sizes[code]
    return sizes


def _natural_size(code: str) -> int:
    spread = LARGEST_VILLAGE - SMALLEST_VILLAGE
    return SMALLEST_VILLAGE + int.from_bytes(sha256(code.encode()).digest()[:4]) % spread


async def _villages(settings: ServiceSettings, codes: tuple[str, ...], sizes: dict[str, int]) -> list[Village]:
    """Describe the empty ones of `codes` for the loader."""
    async with connect(_owner(settings)) as connection:
        rows = await connection.fetch(
            "SELECT code, name, substr(code, 1, 6) AS county,"
            " row_number() OVER (PARTITION BY substr(code, 1, 6) ORDER BY code) - 1 AS position,"
            " count(*) OVER (PARTITION BY substr(code, 1, 6)) AS villages,"
            " EXISTS (SELECT FROM grid WHERE grid.division = division.code) AS peopled"
            " FROM division WHERE level = 'village' ORDER BY code"
        )
    counties = sorted({row["county"] for row in rows})
    wanted = set(codes)
    return [
        Village(
            tenant=row["county"],
            code=row["code"],
            name=row["name"],
            people=sizes[row["code"]],
            share=(row["position"], row["villages"]),
            elsewhere=tuple(county for county in counties if county != row["county"]),
            known=row["code"] in DEMO_VILLAGES,
        )
        for row in rows
        if row["code"] in wanted and not row["peopled"]
    ]


def _owner(settings: ServiceSettings) -> str:
    if settings.migration_url is None:
        raise ValueError("migration_url is needed: these commands write as the owner of the tables")
    return settings.migration_url


async def reencrypt(settings: ServiceSettings) -> str:
    """Order that everything is brought under the active key."""
    return await reencryption.request(settings)


async def require_one_key(settings: ServiceSettings) -> str:
    """Refuse while something is under another key than the active one."""
    return await reencryption.require_done(settings, SEALED)
