"""The lists that people work with at the desk, asked in turns of a desk with few cases and of one with many.

Judged by processor time per answer (service and its database sessions), as look-ups are: medians of rounds in which both desks
are asked one right after the other, so that what else the machine does meets both. Every list is asked for pages that are full at either
size, so an answer has as many lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from linli_launcher.bench.load import Figures, request
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.scenarios import TENANT, VILLAGE, Clerk, Scenario
from linli_launcher.databases import DESK

ROUNDS = 5
_SHARE = 0.3
"""Of a measurement's length, for each round."""
_CONNECTIONS = 4
_TOWNSHIP = VILLAGE[:9]
# Who asks, and what: each list as its page asks for it, but where few cases fill no page of fifty.
_LISTS = {
    "case list": (f"clerk.{VILLAGE}", ("cases?limit=30", "cases?mine=true", "cases?state=supplement")),
    "case list of a county": (f"county_admin.{TENANT}", ("cases", "cases?state=handling", "cases?clock=overdue")),
    "overdue view": (f"township_officer.{_TOWNSHIP}", ("outlook", "outlook/figures")),
    "overdue view of a county": (f"county_admin.{TENANT}", ("outlook", "outlook/figures")),
    "workbench": (f"clerk.{VILLAGE}", ("workbench",)),
    "whistle list": (f"township_officer.{_TOWNSHIP}", ("whistles?limit=30", "whistles?state=called", "whistle-counts")),
    "whistle list of a department": (f"department_officer.{TENANT}", ("whistles", "whistles?mine=true")),
    "league table": (f"county_admin.{TENANT}", ("whistle-league",)),
}


@dataclass(frozen=True)
class Pair:
    """One list at both desks: the rounds, and the same statements by asyncpg alone."""

    small: Sequence[Figures]
    large: Sequence[Figures]
    alone_ms: tuple[float, float]

    @property
    def cpu_ms(self) -> tuple[float, float]:
        """Medians over the rounds."""
        return _cpu_ms(self.small), _cpu_ms(self.large)

    @property
    def ratio(self) -> float:
        small, large = self.cpu_ms
        return large / small

    def line(self, name: str) -> str:
        parts = (
            ("processor", "6.2f", self.cpu_ms),
            ("p50", "6.1f", (_p50_ms(self.small), _p50_ms(self.large))),
            ("asyncpg alone", "6.1f", self.alone_ms),
        )
        shown = "   ".join(f"{what} {small:{form}} → {large:{form}} ms" for what, form, (small, large) in parts)
        return f"    {name:<30} {self.ratio:.2f}×   {shown}"


def compare(small: Measured, large: Measured) -> dict[str, Pair]:
    return {name: _compared(small, large, name, *asked) for name, asked in _LISTS.items()}


def _compared(small: Measured, large: Measured, name: str, account: str, paths: Sequence[str]) -> Pair:
    desks = [(desk, _scenario(desk, name, account, paths)) for desk in (small, large)]
    rounds = [[_round(desk, scenario) for desk, scenario in desks] for _ in range(ROUNDS)]
    alone = [desk.directly(scenario, _CONNECTIONS).percentile_ms(50) for desk, scenario in desks]
    return Pair([few for few, _ in rounds], [many for _, many in rounds], (alone[0], alone[1]))


def _scenario(desk: Measured, name: str, account: str, paths: Sequence[str]) -> Scenario:
    token = Clerk(desk.url, account).token
    return Scenario(name, DESK.key, tuple(request("GET", f"/api/desk/v1/{path}", token=token) for path in paths))


def _round(desk: Measured, scenario: Scenario) -> Figures:
    pids = {DESK.key: desk.running["pids"][DESK.key]}
    short = replace(desk, seconds=desk.seconds * _SHARE)
    return short.counted(desk.url, scenario.cycled(), pids, connections=_CONNECTIONS, database=DESK)


def _cpu_ms(rounds: Sequence[Figures]) -> float:
    return median(1000 / figures.per_cpu_second for figures in rounds)


def _p50_ms(rounds: Sequence[Figures]) -> float:
    return median(figures.percentile_ms(50) for figures in rounds)
