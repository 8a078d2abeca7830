"""Back-testing: what a rule with other thresholds would have flagged over the last days. It reads the ledger and writes nothing.

As with flags, nobody reads what is about the own person: whoever asks gets no such finding, and nobody else sees the result.
A month is read at a time, so a job can be cancelled and no year is in memory at once.
"""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.jobs import JobContext, JobKind

from linli_supervision.flags import repository
from linli_supervision.flags.facts import Finding
from linli_supervision.flags.gathering import findings
from linli_supervision.flags.rules import Rule, shipped

KIND = "flag-backtest"
SPAN = timedelta(days=30)
MOST_SHOWN = 50


async def run(context: JobContext) -> dict[str, Any]:
    """Look at the days before now as if each had just passed; returns counts by day and village, and the newest findings."""
    asked, linli = context.payload, context.app
    rule = shipped()[asked["rule"]].changed(asked["thresholds"])
    now = linli.clock.now()
    found: dict[str, Finding] = {}
    since = now - timedelta(days=asked["days"])
    county = linli.profiles.for_tenant(context.tenant).tenant(context.tenant).division[:6]
    for done, (begin, end) in enumerate(spans(since, now, rule), start=1):
        for noticed in await findings(context.database, linli.extra["registry"], context.tenant, rule, begin, end):
            # What belongs to no village is the county's, as it is when a flag is raised.
            one = noticed if noticed.division else replace(noticed, division=county)
            here = any(one.division.startswith(area) for area in asked["areas"])
            if one.at >= since and here and str(context.created_by) not in one.subjects:
                found.setdefault(one.key, one)
        await context.progress(done)
    known = await repository.known(context.database, context.tenant, rule.id, list(found))
    return _told(list(found.values()), known)


def spans(since: datetime, now: datetime, rule: Rule) -> list[tuple[datetime, datetime]]:
    """Begin and end of each reading: one begins early enough that what lasts is judged with all before it."""
    lasting = timedelta(days=rule.file.looks_back_days)
    ends = []
    end = now
    while end > since:
        ends.append((max(end - SPAN, since) - lasting, end))
        end -= SPAN
    return ends


def _told(found: list[Finding], known: set[str]) -> dict[str, Any]:
    newest = sorted(found, key=lambda one: (one.at, one.key), reverse=True)
    return {
        "found": len(found),
        "known": len(known),
        "by_day": dict(sorted(Counter(_day(one.at) for one in found).items())),
        "by_division": dict(Counter(one.division for one in found).most_common(20)),
        "items": [
            {
                "at": one.at.isoformat(),
                "division": one.division,
                "entries": list(one.entries),
                "facts": dict(one.facts),
                "known": one.key in known,
            }
            for one in newest[:MOST_SHOWN]
        ],
    }


def _day(at: datetime) -> str:
    return at.astimezone(SHANGHAI).date().isoformat()


BACKTEST = JobKind(KIND, run, private=True)
