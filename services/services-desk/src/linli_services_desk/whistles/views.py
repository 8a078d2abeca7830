"""What screens are given of a whistle: names masked, clocks in words, and which commands are the viewer's."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from linli_kernel.clock import SHANGHAI
from linli_kernel.identity import Role, Viewer
from linli_kernel.privacy import mask_name, mask_phone
from linli_kernel.privacy.numbers import masked_numbers
from linli_kernel.profile.whistle import WhistleLimit

from linli_services_desk.context import Desk
from linli_services_desk.schema import Row
from linli_services_desk.whistles import clock
from linli_services_desk.whistles.hand import office_of, rules_of
from linli_services_desk.whistles.workflow import DUTY_NAMES, NAMES, Command, DutyState, WhistleState, allowed

PLAIN = (
    "id",
    "number",
    "division",
    "category",
    "urgency",
    "source",
    "state",
    "reports",
    "escalation",
    "created_at",
    "version",
)
PHOTO = ("id", "department", "media_type", "size", "created_at")
SUMMARY_LENGTH = 60
# The steps a resident reads about; who did them stays inside.
TOLD = frozenset({"report", "join", "joined", "call", "whistle", "report-in", "solve", "send-back", "close", "dismiss"})
REASONS = frozenset({Command.DISMISS.value, Command.SEND_BACK.value})


def content_of(desk: Desk, row: Row) -> dict[str, str]:
    found: dict[str, str] = desk.vault.open(row["content"], row["tenant"], "whistle", "content", row["id"])
    return found


def named(desk: Desk, row: Row) -> dict[str, str]:
    """The category and the state in both languages."""
    category = rules_of(desk, row["tenant"]).category(row["category"])
    zh, en = NAMES[WhistleState(row["state"])]
    return {
        "category_name": category.name.zh if category else row["category"],
        "category_name_en": category.name.en if category else row["category"],
        "state_name": zh,
        "state_name_en": en,
    }


def brief(desk: Desk, viewer: Viewer, row: Row, departments: Sequence[str], now: datetime) -> dict[str, Any]:
    content, stored = content_of(desk, row), row["clock"]
    description = _text_for(desk, viewer, row, content["description"])
    return {
        **{name: row[name] for name in PLAIN},
        **named(desk, row),
        "summary": description if len(description) <= SUMMARY_LENGTH else f"{description[:SUMMARY_LENGTH]}…",
        "place": _text_for(desk, viewer, row, content["place"]),
        "departments": list(departments),
        "clock": _shown(desk, row["tenant"], _running(stored), now, None) if stored else None,
        "clock_of": stored["department"] if stored else None,
        "clock_what": stored["what"] if stored else None,
    }


def detail(
    desk: Desk,
    viewer: Viewer,
    row: Row,
    parts: Mapping[str, Sequence[Row]],
    now: datetime,
) -> dict[str, Any]:
    """`parts`: duties, reports, events and photos of the whistle."""
    duties = parts["duties"]
    mine = row["whistler"] is not None and row["whistler"] == viewer.subject
    position = None
    if row["latitude"] is not None:
        position = {"latitude": row["latitude"], "longitude": row["longitude"]}
    return {
        **brief(desk, viewer, row, [duty["department"] for duty in duties], now),
        "description": _text_for(desk, viewer, row, content_of(desk, row)["description"]),
        "position": position,
        "is_whistler": mine,
        **{name: row[name] for name in ("whistler_name", "rounds", "joined_into", "closed_at")},
        "duties": [
            told | {"answer": _text_for(desk, viewer, row, told["answer"])}
            for told in (duty_view(desk, row["tenant"], duty, now) for duty in duties)
        ],
        "people": [
            told | {"comment": _text_for(desk, viewer, row, told["comment"])}
            for told in (_person(desk, report) for report in parts["reports"])
        ],
        "timeline": [
            told | {"note": _text_for(desk, viewer, row, told["note"])}
            for told in (_line(desk, event) for event in parts["events"])
        ],
        "photos": [
            {name: photo[name] for name in PHOTO} for photo in parts["photos"] if viewer.role is not Role.AUDITOR
        ],
        "commands": _commands(viewer, row, duties, mine=mine),
    }


def _text_for(desk: Desk, viewer: Viewer, row: Row, words: Any) -> Any:
    """What somebody typed, as the viewer reads it: an auditor sees no number of a person."""
    if not words or viewer.role is not Role.AUDITOR:
        return words
    return masked_numbers(words, desk.profile(row["tenant"]).registry.masking)


def duty_view(desk: Desk, tenant: str, duty: Row, now: datetime) -> dict[str, Any]:
    limits = {name: WhistleLimit.model_validate(limit) for name, limit in duty["limits"].items()}
    department = duty["department"]
    reporting = clock.Running("report_in", department, duty["assigned_at"], duty["report_due"], limits["report_in"])
    solving = clock.Running("solution", department, duty["solution_from"], duty["solution_due"], limits["solution"])
    state = DutyState(duty["state"])
    zh, en = DUTY_NAMES[state]
    declined = state is DutyState.DECLINED
    return {
        **{name: duty[name] for name in ("department", "part", "state", "reported_at", "solved_at", "escalated")},
        "state_name": zh,
        "state_name_en": en,
        "report_in": _shown(desk, tenant, reporting, now, duty["reported_at"] or (now if declined else None)),
        "solution": None if declined else _shown(desk, tenant, solving, now, duty["solved_at"]),
        "answer": _answer(desk, duty),
    }


def people(desk: Desk, reports: Sequence[Row]) -> list[dict[str, Any]]:
    """Names and numbers as they are: only for `reveal`."""
    found = [_opened(desk, report) for report in reports]
    return [{"name": person["name"], "phone": person["phone"]} for person in found]


def followed(desk: Desk, report: Row, row: Row, parts: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    """What a reporter's token shows: the own words, the state, the departments' answers; no staff and no other person."""
    own = _opened(desk, report)
    tenant = row["tenant"]
    levels = desk.profile(tenant).desk.evaluation.levels
    return {
        "number": row["number"],
        **named(desk, row),
        "description": own["description"],
        "place": own["place"],
        "state": row["state"],
        "joined": report["joined"],
        "reports": row["reports"],
        "duties": [_public_duty(desk, duty) for duty in parts["duties"] if duty["state"] != DutyState.DECLINED],
        "timeline": [_public_line(desk, event) for event in parts["events"] if event["command"] in TOLD],
        "photos": len(parts["photos"]),
        "rating_open": row["state"] == WhistleState.CLOSED and report["level"] is None,
        "rated": report["level"] is not None,
        "levels": [{"level": level, "zh": text.zh, "en": text.en} for level, text in sorted(levels.items())],
    }


def public_similar(desk: Desk, row: Row, far: int | None) -> dict[str, Any]:
    return {
        "id": row["id"],
        **named(desk, row),
        "reported_on": row["created_at"].astimezone(SHANGHAI).date(),
        "reports": row["reports"],
        "metres": far,
    }


def _running(stored: Mapping[str, Any]) -> clock.Running:
    started, due = (datetime.fromisoformat(stored[name]) for name in ("started", "due"))
    limit = WhistleLimit.model_validate(stored["limit"])
    return clock.Running(stored["what"], stored["department"], started, due, limit)


def _shown(desk: Desk, tenant: str, running: clock.Running, now: datetime, done: datetime | None) -> dict[str, Any]:
    return clock.view(office_of(desk, tenant), desk.thresholds(tenant), running, now, done)


def _commands(viewer: Viewer, row: Row, duties: Sequence[Row], *, mine: bool) -> list[str]:
    found = allowed(WhistleState(row["state"]), viewer.role, whistler=mine)
    own = next((DutyState(duty["state"]) for duty in duties if duty["department"] == viewer.department), None)
    waits = {
        Command.REPORT_IN: own is DutyState.PENDING,
        Command.DECLINE: own is DutyState.PENDING,
        Command.SOLVE: own is DutyState.WORKING,
    }
    return [command.value for command in found if waits.get(command, True)]


def _opened(desk: Desk, report: Row) -> dict[str, Any]:
    found: dict[str, Any] = desk.vault.open(
        report["person"], report["tenant"], "whistle_report", "person", report["id"]
    )
    return found


def _person(desk: Desk, report: Row) -> dict[str, Any]:
    person = _opened(desk, report)
    comment = report["comment"]
    if comment is not None:
        comment = desk.vault.open(comment, report["tenant"], "whistle_report", "comment", report["id"])
    return {
        "name": mask_name(person["name"]),
        "phone": mask_phone(person["phone"]) if person["phone"] else None,
        "comment": comment,
        **{name: report[name] for name in ("joined", "at", "level")},
    }


def _line(desk: Desk, event: Row) -> dict[str, Any]:
    names = ("at", "command", "to_state", "department", "actor_name", "actor_role")
    return {**{name: event[name] for name in names}, "note": _note(desk, event)}


def _note(desk: Desk, event: Row) -> str | None:
    if event["note"] is None:
        return None
    found: str = desk.vault.open(event["note"], event["tenant"], "whistle_event", "note", event["id"])
    return found


def _answer(desk: Desk, duty: Row) -> str | None:
    if duty["answer"] is None:
        return None
    found: str = desk.vault.open(duty["answer"], duty["tenant"], "whistle_duty", "answer", duty["id"])
    return found


def _public_duty(desk: Desk, duty: Row) -> dict[str, Any]:
    zh, en = DUTY_NAMES[DutyState(duty["state"])]
    answered = duty["state"] == DutyState.SOLVED
    return {
        "department": duty["department"],
        "part": duty["part"],
        "state_name": zh,
        "state_name_en": en,
        "answer": _answer(desk, duty) if answered else None,
    }


def _public_line(desk: Desk, event: Row) -> dict[str, Any]:
    zh, en = NAMES[WhistleState(event["to_state"])]
    return {
        "at": event["at"],
        "to_state": event["to_state"],
        "state_name": zh,
        "state_name_en": en,
        "department": event["department"],
        "reason": _note(desk, event) if event["command"] in REASONS else None,
    }
