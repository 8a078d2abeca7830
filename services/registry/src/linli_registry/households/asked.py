"""From a life event as it is asked over HTTP to the command that the rules decide on."""

from collections.abc import Callable
from uuid import UUID

from linli_kernel.errors import Invalid

from linli_registry.households import commands as c
from linli_registry.households.facts import Household, Presence
from linli_registry.households.schemas import LifeEvent


def one(value: UUID | None) -> UUID:
    if value is None:
        raise Invalid
    return value


def _birth(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.Birth(household=key, day=a.date, relations=a.relations, child=one(who), parents=tuple(a.parents))


def _adoption(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    more = {"parents": tuple(a.parents), "new_head_there": a.new_head_there_id}
    return c.Adoption(household=key, day=a.date, relations=a.relations, child=one(who), **more)  # type: ignore[arg-type]


def _death(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.Death(household=key, day=a.date, relations=a.relations, resident=one(who), new_head=a.new_head_id)


def _move_in(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    members = (who, *a.members) if who else tuple(a.members)
    presence = Presence(a.presence)
    return c.MoveIn(
        household=key, day=a.date, relations=a.relations, members=tuple(dict.fromkeys(members)), presence=presence
    )


def _move_out(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.MoveOut(household=key, day=a.date, relations=a.relations, members=tuple(a.members), new_head=a.new_head_id)


def _return(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.Return(household=key, day=a.date, relations=a.relations, resident=one(who), presence=Presence(a.presence))


def _split(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    if new is None:
        raise Invalid
    more = {"members": tuple(a.members), "head": one(a.new_head_id), "new_head": a.remaining_head_id}
    return c.Split(household=key, day=a.date, relations=a.relations, new=new, **more)  # type: ignore[arg-type]


def _join(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.Join(household=key, day=a.date, relations=a.relations, other=one(a.other_household_id))


def _change_of_head(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.ChangeOfHead(household=key, day=a.date, relations=a.relations, new_head=one(a.new_head_id))


def _divorce(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    return c.Divorce(household=key, day=a.date, relations=a.relations, resident=one(who))


def _marriage_in(key: UUID, a: LifeEvent, who: UUID | None, new: Household | None) -> c.Command:
    more = {"presence": Presence(a.presence), "new_head_there": a.new_head_there_id}
    return c.MarriageIn(
        household=key,
        day=a.date,
        relations=a.relations,
        newcomer=one(who),
        spouse=one(a.spouse_id),
        **more,  # type: ignore[arg-type]
    )


COMMANDS: dict[str, Callable[[UUID, LifeEvent, UUID | None, Household | None], c.Command]] = {
    "birth": _birth,
    "adoption": _adoption,
    "death": _death,
    "move_in": _move_in,
    "move_out": _move_out,
    "return": _return,
    "split": _split,
    "join": _join,
    "change_of_head": _change_of_head,
    "marriage_in": _marriage_in,
    "divorce": _divorce,
}
