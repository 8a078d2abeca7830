"""The cockpit of a prefecture, as one reader sees it: a year of every village, beside the same statements without the system.

The villages are the registry's own. Judged by the clock, a little longer than one answer takes; the ratio is to the statements one
after another on one connection, which the service spreads over several.
"""

from linli_launcher.bench.crowd import AUDITOR
from linli_launcher.bench.load import request
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_most, line, show
from linli_launcher.bench.scenarios import Clerk, Scenario
from linli_launcher.databases import SUPERVISION
from linli_launcher.demo import villages_below

AREA = "4212"
MOST_MS = 300.0


def measure(measured: Measured) -> list[Bar]:
    villages = villages_below(measured.installation, AREA)
    measured.installation.run_task(SUPERVISION, "make_figures", {"villages": villages}, measured.addresses)
    scenario = _cockpit(Clerk(measured.url, AUDITOR))
    through = measured.counted(measured.url, scenario.cycled(), measured.pids(SUPERVISION.key), connections=1)
    alone = measured.directly(scenario, 1)
    ratio = through.percentile_ms(50) / alone.percentile_ms(50)
    show(
        f"cockpit of a prefecture of {len(villages):,} villages, one reader",
        [
            line("through the gateway", through),
            line("asyncpg alone", alone),
            f"    {ratio:.2f}× the statements' own time",
        ],
    )
    return [at_most(f"cockpit of {len(villages):,} villages, p50", through.percentile_ms(50), MOST_MS, " ms")]


def _cockpit(auditor: Clerk) -> Scenario:
    path = f"/api/supervision/v1/cockpit?division={AREA}"
    return Scenario("cockpit", SUPERVISION.key, (request("GET", path, token=auditor.token),))
