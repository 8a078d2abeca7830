"""A village's made whistles: departments, who reported, the time line, and the league table's counters that count them."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec
from linli_kernel import public_tokens as tokens
from linli_kernel.privacy import KeyRing
from linli_kernel.profile.whistle import WhistleRules

from linli_services_desk.volume.cases import YEARS, Village
from linli_services_desk.volume.copying import NULL, Ids, Seal, Text, json

COLUMNS = {
    "whistle": (
        "tenant id number division category urgency source state content reports escalation rounds clock due_at "
        "created_at closed_at updated_at version"
    ),
    "whistle_duty": (
        "tenant id whistle_id division department part state limits assigned_at report_due reported_at solution_from "
        "solution_due solved_at report_missed solution_missed escalated"
    ),
    "whistle_report": "tenant id whistle_id division secret person joined at level",
    "whistle_event": "tenant id whistle_id at command to_state department actor_name actor_role",
}
_LINES = (
    ("report", "reported", "", "public"),
    ("call", "called", "村干部", "village_official"),
    ("whistle", "whistled", "乡镇干部", "township_officer"),
    ("report-in", "handling", "部门", "department_officer"),
    ("solve", "solved", "部门", "department_officer"),
    ("close", "closed", "乡镇干部", "township_officer"),
)
_REACHED = ("reported", "called", "whistled", "handling", "solved")
_CONTENT = msgspec.json.encode({"description": "路灯不亮，晚上走路不方便", "place": "三组路口"})
_PERSON = msgspec.json.encode(
    {"name": "周小兰", "phone": "13900000011", "description": "路灯不亮", "place": "三组路口"}
)
Tally = Counter[tuple[str, str, str]]
"""By month, department and counter."""


@dataclass(frozen=True, slots=True)
class _Made:
    """One whistle while it is written; `lines` is how far it came."""

    id: str
    at: datetime
    lines: int
    departments: tuple[str, ...]

    def moment(self, line: int) -> str:
        return (self.at + timedelta(hours=20 * line)).isoformat()


class WhistleRows:
    """Builds `over` closed whistles and `work` open ones of a village."""

    def __init__(self, village: Village, rules: WhistleRules, ring: KeyRing) -> None:
        self.village = village
        self.rules = rules
        self.text = Text(village.tenant, COLUMNS)
        self.tally: Tally = Counter()
        self.counters = Counter(village.counters)
        self._seal = Seal(ring, village.tenant)
        self._chance = Random(f"whistles/{village.code}/{sum(self.counters.values())}")  # noqa: S311 - the same every time
        self._id = Ids(self._chance)

    def build(self) -> None:
        today = datetime.combine(self.village.today, datetime.min.time(), UTC) + timedelta(hours=1)
        for n in range(self.village.over):
            self._whistle(
                today - timedelta(days=30 + YEARS * 365 * (self.village.over - n) // self.village.over), len(_LINES)
            )
        for n in range(self.village.work):
            at = today - timedelta(days=7, hours=n % 24)
            self._whistle(at, 1 + self._chance.randrange(len(_REACHED)))

    def _whistle(self, at: datetime, lines: int) -> None:
        category = self._chance.choice([one for one in self.rules.categories if one.departments])
        departments = tuple(category.departments[: 1 + self._chance.randrange(len(category.departments))])
        made = _Made(self._id(at), at, lines, departments)
        closed, state = lines == len(_LINES), _LINES[lines - 1][1]
        running = lines in (3, 4)
        due = (at + timedelta(days=7 + self._chance.randrange(14))).isoformat() if running else NULL
        what = "report_in" if lines == 3 else "solution"
        started, limit = made.moment(lines - 1), self._limit(what)
        clock = {"what": what, "department": departments[0], "started": started, "due": due, "limit": limit}
        self.counters["whistle", at.year] += 1
        self.text.put(
            "whistle", made.id, f"哨{self.village.code[6:]}-{at.year}-{self.counters['whistle', at.year]:04d}",
            self.village.code, category.code, "ordinary", "resident", state,
            self._seal(_CONTENT, "whistle", "content", made.id), "1", "0", "0", json(clock) if running else NULL,
            due, made.moment(0), made.moment(5) if closed else NULL, made.moment(lines - 1), str(lines),
        )  # fmt: skip
        self._report(made, closed)
        for command, to, name, role in _LINES[:lines]:
            number = len(self.text.lines["whistle_event"])
            at_line = made.moment(_LINES.index((command, to, name, role)))
            department = departments[0] if role == "department_officer" else NULL
            event = self._id(at + timedelta(milliseconds=number % 1000))
            self.text.put("whistle_event", event, made.id, at_line, command, to, department, name, role)
        if lines >= 3:
            for department in departments:
                self._duty(made, department)

    def _limit(self, what: str) -> object:
        limits = self.rules.limits["ordinary"]
        return (limits.report_in if what == "report_in" else limits.solution).model_dump(mode="json")

    def _report(self, made: _Made, closed: bool) -> None:
        report = self._id(made.at)
        level = self._chance.choices((5, 4, 3, 2, 1), (60, 25, 10, 3, 2))[0] if closed else None
        secret = tokens.base62(self._chance.getrandbits(128))
        sealed = self._seal(_PERSON, "whistle_report", "person", report)
        self.text.put(
            "whistle_report", report, made.id, self.village.code, secret, sealed, "f", made.moment(0),
            str(level) if level else NULL,
        )  # fmt: skip
        if level is not None:
            for department in made.departments:
                self._count(made, department, ratings=1, satisfied=int(level >= 3), levels=level)

    def _duty(self, made: _Made, department: str) -> None:
        reported, solved = made.lines >= 4, made.lines >= 5
        late = self._chance.random() < 0.1
        part = "lead" if department == made.departments[0] else "assist"
        state = "solved" if solved else "working" if reported else "pending"
        limits = json({what: self._limit(what) for what in ("report_in", "solution")})
        self.text.put(
            "whistle_duty", self._id(made.at), made.id, self.village.code, department, part, state, limits,
            made.moment(2), made.moment(3), made.moment(3) if reported else NULL, made.moment(2), made.moment(5),
            made.moment(4) if solved else NULL, "t" if late else "f", "f", "0",
        )  # fmt: skip
        self._count(
            made, department, assigned=1, reported=int(reported), reported_on_time=int(reported and not late),
            report_missed=int(late), report_minutes=1200 if reported else 0, solved=int(solved), solved_on_time=int(solved),
            solution_minutes=2400 if solved else 0,
        )  # fmt: skip

    def _count(self, made: _Made, department: str, **steps: int) -> None:
        month = made.at.date().replace(day=1).isoformat()
        for name, by in steps.items():
            self.tally[month, department, name] += by
