"""Disclosures as staff, as everybody and as the catalogue's readers see them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linli_kernel.identity import Viewer
from linli_kernel.permissions import may
from linli_kernel.profile import Profile

from linli_supervision.disclosures.duties import Duty
from linli_supervision.disclosures.overview import Owed
from linli_supervision.disclosures.workflow import Standing, State, Step, possible
from linli_supervision.policy import POLICY, Permission
from linli_supervision.rows import Row

PERMISSIONS: Mapping[Step, Permission] = {
    Step.EDIT: Permission.DISCLOSURE_WRITE,
    Step.DISCARD: Permission.DISCLOSURE_WRITE,
    Step.SUBMIT: Permission.DISCLOSURE_WRITE,
    Step.RETURN: Permission.DISCLOSURE_CHECK,
    Step.CHECK: Permission.DISCLOSURE_CHECK,
    Step.PUBLISH: Permission.DISCLOSURE_PUBLISH,
    Step.WITHDRAW: Permission.DISCLOSURE_WITHDRAW,
    Step.CORRECT: Permission.DISCLOSURE_WRITE,
}
_BRIEF = (
    "id", "division", "category", "item", "title", "period_start", "period_end", "published_at", "created_at", "state",
    "edition", "author_name", "version",
)  # fmt: skip
_FULL = (
    "body", "tables", "reason", "replaces", "replaced_by", "checker_name", "publisher_name", "checked_at", "ended_at",
    "sha256",
)  # fmt: skip
_FILE = ("id", "name", "media_type", "size", "sha256")
_PUBLIC = (
    "id", "division", "category", "item", "title", "body", "period_start", "period_end", "published_at", "state", "edition",
)  # fmt: skip
_PUBLIC_FULL = ("tables", "reason", "replaces", "replaced_by", "publisher_name", "checker_name", "sha256")


def _taken(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {name: row[name] for name in names}


def brief(row: Row) -> dict[str, Any]:
    return _taken(row, _BRIEF)


def files(rows: Sequence[Row]) -> list[dict[str, Any]]:
    return [_taken(row, _FILE) for row in rows]


def full(row: Row, attached: Sequence[Row], viewer: Viewer) -> dict[str, Any]:
    standing = Standing(State(row["state"]), frozenset(row["writers"]))
    steps = [step.value for step in possible(standing, viewer.subject) if may(POLICY, PERMISSIONS[step], viewer)]
    return {**brief(row), **_taken(row, _FULL), "files": files(attached), "steps": steps}


def public(row: Row) -> dict[str, Any]:
    """A withdrawn disclosure keeps its place and its heading, and loses its words."""
    shown = _taken(row, _PUBLIC)
    return shown | {"body": ""} if row["state"] == State.WITHDRAWN else shown


def public_full(row: Row, profile: Profile, attached: Sequence[Row], more: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.code: one.name for one in profile.supervision.disclosure.categories}
    name = names.get(row["category"])
    withdrawn = row["state"] == State.WITHDRAWN
    return {
        **public(row),
        **_taken(row, _PUBLIC_FULL),
        "files": [] if withdrawn else files(attached),
        **({"tables": []} if withdrawn else {}),
        "category_name": name.zh if name else row["category"],
        "category_name_en": name.en if name else row["category"],
        **more,
    }


def owed(division: str, year: int, one: Owed | None) -> dict[str, Any]:
    """A village's year as duties."""
    items = [_duty(duty, one.states) for duty in one.duties] if one else []
    return {"division": division, "year": year, "since": one.since if one else None, "items": items}


def _duty(duty: Duty, states: Mapping[Any, str]) -> dict[str, Any]:
    state = states.get(duty.disclosure) if duty.disclosure else None
    occasion = {"id": duty.occasion.id, "title": duty.occasion.title} if duty.occasion else None
    return {
        "item": duty.item,
        "category": duty.category,
        "period_start": duty.period.start,
        "period_end": duty.period.end,
        "due": duty.due,
        "provisional": duty.provisional,
        "days_left": duty.days_left,
        "state": duty.state.value,
        "disclosure_id": duty.disclosure,
        "writing": state,
        "occasion": occasion,
    }


def _name(text: Any) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def catalogue(profile: Profile) -> dict[str, Any]:
    rules = profile.supervision.disclosure
    answer, appeal = rules.objection_answer.as_limit(), rules.appeal_answer.as_limit()
    return {
        "categories": [{"code": one.code, "name": _name(one.name)} for one in rules.categories],
        "items": [
            {
                "code": item.code,
                "category": item.category,
                "name": _name(item.name),
                "frequency": item.frequency,
                "days": list(item.days),
                "within": item.within.as_limit().zh,
                "within_en": item.within.as_limit().en,
                "basis": item.basis,
                "standing": item.standing.value,
                "lead": _name(lead) if (lead := rules.template(item.code).lead) else None,
                "columns": [
                    {"name": _name(column.name), "kind": column.kind} for column in rules.template(item.code).columns
                ],
            }
            for item in rules.items
        ],
        "mask_names": rules.mask_names,
        "answer_within": answer.zh,
        "answer_within_en": answer.en,
        "appeal_within": appeal.zh,
        "appeal_within_en": appeal.en,
    }
