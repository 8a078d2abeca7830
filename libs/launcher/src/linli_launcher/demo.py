"""The demo places: what is put into an empty system, and with which accounts one looks at it."""

from linli_launcher import migrate, witnesses
from linli_launcher.databases import COMPONENTS, DESK, REGISTRY, Component, create_database
from linli_launcher.errors import LauncherFailure
from linli_launcher.installation import Addresses, Installation

PASSWORD = "Linli#2026demo"  # noqa: S105 - published on purpose, refused outside the demo
VILLAGES = ("421202104221", "511681002001")


def seed_empty_databases(installation: Installation, addresses: Addresses) -> list[Component]:
    """Seed each component once; return those that were seeded now.

    A seeding that was killed half way is begun again from an empty database: the state says "begun" before and
    "done" after.
    """
    seeded = []
    for component in COMPONENTS:
        progress = installation.data.state().get("demo", {})
        if progress.get(component.key) == "done":
            continue
        if progress.get(component.key) == "begun":
            _empty(installation, component)
        _note(installation, component, "begun")
        # Supervision makes the demo's witnesses with it; the others do not name the option.
        options = {"witnesses": witnesses.demo_options(installation, addresses)}
        installation.run_task(component, "seed_demo", options, addresses)
        _note(installation, component, "done")
        seeded.append(component)
    return seeded


def villages_below(installation: Installation, area: str) -> list[str]:
    """Return the codes of the villages of an area, which is named by digits."""
    if not area.isdigit():
        raise LauncherFailure("an area is named by its code, such as 421202")
    sql = (
        f"SELECT code FROM division WHERE level = 'village' AND code LIKE '{area}%' AND valid_to IS NULL ORDER BY code"  # noqa: S608 - digits
    )
    return [row[0] for row in installation.postgres.execute(sql, REGISTRY.database)]


def fill_desk(installation: Installation, addresses: Addresses, tenant: str, cases: int) -> None:
    """Fill the desk of a county with made cases in all its villages, until it has so many."""
    options = {"tenant": tenant, "villages": villages_below(installation, tenant), "cases": cases}
    installation.run_task(DESK, "make_cases", options, addresses)


def accounts() -> list[str]:
    """Return the names a visitor tries first; API.md's whole list follows the same pattern."""
    names = []
    for village in VILLAGES:
        names += [f"{role}.{village}" for role in ("clerk", "village_official", "supervisor", "custodian1")]
        names += [f"township_officer.{village[:9]}"]
    return [*names, "auditor.4212", "system_admin"]


def _note(installation: Installation, component: Component, progress: str) -> None:
    demo = {**installation.data.state().get("demo", {}), component.key: progress}
    installation.data.save_state(demo=demo)


def _empty(installation: Installation, component: Component) -> None:
    installation.postgres.execute(f"DROP DATABASE {component.database} WITH (FORCE)")
    create_database(installation.postgres, component, component.database)
    migrate.upgrade(component, installation.urls(component))
