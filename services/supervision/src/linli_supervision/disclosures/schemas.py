"""What goes in and out about disclosures."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

from linli_supervision.disclosures.showing import FlagsShown
from linli_supervision.questions.schemas import PublicQuestion

Village = Annotated[str, Field(pattern="^[0-9]{12}$", description="village")]
Area = Annotated[str, Field(pattern="^([0-9]{6}|[0-9]{9}|[0-9]{12})$", description="county, township, village")]
WideArea = Annotated[
    str, Field(pattern="^([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})$", description="prefecture, county, township, village")
]
Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=80)]
Cell = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
ColumnKind = Literal["text", "person", "money", "number", "date"]
StateName = Literal["draft", "submitted", "checked", "published", "withdrawn", "corrected", "discarded"]
MOST_ROWS, MOST_COLUMNS, MOST_TABLES = 500, 12, 6


class TableColumn(ApiModel):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    kind: ColumnKind


class DisclosureTable(ApiModel):
    """Every row has as many cells as there are columns; money is yuan with at most two decimals."""

    caption: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    columns: Annotated[list[TableColumn], Field(min_length=1, max_length=MOST_COLUMNS)]
    rows: Annotated[list[list[Cell]], Field(max_length=MOST_ROWS)]


class DisclosureContent(ApiModel):
    """`mask`: have numbers of people masked instead of being refused for them. Names in columns of people always are
    where the place's rule says so."""

    title: Title
    body: Annotated[str, StringConstraints(strip_whitespace=True, max_length=10_000)] = ""
    tables: Annotated[list[DisclosureTable], Field(max_length=MOST_TABLES, default_factory=list)]
    mask: bool = False


class NewDisclosure(DisclosureContent):
    """`period_start` is the first day of the period as the duties give it; left out for what belongs to none."""

    division: Village
    item: Annotated[str, Field(pattern="^[a-z][a-z_]*$", max_length=40)]
    period_start: GivenDay | None = None
    occasion_id: UUID | None = None


class StepReason(ApiModel):
    """Why; asked for when it is returned, withdrawn or corrected."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class DisclosureFile(ApiModel):
    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str


class PublicDisclosure(ApiModel):
    """Of a withdrawn one only the heading and the reason are shown."""

    id: UUID
    division: str
    category: str
    item: str
    title: str
    body: str
    period_start: date | None
    period_end: date | None
    published_at: datetime
    state: StateName
    edition: int


class PublicDisclosurePage(ApiModel):
    items: list[PublicDisclosure]
    next_cursor: str | None


class FullPublicDisclosure(PublicDisclosure):
    """`waiting` counts the questions that are not answered yet, `overdue` those of them that are late."""

    tables: list[DisclosureTable]
    files: list[DisclosureFile]
    reason: str
    replaces: UUID | None
    replaced_by: UUID | None
    publisher_name: str
    checker_name: str
    sha256: str | None
    category_name: str
    category_name_en: str
    answers: list[PublicQuestion]
    waiting: int
    overdue: int


class DisclosureBrief(ApiModel):
    id: UUID
    division: str
    category: str
    item: str
    title: str
    period_start: date | None
    period_end: date | None
    published_at: datetime | None
    created_at: datetime | None
    state: StateName
    edition: int
    author_name: str
    version: int


class DisclosurePage(ApiModel):
    items: list[DisclosureBrief]
    next_cursor: str | None


class FullDisclosure(DisclosureBrief):
    """`steps` are what you may do with it now."""

    body: str
    tables: list[DisclosureTable]
    files: list[DisclosureFile]
    reason: str
    replaces: UUID | None
    replaced_by: UUID | None
    checker_name: str
    publisher_name: str
    checked_at: datetime | None
    ended_at: datetime | None
    sha256: str | None
    steps: list[str]


class Proof(ApiModel):
    """Whether it still is what was published. `entry` is the entry of the public log that holds its digest; null while the
    log has not taken it in yet. `leaf`, `salt` and `content` (base64) are that entry, so that nobody has to believe `unchanged`."""

    id: UUID
    unchanged: bool | None
    sha256: str | None
    published_sha256: str | None
    published_at: datetime | None
    tenant: str
    entry: int | None
    signed: bool
    leaf: str | None
    salt: str | None
    content: str | None


class ArchiveYear(ApiModel):
    year: int
    disclosures: int


class ArchiveYears(ApiModel):
    items: list[ArchiveYear]


class OwedOccasion(ApiModel):
    id: UUID
    title: str


class Duty(ApiModel):
    """Something owed by rule: `due` is its last day, `days_left` negative once it has passed. `disclosure_id` is what was
    published for it, or what is being written."""

    item: str
    category: str
    period_start: date
    period_end: date
    due: date
    provisional: bool
    days_left: int
    state: Literal["done", "late", "due", "missing"]
    disclosure_id: UUID | None
    writing: StateName | None
    occasion: OwedOccasion | None


class Duties(ApiModel):
    """`since` is the day from which the village owes anything; null: it does not take part yet."""

    division: str
    year: int
    since: date | None
    items: list[Duty]


class PublicDuties(Duties):
    """`open`: whether the county shows what is missing; if not, `items` is empty."""

    open: bool


class AreaDuties(ApiModel):
    """A village, or a township with its villages: how many items are done (late ones too), late, still due, and missing."""

    division: str
    villages: int
    done: int
    late: int
    due: int
    missing: int
    questions: int
    questions_overdue: int


class Overview(ApiModel):
    """`total` counts the whole area, `items` what lies directly below it."""

    division: str
    year: int
    total: AreaDuties
    items: list[AreaDuties]


class NewOccasion(ApiModel):
    """Something happened that is to be published at once."""

    division: Village
    item: Annotated[str, Field(pattern="^[a-z][a-z_]*$", max_length=40)]
    title: Title
    day: GivenDay


class Occasion(NewOccasion):
    id: UUID


class StartOfVillages(ApiModel):
    """From `since` on every village of `division` owes what the catalogue says; villages that did already are left alone."""

    division: Area
    since: GivenDay


class StartedVillages(ApiModel):
    started: int
    villages: int


class DisclosureSettings(ApiModel):
    """`missing_public`: whether everybody sees what is missing. `flags_public`: what everybody sees of red flags."""

    missing_public: bool
    flags_public: FlagsShown


class NewDisclosureSettings(ApiModel):
    """`flags_public` is opened one step at a time; left out, it stays as it is."""

    missing_public: bool
    flags_public: FlagsShown | None = None


class BilingualName(ApiModel):
    zh: str
    en: str


class CatalogueCategory(ApiModel):
    code: str
    name: BilingualName


class CatalogueColumn(ApiModel):
    name: BilingualName
    kind: ColumnKind


class CatalogueItem(ApiModel):
    code: str
    category: str
    name: BilingualName
    frequency: Literal["monthly", "quarterly", "half_yearly", "yearly", "calendar", "at_once"]
    days: list[str]
    within: str
    within_en: str
    basis: str | None
    standing: str
    lead: BilingualName | None
    columns: list[CatalogueColumn]


class Catalogue(ApiModel):
    """The county's catalogue: categories, items with their rules, and the templates to write from."""

    categories: list[CatalogueCategory]
    items: list[CatalogueItem]
    mask_names: bool
    answer_within: str
    answer_within_en: str
    appeal_within: str
    appeal_within_en: str
