"""Answers of the cockpit."""

from datetime import date, datetime

from linli_kernel.http import ApiModel


class Told(ApiModel):
    """What happened within the time. A rating counts with the decision that it is about; not rated is `decided` less `rated`.

    `response_…`, `solution_…`: departments that came, or solved, before their clock ran out, or missed it.
    """

    accepted: int
    not_accepted: int
    decided: int
    on_time: int
    rated: int
    satisfied: int
    levels: int
    whistles: int
    whistles_closed: int
    response_met: int
    response_missed: int
    solution_met: int
    solution_missed: int
    disclosures: int
    solved: int


class Month(Told):
    month: str


class Figures(Told):
    """Within the time: `Told`, `deliberations` begun, `meetings`, those of villagers' groups apart, `committee_meetings`. Of the year as it stands today: `villages` that publish
    and their `duties_…` (`late` ones are among the `done`). Now: the rest. `flags_open` is null for whoever does not read flags."""

    in_work: int
    running: int
    paused: int
    overdue: int
    due_soon: int
    whistles_open: int
    villages: int
    duties_done: int
    duties_late: int
    duties_due: int
    duties_missing: int
    deliberations: int
    deliberations_open: int
    meetings: int
    group_meetings: int
    committee_meetings: int
    inquiries_open: int
    flags_open: int | None


class People(ApiModel):
    residents: int
    actual: int
    households: int


class PlaceFigures(ApiModel):
    """One place. `name` and `people` are null while the registry does not answer."""

    division: str
    name: str | None
    people: People | None
    figures: Figures


class Before(ApiModel):
    """The time before the figures were kept: records of the desk read so far, and whether all are."""

    read: int
    complete: bool


class Cockpit(PlaceFigures):
    """An area, its last months and what lies directly below it; `registry` tells whether the registry answered in time."""

    first: date
    last: date
    as_of: datetime
    registry: bool
    before: Before
    months: list[Month]
    below: list[PlaceFigures]
