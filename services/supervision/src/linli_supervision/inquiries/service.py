"""Planning an inquiry, drawing for it, its steps; meetings and checks. Loads, asks the rules, stores, records; never commits."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.calendar import WorkCalendar
from linli_kernel.clock import SHANGHAI
from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Database, Tx
from linli_kernel.errors import FieldError, Invalid, NotFound, StaleVersion
from linli_kernel.events import Act, Event
from linli_kernel.identity import Viewer
from linli_kernel.ids import new_id
from linli_kernel.profile import Profile
from linli_kernel.profile.supervision import OversightRules
from linli_kernel.words import says_something
from sqlalchemy import insert, update

from linli_supervision.clients.registry import RegistryClient
from linli_supervision.disclosures.personal import fit
from linli_supervision.inquiries import complaints, drawing, repository
from linli_supervision.inquiries.errors import NotDrawnYet, OwnWork, ShownByItself
from linli_supervision.inquiries.schemas import ComplaintName, NewCheck, NewInquiry, NewMeeting
from linli_supervision.inquiries.tables import committee_meeting, inquiry
from linli_supervision.inquiries.workflow import State, Step, after

MEETS = 2
"""Fewer are no meeting."""


async def plan(tx: Tx, viewer: Viewer, profile: Profile, order: NewInquiry) -> UUID:
    """Plan an inquiry in the viewer's village; one at random fixes what is drawn from before anybody knows the seed."""
    if not viewer.covers(order.division):
        raise NotFound
    _check(profile.supervision.oversight, order)
    row: dict[str, Any] = {
        "tenant": tx.tenant,
        "id": new_id(),
        "division": order.division,
        "question": order.question,
        "origin": order.origin,
        "committee_group": order.group,
        **fit(profile, subject=order.subject),
        "state": State.PLANNED.value,
        "seed": "",
        "draw": {},
        "created_at": tx.now,
    }
    if order.draw is not None:
        row["draw"] = await drawing.asked(tx, order, order.draw)
    if order.complaint is not None:
        row |= await _complaint(tx, viewer, profile, order.division, order.complaint)
    await tx.execute(insert(inquiry).values(row))
    detail: dict[str, Any] = {
        "question": order.question,
        "origin": order.origin,
        "to_draw": row["draw"].get("count", 0),
    }
    if order.complaint is not None:
        detail |= {"complaint": order.complaint.kind, "complaint_id": str(order.complaint.id)}
    _record(tx, "inquiry.plan", row["id"], order.division, detail)
    _announce(tx, {"complaint": "", "due": None, "version": 1, **row}, "plan")
    made: UUID = row["id"]
    return made


def _check(rules: OversightRules, order: NewInquiry) -> None:
    faults = []
    if order.question > len(rules.inquiries):
        faults.append(FieldError("/question", "inquiry.question", "本地没有这一问", "There is no such inquiry here"))
    if order.group and order.group not in {group.code for group in rules.groups}:
        faults.append(FieldError("/group", "inquiry.group", "本地没有这个小组", "There is no such group here"))
    if (order.origin == "random") != (order.draw is not None):
        faults.append(FieldError("/draw", "inquiry.draw", "随机抽查须写抽几件、哪些天", "Say what to draw at random"))
    if order.complaint is not None and order.origin != "complaint":
        fault = ("只有群众反映引起的问查才写反映", "Only an inquiry after a complaint names one")
        faults.append(FieldError("/complaint", "inquiry.complaint", *fault))
    if faults:
        raise Invalid(errors=faults)


async def _complaint(tx: Tx, viewer: Viewer, profile: Profile, division: str, name: ComplaintName) -> dict[str, Any]:
    one = await complaints.chosen(tx.all, viewer, profile, division, tx.now, name)
    facts = one.model_dump(mode="json", include={"zh", "en", "at", "disclosure_id"})
    return {"complaint": one.kind, "complaint_id": one.id, "complaint_facts": facts}


async def require_anothers_work(db: Database, registry: RegistryClient, viewer: Viewer, inquiry_id: UUID) -> None:
    """Raise OwnWork when whoever looks again put it right under this or another account. Asked before any lock is taken; nothing
    is decided while the registry does not answer."""
    row = await db.fetch_one(repository.last_rectified(viewer, inquiry_id))
    if row is None or row["by"] is None:
        return
    if row["by"] == viewer.subject or await registry.of_one_person(viewer.tenant, {viewer.subject, row["by"]}):
        raise OwnWork


async def take_step(
    tx: Tx, viewer: Viewer, profile: Profile, inquiry_id: UUID, version: int, step: Step, note: str
) -> None:
    row = await tx.one(repository.one(viewer, inquiry_id).with_for_update(of=inquiry))
    if row is None:
        raise NotFound
    if row["version"] != version:
        raise StaleVersion
    state = after(State(row["state"]), step)
    due = _put_right_by(profile, tx) if state is State.RECTIFYING else row["due"]
    outcome = await drawing.draw(tx.all, row)
    if outcome["draw"] and not outcome["seed"]:
        raise NotDrawnYet
    changed = update(inquiry).where(inquiry.c.tenant == tx.tenant, inquiry.c.id == inquiry_id)
    await tx.execute(changed.values(state=state.value, due=due, version=inquiry.c.version + 1, **outcome))
    said = {"step": step.value, "state": state.value, **fit(profile, note=note)}
    who = {"by": viewer.subject, "by_name": viewer.name, "at": tx.now}
    await repository.add_step(tx, {**said, "inquiry_id": inquiry_id, **who})
    _record(tx, f"inquiry.{step.value}", inquiry_id, row["division"], {"state": state.value})
    _announce(tx, {**row, "state": state.value, "due": due, "version": version + 1}, step.value)


def _announce(tx: Tx, row: Mapping[str, Any], step: str) -> None:
    """Whoever has to put right or to look again hears of it, and at the end whoever complained."""
    named = row["complaint"] or None
    data = contract.InquiryMoved(
        inquiry_id=str(row["id"]),
        division=row["division"],
        version=row["version"],
        step=step,
        state=row["state"],
        due=row["due"].isoformat() if row["due"] else None,
        complaint=named,
        complaint_id=str(row["complaint_id"]) if named else None,
        disclosure_id=row["complaint_facts"].get("disclosure_id") if named else None,
        outcome=complaints.outcome_of(row),
    )
    tx.announce(Event(type=contract.INQUIRY_MOVED, subject=data.inquiry_id, data=data))


def _put_right_by(profile: Profile, tx: Tx) -> date:
    return WorkCalendar.official().deadline(tx.now, profile.supervision.oversight.rectification.as_limit()).day


async def keep_meeting(tx: Tx, viewer: Viewer, profile: Profile, order: NewMeeting) -> dict[str, Any]:
    if not viewer.covers(order.division):
        raise NotFound
    _check_meeting(profile.supervision.oversight, order, tx.now.astimezone(SHANGHAI).date())
    row: dict[str, Any] = {
        "id": new_id(),
        "day": order.day,
        "present": order.present,
        **fit(profile, topics=order.topics, decisions=order.decisions),
        "by_name": viewer.name,
        "recorded_at": tx.now,
    }
    await tx.execute(insert(committee_meeting).values(tenant=tx.tenant, division=order.division, **row))
    _record(tx, "committee.meet", row["id"], order.division, {"day": order.day.isoformat(), "present": order.present})
    return row


def _check_meeting(rules: OversightRules, order: NewMeeting, today: date) -> None:
    most, faults = rules.members[1], []
    if order.day > today:
        faults.append(FieldError("/day", "meeting.day", "会议日期不能晚于今天", "The day has not come yet"))
    if order.day.year < today.year - 1:
        told = "只能补记今年和去年的会议", "Only meetings of this year and of the last one are recorded"
        faults.append(FieldError("/day", "meeting.day", *told))
    if not MEETS <= order.present <= most:
        told = (
            f"委员会最多 {most} 人，一个人不算开会",
            f"The committee has at most {most} members; one alone is no meeting",
        )
        faults.append(FieldError("/present", "meeting.present", *told))
    if faults:
        raise Invalid(errors=faults)


async def keep_check(tx: Tx, viewer: Viewer, profile: Profile, item: str, order: NewCheck) -> None:
    known = {one.code: one for one in profile.supervision.oversight.checklist}
    if not viewer.covers(order.division) or item not in known:
        raise NotFound
    if known[item].shown_by:
        raise ShownByItself
    if order.met and not says_something(order.note):
        told = (
            "请写明依据，例如制度名称、办公地点、人员分工",
            "Say what shows it: the rules' name, the place, who does what",
        )
        raise Invalid(errors=[FieldError("/note", "check.note", *told)])
    said = {"met": order.met, **fit(profile, note=order.note), "by_name": viewer.name, "at": tx.now}
    await repository.keep_check(tx, {"division": order.division, "item": item, **said})
    _record(tx, "committee.check", item, order.division, {"met": order.met})


def _record(tx: Tx, action: str, object_id: UUID | str, division: str, detail: dict[str, Any]) -> None:
    kind = action.partition(".")[0]
    tx.record(Act(action=action, object_kind=kind, object_id=object_id, division=division, detail=detail))
