"""People as the registry tells of them: who is on a roll, who is whose kin; ids alone."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Eligible:
    """`household` is whose vote it is where households vote."""

    resident: UUID
    household: UUID | None


@dataclass(frozen=True, slots=True)
class Kin:
    """`path` leads from somebody concerned to the person, `kinds` says what each is to the one before."""

    concerned: UUID
    person: UUID
    path: list[UUID]
    kinds: list[str]


@dataclass(frozen=True, slots=True)
class Named:
    """What the registry shows of somebody to one viewer; `name` is masked where that viewer may not see it whole."""

    name: str
    sex: str
