"""Acts of staff at hours at which nobody's counter is open, folded by account, village and night."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from pydantic import Field

from linli_supervision.flags.facts import Fact, Finding, Reading, Thresholds

WATCHED = frozenset({"resident.reveal", "case.decide", "seal-use.approve", "seal-use.open", "seal-use.sign"})
_NOBODY = frozenset({"resident", "public", "service", "integration"})
MOST_ENTRIES = 20


class HoursThresholds(Thresholds):
    """From hour until hour is night. `days_off`: days on which nobody works count as a whole. `least`: acts of one night."""

    from_hour: int = Field(ge=12, le=23)
    to_hour: int = Field(ge=0, le=11)
    days_off: bool
    least: int = Field(ge=1, le=100)


def references(_: Fact) -> tuple[str, ...]:
    return ()


def judge(reading: Reading, thresholds: HoursThresholds) -> Iterator[Finding]:
    nights: dict[tuple[str, str, date], list[Fact]] = {}
    today = night_of(reading.now, thresholds)
    for fact in reading.triggers:
        night = night_of(fact.time, thresholds)
        # A night is judged when it is over, so that it is one flag.
        if fact.actor and fact.role not in _NOBODY and night < today and is_outside(fact.time, thresholds):
            nights.setdefault((fact.actor, fact.division, night), []).append(fact)
    for (actor, division, night), facts in sorted(nights.items()):
        if len(facts) >= thresholds.least:
            acts = sorted({one.action for one in facts})
            entries = tuple(sorted(one.index for one in facts)[-MOST_ENTRIES:])
            said = {"night": night.isoformat(), "acts": acts, "count": len(facts)}
            yield Finding(f"{actor}:{division}:{night}", division, facts[0].time, entries, (actor,), None, said)


def night_of(moment: datetime, thresholds: HoursThresholds) -> date:
    """The day on which the night or the day off began: the small hours belong to the evening before."""
    return (moment.astimezone(SHANGHAI) - timedelta(hours=thresholds.to_hour)).date()


def is_outside(moment: datetime, thresholds: HoursThresholds) -> bool:
    local = moment.astimezone(SHANGHAI)
    night = local.hour >= thresholds.from_hour or local.hour < thresholds.to_hour
    return night or (thresholds.days_off and not WorkCalendar.official().is_working_day(local.date()))
