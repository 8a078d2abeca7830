"""What the API says about halls, windows, tickets and the day's report."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from linli_kernel.http import ApiModel
from pydantic import Field

from linli_services_desk.windows.domain import Channel, Priority

Category = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$", description="category code of the place")]


class TakeTicket(ApiModel):
    """`priority`: elders, disabled people, pregnant women and veterans go before."""

    division: Annotated[str | None, Field(pattern="^[0-9]{12}$")] = None
    priority: Priority = Priority.NORMAL
    channel: Channel = Channel.CLERK
    matter_id: UUID | None = None
    category: Category | None = None


class TakePublicTicket(ApiModel):
    division: Annotated[str, Field(pattern="^[0-9]{12}$")]
    priority: Priority = Priority.NORMAL
    channel: Literal["kiosk", "phone"] = "kiosk"
    category: Category | None = None


class Ticket(ApiModel):
    id: UUID
    label: str
    number: int
    priority: str
    category: str | None
    channel: str
    state: str
    division: str
    window_id: UUID | None
    calls: int
    taken_at: datetime
    called_at: datetime | None


class TakenTicket(Ticket):
    """`token` follows this ticket without sign-in."""

    token: str
    ahead: int
    expected_wait_minutes: int | None


class PublicTicket(ApiModel):
    """`hall` and `division` say where the number was taken."""

    label: str
    state: str
    hall: str
    division: str
    calls: int
    ahead: int
    window: int | None
    expected_wait_minutes: int | None


class Window(ApiModel):
    id: UUID
    division: str
    number: int
    name: str
    state: Literal["open", "closed"]
    ticket: Ticket | None
    version: int


class WindowList(ApiModel):
    items: list[Window]
    next_cursor: str | None = None


class Called(ApiModel):
    """What the window has in hand after the command; null when nobody waits."""

    window_id: UUID
    ticket: Ticket | None
    waiting: int


class Transfer(ApiModel):
    to_window_id: UUID


class Queue(ApiModel):
    """`skipped`: who missed the call today and may still come back."""

    waiting: list[Ticket]
    skipped: list[Ticket]
    waiting_count: int
    expected_wait_minutes: int | None


class BoardLine(ApiModel):
    label: str
    window: int
    window_name: str
    called_at: datetime


class HallCategory(ApiModel):
    code: str
    name: str
    name_en: str


class Hall(ApiModel):
    """A hall as whoever takes a number there sees it."""

    division: str
    name: str
    hours: str
    phone: str
    address: str
    waiting: int
    expected_wait_minutes: int | None
    categories: list[HallCategory]


class TallyFacts(ApiModel):
    """Counts of tickets, and times in minutes; null where nothing was measured."""

    tickets: int
    served: int
    skipped: int
    left: int
    waiting: int
    mean_wait_minutes: float | None
    longest_wait_minutes: float | None
    mean_service_minutes: float | None


class WindowTally(TallyFacts):
    window_id: UUID
    number: int
    name: str


class CategoryTally(TallyFacts):
    """`code` is null for tickets that nobody named a category for."""

    code: str | None
    name: str
    name_en: str


class ChannelTally(TallyFacts):
    channel: str


class HourTally(TallyFacts):
    hour: int


class QueueReport(ApiModel):
    """A hall's day."""

    division: str
    hall: str
    day: date
    total: TallyFacts
    by_window: list[WindowTally]
    by_category: list[CategoryTally]
    by_channel: list[ChannelTally]
    by_hour: list[HourTally]


class Board(ApiModel):
    hall: str
    calling: list[BoardLine]
    waiting: int
    next: list[str]
    expected_wait_minutes: int | None
