"""Which words a notice has, whom it is for, and when a phone may ring.

The words are data (`data/notices/*.yaml`), Chinese and English; facts are numbers, days and names of matters, never of people.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.yaml_data import read_yaml


class Topic(StrEnum):
    REMINDER = "reminder"
    ESCALATION = "escalation"
    EVALUATION = "evaluation"
    HAND_OVER = "hand_over"
    WHISTLE = "whistle"
    DISCLOSURE = "disclosure"
    MEETING = "meeting"
    CASE = "case"


# What a leader must hear cannot be silenced; news of their own cases go to residents alone.
MUTABLE = frozenset(Topic) - {Topic.ESCALATION, Topic.CASE}


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str

    def filled(self, facts: dict[str, Any]) -> "Words":
        return Words(self.zh.format(**facts), self.en.format(**facts))


class StaffTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    topic: Topic
    title: Words
    body: Words
    link: str
    urgent: bool = False


class SmsTemplate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`evaluation`: the message carries the one-time code for the rating."""

    text: Words
    evaluation: bool = False


@cache
def staff_templates() -> dict[str, StaffTemplate]:
    """The words of notices in the app: to staff, and to residents about their own cases."""
    return msgspec.convert(_data("staff.yaml") | _data("residents.yaml"), dict[str, StaffTemplate])


@cache
def sms_templates() -> dict[str, SmsTemplate]:
    return msgspec.convert(_data("sms.yaml"), dict[str, SmsTemplate])


def _data(name: str) -> Any:
    return read_yaml((files("linli_services_desk") / "data" / "notices" / name).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Audience:
    """One account, or everybody who holds a role over a village (of one department where it is a department's)."""

    division: str
    account: UUID | None = None
    role: str | None = None
    department: str | None = None


def role_over(role: str, division: str, department: str) -> Audience:
    return Audience(division, role=role, department=department if role == "department_officer" else None)


def after_quiet_hours(moment: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """Return the first moment from `moment` on at which a phone may ring. Equal hours: always.

    The quiet hours may reach over midnight (22 to 7).
    """
    over_midnight = quiet_from > quiet_to
    late, early = moment.hour >= quiet_from, moment.hour < quiet_to
    quiet = (late or early) if over_midnight else (late and early)
    if not quiet:
        return moment
    day = moment.date() + timedelta(days=1) if over_midnight and late else moment.date()
    return datetime.combine(day, time(quiet_to), moment.tzinfo)
