"""What becomes of a resolution: milestones with their days, reached one after the other, and what was told on the way.

Nothing that was told is taken back, and beside a later day the first one stays.
"""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from linli_supervision.deliberations.errors import DaysOutOfOrder, MilestonesOpen, TooMuchTold

MOST_TOLD = 200
What = Literal["plan", "progress", "reached", "postpone", "complete", "accept", "send-back"]
SAID: dict[What, str] = {
    "plan": "制定计划", "progress": "进度", "reached": "完成", "postpone": "延期", "complete": "报请验收",
    "accept": "验收合格", "send-back": "退回整改",
}  # fmt: skip


class _Kept(BaseModel):
    """As it is kept with its step."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Milestone(_Kept):
    title: str
    due_on: date
    first_due_on: date
    reached_on: date | None = None

    def overdue(self, today: date) -> bool:
        return self.reached_on is None and today > self.due_on


class Told(_Kept):
    """An entry of the journal; `milestone` is its number, counted from one."""

    day: date
    what: What
    milestone: int | None
    note: str
    by: UUID
    by_name: str


class Execution(_Kept):
    responsible: str
    budget_fen: int | None
    cost_fen: int | None = None
    milestones: tuple[Milestone, ...]
    told: tuple[Told, ...] = ()

    @property
    def left(self) -> int:
        return sum(one.reached_on is None for one in self.milestones)

    @property
    def current(self) -> int:
        """The place of the milestone that comes next; raises MilestonesOpen when all are reached."""
        if not self.left:
            raise MilestonesOpen(count=0)
        return len(self.milestones) - self.left

    @property
    def due_on(self) -> date | None:
        return self.milestones[self.current].due_on if self.left else None

    @property
    def workers(self) -> frozenset[UUID]:
        """Who has told of the work: none of them accepts it."""
        return frozenset(one.by for one in self.told if one.what not in ("accept", "send-back"))

    def tell(self, what: What, note: str, by: tuple[UUID, str], today: date) -> "Execution":
        if len(self.told) >= MOST_TOLD:
            raise TooMuchTold(most=MOST_TOLD)
        about = (
            len(self.milestones) - self.left + 1 if self.left and what in ("progress", "reached", "postpone") else None
        )
        entry = Told(day=today, what=what, milestone=about, note=note, by=by[0], by_name=by[1])
        return self.model_copy(update={"told": (*self.told, entry)})

    def reached(self, today: date) -> "Execution":
        return self._with(self.current, reached_on=today)

    def postponed(self, until: date) -> "Execution":
        """Move the day of the next milestone back, and the following ones only where they would lie before it."""
        if until <= self.milestones[self.current].due_on:
            raise DaysOutOfOrder
        after = self
        for at in range(self.current, len(self.milestones)):
            after = after._with(at, due_on=max(until, self.milestones[at].due_on))
        return after

    def sent_back(self, title: str, due_on: date, today: date) -> "Execution":
        """What the committee found is one more milestone; what it has cost is told anew."""
        if due_on < today:
            raise DaysOutOfOrder
        mending = Milestone(title=title, due_on=due_on, first_due_on=due_on)
        return self.model_copy(update={"milestones": (*self.milestones, mending), "cost_fen": None})

    def _with(self, at: int, **changed: date) -> "Execution":
        made = self.milestones[at].model_copy(update=changed)
        return self.model_copy(update={"milestones": (*self.milestones[:at], made, *self.milestones[at + 1 :])})


def planned(responsible: str, budget_fen: int | None, aims: Sequence[tuple[str, date]], today: date) -> Execution:
    """Return the plan; its days do not lie in the past and follow each other."""
    days = [today, *(due for _, due in aims)]
    if any(later < earlier for earlier, later in pairwise(days)):
        raise DaysOutOfOrder
    milestones = tuple(Milestone(title=title, due_on=due, first_due_on=due) for title, due in aims)
    return Execution(responsible=responsible, budget_fen=budget_fen, milestones=milestones)


def kept(step: object) -> Execution | None:
    """Return what is kept of the carrying out with a step, if it has begun."""
    return None if step is None else Execution.model_validate(step)


def sentences(done: Execution) -> list[str]:
    """What the paper and the publication say of it."""
    said = [f"负责人：{done.responsible}。"]
    if done.budget_fen is not None:
        said.append(f"概算：{_yuan(done.budget_fen)} 元。")
    for number, one in enumerate(done.milestones, start=1):
        moved = f"（原定 {one.first_due_on}）" if one.first_due_on != one.due_on else ""
        reached = f"{one.reached_on} 完成" if one.reached_on else "未完成"
        said.append(f"第 {number} 项：{one.title}，期限 {one.due_on}{moved}，{reached}。")
    if done.cost_fen is not None:
        said.append(f"实际支出：{_yuan(done.cost_fen)} 元。")
    judged = [one for one in done.told if one.what in ("accept", "send-back")]
    return said + [
        f"{one.day} 监督委员会{SAID[one.what]}：{one.note or '无其他意见'}（{one.by_name}）" for one in judged
    ]


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
