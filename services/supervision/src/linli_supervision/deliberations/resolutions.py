"""Which deliberations ended in a resolution, for whoever acts upon one.

A resolution is the last vote of a binding procedure, held and passed; where the procedure publishes it, its days are over, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from linli_kernel.clock import SHANGHAI
from linli_kernel.profile.supervision import DecisionProcedure

from linli_supervision.deliberations.workflow import Kind, Outcome, State, kind_of
from linli_supervision.rows import Row

STANDING = frozenset({State.OPEN, State.FINISHED})
"""A resolution that was given up or rejected later binds nobody."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """`day` is that of the vote; `number` stands on its paper."""

    deliberation_id: UUID
    division: str
    title: str
    number: str
    day: date

    @property
    def text(self) -> str:
        """How others name it."""
        return f"关于{self.title}的决议，编号 {self.number}，{self.day}"


def number_of(deliberation_id: UUID) -> str:
    """The number on its paper: the beginning of its id."""
    return str(deliberation_id).replace("-", "")[:16]


def resolution_of(row: Row, steps: Sequence[Row]) -> Resolution | None:
    """Return the resolution of a deliberation, none when it has none (yet); `steps` are those recorded of it."""
    plan = DecisionProcedure.model_validate(row["plan"])
    votes = [at for at, step in enumerate(plan.steps) if kind_of(step) is Kind.VOTE]
    if not plan.binding or not votes or row["state"] not in STANDING:
        return None
    done = {one["position"]: one for one in steps if one["done_at"] is not None}
    vote = done.get(votes[-1])
    if vote is None or vote["result"] != Outcome.AGREED:
        return None
    later = [at for at in range(votes[-1] + 1, len(plan.steps)) if kind_of(plan.steps[at]) is Kind.PUBLICATION]
    if later and later[0] not in done:
        return None
    day = vote["held_on"] or vote["done_at"].astimezone(SHANGHAI).date()
    return Resolution(row["id"], row["division"], row["title"], number_of(row["id"]), day)
