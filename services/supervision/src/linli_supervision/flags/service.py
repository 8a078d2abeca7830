"""Steps with a flag, and a county's changes of a rule. Loads, asks the rules, stores, announces; never commits."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.errors import NotFound, StaleVersion
from linli_kernel.events import Act, Event
from linli_kernel.identity import Role, Viewer
from linli_kernel.jobs import enqueue
from linli_kernel.profile import Profile

from linli_supervision.clients.gateway import Holder
from linli_supervision.clients.registry import RegistryClient
from linli_supervision.disclosures.personal import fit
from linli_supervision.flags import repository
from linli_supervision.flags.backtesting import KIND
from linli_supervision.flags.detectors.duties import THE_COMMITTEES
from linli_supervision.flags.errors import CannotBeGiven, OwnFlag
from linli_supervision.flags.rules import Rule, shipped
from linli_supervision.flags.schemas import BackTest, FlagRuleChange
from linli_supervision.flags.tables import flag
from linli_supervision.flags.workflow import State, Step, after
from linli_supervision.lookups import repository as lookups
from linli_supervision.rows import Row

LOOKS = "lookups"


async def take_step(
    tx: Tx, viewer: Viewer, profile: Profile, flag_id: UUID, version: int, step: Step, note: str
) -> None:
    """Take a flag over, or say what was found out; raises StaleVersion when somebody was quicker."""
    row, state = await _stepped(tx, viewer, flag_id, version, step)
    said = fit(profile, note=note)["note"]
    values: dict[str, Any] = {"state": state.value, "owner": viewer.subject}
    if state is State.CLOSED:
        values |= {"ended_at": tx.now, "finding": row["state"]}
    await _keep(tx, viewer, row, step, values, said)
    if shipped()[row["rule"]].file.detector == LOOKS and step in (Step.EXPLAIN, Step.CONFIRM, Step.DISMISS):
        await _answer_looks(tx, viewer, row, said)


async def assign(
    tx: Tx, viewer: Viewer, profile: Profile, flag_id: UUID, version: int, to: Holder | None, note: str
) -> None:
    """Give a flag to somebody, its own or one that nobody has; raises CannotBeGiven for anybody who is no candidate."""
    row, state = await _stepped(tx, viewer, flag_id, version, Step.ASSIGN)
    if to is None:
        raise CannotBeGiven
    said = f"{to.name}：{fit(profile, note=note)['note']}"
    await _keep(tx, viewer, row, Step.ASSIGN, {"state": state.value, "owner": to.id}, said)


def candidates(row: Row, holders: Iterable[Holder], giver: UUID) -> dict[UUID, Holder]:
    """Who of these can be given a flag, once each."""
    barred = {*row["subjects"], row["owner"], giver}
    own = row["facts"].get("duty") == THE_COMMITTEES
    return {one.id: one for one in holders if one.id not in barred and not (own and one.role == Role.SUPERVISOR.value)}


async def require_nobody_it_is_about(registry: RegistryClient, tenant: str, row: Row | None, account: UUID) -> None:
    """Raise OwnFlag when the account and one that the flag is about are one person's. Asked before any lock is taken; nothing is
    decided while the registry does not answer."""
    if row is None or not row["subjects"]:
        return
    about = set(row["subjects"])
    for group in await registry.of_one_person(tenant, {account, *about}):
        if account in group and group & about:
            raise OwnFlag


async def _stepped(tx: Tx, viewer: Viewer, flag_id: UUID, version: int, step: Step) -> tuple[Row, State]:
    row = await tx.one(repository.one(viewer, flag_id).with_for_update(of=flag))
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    return row, after(State(row["state"]), step, by=viewer.subject, owner=row["owner"], subjects=row["subjects"])


async def _keep(tx: Tx, viewer: Viewer, row: Row, step: Step, values: dict[str, Any], said: str) -> None:
    await repository.store(tx, row["id"], values)
    done = {"flag_id": row["id"], "step": step.value, "state": values["state"], "note": said}
    await repository.add_step(tx, {**done, "by": viewer.subject, "by_name": viewer.name, "at": tx.now})
    _tell(tx, row, step, State(values["state"]), values["owner"] if step is Step.ASSIGN else None)


async def _answer_looks(tx: Tx, viewer: Viewer, row: Row, note: str) -> None:
    """What was found out about looks is their answer as well: nobody is asked twice."""
    facts, said = row["facts"], {"answered_by": viewer.subject, "answered_at": tx.now, "note": note[:500]}
    about = {"rule": facts["looks"], "actor": row["subjects"][0], "day": date.fromisoformat(facts["day"])}
    await lookups.answer(tx, viewer, about | said)


def _tell(tx: Tx, row: Row, step: Step, state: State, given_to: UUID | None) -> None:
    place = {"object_kind": "flag", "object_id": row["id"], "division": row["division"]}
    tx.record(Act(action=f"flag.{step.value}", detail={"rule": row["rule"], "state": state.value}, **place))
    data = contract.FlagMoved(
        flag_id=str(row["id"]),
        division=row["division"],
        rule=row["rule"],
        severity=row["severity"],
        state=state.value,
        version=row["version"] + 1,
        step=step.value,
        owner=str(given_to) if given_to else None,
    )
    tx.announce(Event(type=contract.FLAG_MOVED, subject=str(row["id"]), data=data))


def rule_named(name: str) -> Rule:
    rule = shipped().get(name)
    if rule is None:
        raise NotFound
    return rule


async def change_rule(tx: Tx, viewer: Viewer, name: str, version: int, order: FlagRuleChange) -> None:
    """Keep a county's decision about a rule; flags that were raised before stay."""
    rule = rule_named(name).changed(order.thresholds)
    if not await repository.change(tx, Rule(rule.file, order.on, rule.thresholds), viewer.subject, version):
        raise StaleVersion
    detail = {"on": order.on, "thresholds": rule.thresholds.model_dump(mode="json")}
    tx.record(Act(action="flag-rule.change", object_kind="flag-rule", object_id=name, detail=detail))


async def ask_back_test(tx: Tx, viewer: Viewer, name: str, order: BackTest) -> UUID:
    """Write the job of a back-test over the viewer's area; returns its id."""
    rule = rule_named(name).changed(order.thresholds)
    asked = {"rule": name, "days": order.days, "thresholds": rule.thresholds.model_dump(mode="json")}
    tx.record(Act(action="flag-rule.back-test", object_kind="flag-rule", object_id=name, detail=asked))
    return await enqueue(tx, KIND, {**asked, "areas": list(viewer.divisions)})
