"""Bodies and answers of the import routes."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from linli_kernel.given import GivenDay
from linli_kernel.http import ApiModel
from pydantic import Field, StringConstraints

FieldKey = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,30}$")]
ColumnNumber = Annotated[str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,2})$")]
State = Literal["uploaded", "checking", "checked", "committing", "committed", "discarded"]


class ColumnShown(ApiModel):
    """A column of the file: its letters, its header, some of its cells (masked), and the field it is taken for."""

    column: int
    letters: str
    header: str
    samples: list[str]
    field: str | None


class FieldShown(ApiModel):
    """A column that an import knows; `words` are what its cells may say, none where anything may stand."""

    key: str
    zh: str
    en: str
    words: list[str] = Field(default_factory=list)


class Import(ApiModel):
    """One upload. `counts` are rows by outcome after a check, and what was stored after the commit; `former` is the
    import whose place it took."""

    id: UUID
    division: str
    file_name: str
    state: State
    sheet: str
    sheets: list[str]
    header_row: int
    columns: list[ColumnShown]
    fields: list[FieldShown]
    remembered: bool
    ready: bool
    since: date
    former: UUID | None
    counts: dict[str, Any]
    job: UUID | None
    mine: bool
    created_by_name: str
    created_at: datetime
    finished_at: datetime | None
    version: int


class ImportBrief(ApiModel):
    id: UUID
    division: str
    file_name: str
    state: State
    counts: dict[str, Any]
    job: UUID | None
    mine: bool
    created_by_name: str
    created_at: datetime
    finished_at: datetime | None


class ImportPage(ApiModel):
    items: list[ImportBrief]
    next_cursor: str | None


class Mapping(ApiModel):
    """Which column is which field; a column that is left out is not imported. Remembered for the same headers.

    `add` names fields that the file has no column for: each becomes an empty column behind the others, to be filled in row by
    row.
    """

    columns: Annotated[dict[ColumnNumber, FieldKey], Field(max_length=40)]
    header_row: Annotated[int, Field(ge=0, le=1000)] | None = None
    sheet: Annotated[str, StringConstraints(max_length=100)] | None = None
    since: GivenDay | None = None
    add: Annotated[list[FieldKey], Field(max_length=20)] = Field(default_factory=list)


class Commit(ApiModel):
    """`without_faulty` leaves out the households that still have errors."""

    without_faulty: bool = False


class FindingShown(ApiModel):
    code: str
    level: Literal["error", "warning", "info"]
    field: str
    column: int | None
    address: str
    detail: str


class CellShown(ApiModel):
    column: int
    field: str | None
    value: str


class RowShown(ApiModel):
    """A row with findings. Cells are shown to whoever uploaded the file."""

    row: int
    household: int
    outcome: str
    findings: list[FindingShown]
    cells: list[CellShown]


class RowPage(ApiModel):
    items: list[RowShown]
    next_cursor: str | None


class Group(ApiModel):
    """One kind of finding: how often, and where first."""

    code: str
    field: str
    level: Literal["error", "warning", "info"]
    detail: str
    count: int
    first_row: int


class Groups(ApiModel):
    items: list[Group]
    next_cursor: str | None = None


class Edit(ApiModel):
    """New contents of cells, by column number."""

    cells: Annotated[
        dict[ColumnNumber, Annotated[str, StringConstraints(max_length=500)]], Field(min_length=1, max_length=120)
    ]


class JobStarted(ApiModel):
    id: UUID
    href: str
