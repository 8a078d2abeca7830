"""Life events of somebody who is in no household: a death, a departure, a divorce, and the correction of one.

Who is a member of a household has events there; who was transferred to another county has them in that county.
"""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from linli_kernel.database import Tx
from linli_kernel.errors import FieldError, Invalid, StaleVersion
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id

from linli_registry.context import Context
from linli_registry.households import commands as c
from linli_registry.households import errors, evidence, gone, repository
from linli_registry.households.domain import decide
from linli_registry.households.facts import Effect, Presence, State
from linli_registry.households.schemas import PersonEvent
from linli_registry.households.service import commit_event, undo
from linli_registry.residents import repository as residents

COMMANDS: dict[str, Callable[[UUID, date], c.Event]] = {
    "death": lambda who, day: c.Died(day=day, resident=who),
    "move_out": lambda who, day: c.Gone(day=day, members=(who,)),
    "divorce": lambda who, day: c.Parted(day=day, resident=who),
}


async def record(tx: Tx, context: Context, viewer: Viewer, key: UUID, version: int, asked: PersonEvent) -> UUID:
    """Register an event of somebody who still has `version`; returns its id."""
    if asked.kind == "correction":
        command, effects, state = await _correction(tx, context, viewer, key, asked)
    else:
        if asked.corrects is not None:
            fault = "只有更正事项才填写", "Only a correction names another event"
            raise Invalid(errors=[FieldError("/corrects", "registry.not_for_this_kind", *fault)])
        state = await repository.load_state(tx, viewer, (), {key}, asked.date)
        gone.in_no_household(state, key, asked.date)
        command = COMMANDS[asked.kind](key, asked.date)
        county = await repository.taken_in_by(tx, viewer.tenant, state.people[key].division, key)
        if county is not None and state.people[key].presence == Presence.MOVED_OUT:
            raise errors.LivesElsewhere(county=county)
        effects = decide(state, command, context.today, new_id)
        if not effects:
            raise errors.AlreadyAway
    row = await residents.locked(tx, viewer, key)
    if row["version"] != version:
        raise StaleVersion
    event = await commit_event(
        tx,
        viewer,
        asked.kind,
        command,
        effects,
        state,
        {},
        None,
        row["division"],
        asked.reason,
        list(asked.evidence),
        person=key,
        source=asked.source,
        corrects=asked.corrects,
    )
    await evidence.take(tx, viewer, evidence.Owner("resident", key), event, asked.files)
    return event


async def _correction(
    tx: Tx, context: Context, viewer: Viewer, key: UUID, asked: PersonEvent
) -> tuple[c.Event, tuple[Effect, ...], State]:
    if asked.corrects is None:
        fault = "办理此事项需要填写", "Needed for correction"
        raise Invalid(errors=[FieldError("/corrects", "registry.required", *fault)])
    wrong = await repository.event_of(tx, viewer.tenant, asked.corrects)
    if wrong is None or wrong["resident"] != key or wrong["kind"] == "correction":
        raise errors.EventOfAnotherHousehold
    command, state, effects = await undo(tx, context, viewer, wrong, set(), asked.date)
    return command, effects, state
