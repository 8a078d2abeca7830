"""Answers of the statistics routes."""

from linli_kernel.http import ApiModel


class AgeBand(ApiModel):
    """`to_age` is not included; null for the last band and for unknown birth dates."""

    from_age: int | None
    to_age: int | None
    male: int
    female: int
    other: int


class Part(ApiModel):
    """One division directly below."""

    division: str
    division_name: str | None
    residents: int
    actual: int
    households: int


class Population(ApiModel):
    """Living residents of the area. `actual` counts the kinds of presence that the place counts as living here."""

    division: str | None
    residents: int
    actual: int
    households: int
    by_presence: dict[str, int]
    by_age: list[AgeBand]
    pyramid: list[AgeBand]
    below: list[Part]


class Month(ApiModel):
    """People at the end of a month (today, for the last) and what happened in it, as known today."""

    month: str
    residents: int
    births: int
    deaths: int
    arrivals: int
    departures: int


class Months(ApiModel):
    items: list[Month]


class PublicBand(ApiModel):
    """A null stands for a count that would be too small, or would give one away."""

    from_age: int | None
    to_age: int | None
    male: int | None
    female: int | None


class PublicPart(ApiModel):
    """One division directly below."""

    division: str
    division_name: str | None
    residents: int | None
    households: int | None


class PublicPopulation(ApiModel):
    """What may be known to all: totals, and cells rounded to five. `suppressed_below` is the least count shown."""

    division: str
    division_name: str
    residents: int | None
    households: int | None
    by_presence: dict[str, int | None]
    by_age: list[PublicBand]
    below: list[PublicPart]
    suppressed_below: int
