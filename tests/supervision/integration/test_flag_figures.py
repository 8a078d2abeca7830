"""How right the rules are on labelled cases: every seeded wrong is found, and what is flagged besides is counted.

`make red-flags` prints the figures; docs/red-flags.md publishes them, and a figure that is no longer true is red here.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from linli_supervision.flags.rules import shipped
from linli_supervision.flags.watching import look
from linli_supervision.ledger.ingest import append

from tests.supervision.flag_cases import occurrences, scenes
from tests.supervision.flag_scenes import COUNTY, NOW, TENANT, Scene

DOCS = Path(__file__).resolve().parents[3] / "docs" / "red-flags.md"


async def flagged(service: Any, told: list[Scene]) -> Counter[tuple[str, str]]:
    """Deliver the scenes and let every rule look once; returns how many flags there are by rule and village."""
    service.clock.set(NOW)
    for one in told:
        service.neighbours.near |= one.near
    async with service.linli.database.pool.acquire() as connection, connection.transaction():
        await append(connection, TENANT, occurrences(told))
    await look(service.linli.database, service.linli.extra["registry"], TENANT, COUNTY)
    rows = await service.linli.database.pool.fetch("SELECT rule, division FROM flag WHERE tenant = $1", TENANT)
    return Counter((row["rule"], row["division"]) for row in rows)


def table(told: list[Scene], found: Counter[tuple[str, str]]) -> str:
    """The figures as docs/red-flags.md has them."""
    lines = ["| rule | wrong, found | innocent, flagged | precision | recall |", "|---|---|---|---|---|"]
    for rule in shipped():
        guilty = {one.division for one in told if one.rule == rule and one.guilty}
        marked = {division for of, division in found if of == rule}
        true, false = len(marked & guilty), len(marked - guilty)
        innocent = len(told) - len(guilty)
        precision = f"{true / len(marked):.2f}" if marked else "–"
        lines.append(
            f"| `{rule}` | {len(guilty)}, {true} | {innocent}, {false} | {precision} | {true / len(guilty):.2f} |"
        )
    return "\n".join(lines)


@pytest.fixture
def told() -> list[Scene]:
    return list(scenes())


async def test_every_seeded_wrong_is_found_and_the_published_figures_are_true(service: Any, told: list[Scene]) -> None:
    found = await flagged(service, told)
    figures = table(told, found)
    print(f"\n{figures}")
    missed = [one.name for one in told if one.guilty and (one.rule, one.division) not in found]
    assert missed == []
    by_place = {one.division: one for one in told}
    surprising = {
        (rule, by_place[place].name)
        for rule, place in found
        if (one := by_place[place]).rule != rule or not (one.guilty or one.looks_wrong)
    }
    assert surprising == set()
    assert figures in DOCS.read_text(encoding="utf-8")
    # The same facts looked at again are no second flags.
    before = sum(found.values())
    assert await look(service.linli.database, service.linli.extra["registry"], TENANT, COUNTY) == 0
    assert before == await service.linli.database.pool.fetchval("SELECT count(*) FROM flag WHERE tenant = $1", TENANT)
