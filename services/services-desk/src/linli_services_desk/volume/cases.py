"""A village's made cases with everything that belongs to them: materials, record, steps, papers, clocks and ratings.

Numbers go on from where the village's counters stand, and the counters go with them, so what is made leaves no gap.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel import public_tokens as tokens
from linli_kernel.privacy import KeyRing
from linli_kernel.profile import Profile

from linli_services_desk.cases.clock import limit_facts
from linli_services_desk.cases.workflow import PAUSED, RUNNING, State
from linli_services_desk.documents.numbering import written
from linli_services_desk.matters import forms
from linli_services_desk.matters.plan import plan_of
from linli_services_desk.volume import forms as made_forms
from linli_services_desk.volume.copying import NULL, Ids, Seal, Somebody, Text, array, json, people_of

COLUMNS = {
    "desk_case": (
        "tenant id division number matter_id matter_version matter_name department departments profile state resume_to completed "
        "round steps pauses notices step_roles resident_id registry_version link applicant applicant_name_index form "
        "channel time_limit due provisional receipt_token outcome opened_by accepted_by opened_at received_at "
        "accepted_at decided_at delivered_at closed_at updated_at version"
    ),
    "case_material": "tenant case_id material_id name state updated_at",
    "case_history": "tenant case_id version command from_state to_state note actor actor_name actor_role at",
    "case_step": "tenant case_id version round key outcome comment completed_by completed_name completed_at",
    "supplement_notice": "tenant id case_id number items reason asked_by asked_at",
    "document": (
        "tenant id division case_id kind number title issuer state token facts signers issued_by issued_at version"
    ),
    "evaluation": "tenant case_id division level given_at source",
}
YEARS = 4
RATED = 0.6
_COUNTED_AS = {"receipt": "receipt", "acceptance_notice": "acceptance", "decision": "decision"}
_TITLES = {"receipt": "收件凭证", "acceptance_notice": "受理通知书", "decision": "办理结果告知书"}
_IN_WORK = (
    State.DRAFT,
    State.RECEIVED,
    State.SUPPLEMENT,
    State.ACCEPTED,
    State.HANDLING,
    State.SUSPENDED,
    State.DECIDED,
)
_IN_WORK_SHARES = (12, 6, 10, 26, 30, 4, 12)
_OVER = (State.CLOSED, State.DELIVERED, State.NOT_ACCEPTED, State.WITHDRAWN)
_OVER_SHARES = (94, 2, 2, 2)
# The way to each state, as it stands in the record.
_OPENED = (("open", NULL, "draft", "clerk"),)
_RECEIVED = (*_OPENED, ("receive", "draft", "received", "clerk"))
_ACCEPTED = (*_OPENED, ("accept", "draft", "accepted", "clerk"))
_HANDLING = (*_ACCEPTED, ("complete-step", "accepted", "handling", "village_official"))
_DECIDED = (*_HANDLING, ("decide", "handling", "decided", "township_officer"))
_DELIVERED = (*_DECIDED, ("deliver", "decided", "delivered", "clerk"))
_WAY = {
    State.DRAFT: _OPENED,
    State.RECEIVED: _RECEIVED,
    State.SUPPLEMENT: (*_ACCEPTED, ("supplement", "accepted", "supplement", "clerk")),
    State.ACCEPTED: _ACCEPTED,
    State.HANDLING: _HANDLING,
    State.SUSPENDED: (*_ACCEPTED, ("suspend", "accepted", "suspended", "township_officer")),
    State.DECIDED: _DECIDED,
    State.DELIVERED: _DELIVERED,
    State.CLOSED: (*_DELIVERED, ("close", "delivered", "closed", "clerk")),
    State.NOT_ACCEPTED: (*_OPENED, ("not-accept", "draft", "not_accepted", "clerk")),
    State.WITHDRAWN: (*_RECEIVED, ("withdraw", "received", "withdrawn", "clerk")),
}
_NAMES = {"clerk": "综合窗口", "village_official": "村干部", "township_officer": "乡镇干部"}
_MADE_BY = {role: str(UUID(int=number + 1, version=4)) for number, role in enumerate(_NAMES)}


@dataclass(frozen=True, slots=True)
class MadeMatter:
    """A published matter as every case on it repeats it: `plan` is its steps as stored, `answers` what its form asks for."""

    id: str
    version: str
    name: str
    department: str
    plan: str
    keys: tuple[str, ...]
    posts: tuple[str, ...]
    materials: tuple[tuple[str, str], ...]
    limit: str
    form_schema: Mapping[str, Any]
    answers: Mapping[str, Any]

    def form(self, person: Somebody) -> bytes:
        """Filled in for somebody, ready to be encrypted."""
        fields = self.form_schema["properties"]
        own = {key: value for key, value in person.facts.items() if key in fields and forms.fits(fields[key], value)}
        return msgspec.json.encode({**self.answers, **own})


@dataclass(frozen=True, slots=True)
class Village:
    """Where to make how many: `over` are finished, `work` are in work. `counters`: where its numbers stand by kind and year."""

    tenant: str
    code: str
    over: int
    work: int
    today: date
    counters: Mapping[tuple[str, int], int]


def made_matter(profile: Profile, row: Mapping[str, Any]) -> MadeMatter:
    definition = row["definition"]
    plan = plan_of(profile, definition)
    return MadeMatter(
        id=str(row["matter_id"]),
        version=str(row["number"]),
        name=definition["name"],
        department=definition["department"],
        plan=json([asdict(step) for step in plan]),
        keys=tuple(step.key for step in plan),
        posts=tuple(step.post for step in plan),
        materials=tuple((material["id"], material["name"]) for material in definition["materials"]),
        limit=json(limit_facts(definition, green=False)),
        form_schema=definition["form_schema"],
        answers=made_forms.answers(definition["form_schema"]),
    )


class CaseRows:
    """Builds the rows of one village."""

    def __init__(self, village: Village, profile: Profile, matters: Sequence[MadeMatter], ring: KeyRing) -> None:
        self.village = village
        self.profile = profile
        self.matters = matters
        self.text = Text(village.tenant, COLUMNS)
        self.counters = Counter(village.counters)
        self._seal = Seal(ring, village.tenant)
        people = people_of(ring, village.tenant, village.code)
        self._applicants = {
            matter.id: [one for one in people if made_forms.may_apply(matter.form_schema, one.born, village.today)]
            for matter in matters
        }
        self._chance = Random(f"{village.code}/{sum(self.counters.values())}")  # noqa: S311 - the same spread every time
        self._id = Ids(self._chance)

    def build(self) -> None:
        today = datetime.combine(self.village.today, datetime.min.time(), UTC) + timedelta(hours=1)
        span = YEARS * 365
        # In the order of their days, so that numbers rise with them.
        for n in range(self.village.over):
            days = 60 + span - span * n // self.village.over
            self._case(today - timedelta(days=days), self._chance.choices(_OVER, _OVER_SHARES)[0])
        for n in range(self.village.work):
            days = 30 - 24 * n // self.village.work
            self._case(today - timedelta(days=days), self._chance.choices(_IN_WORK, _IN_WORK_SHARES)[0])

    def _number(self, kind: str, day: date) -> str:
        self.counters[kind, day.year] += 1
        place = {"division": self.village.code}
        return written(self.profile, kind, self.counters[kind, day.year], place, self.village.tenant, day)

    def _case(self, opened: datetime, state: State) -> None:
        chance, village = self._chance, self.village
        matter = chance.choice(self.matters)
        person, case = chance.choice(self._applicants[matter.id]), self._id(opened)
        way = _WAY[state]
        moments = [
            (opened + timedelta(hours=30 * step, minutes=chance.randrange(300))).isoformat() for step in range(len(way))
        ]
        when = {command: at for (command, *_), at in zip(way, moments, strict=True)}
        accepted, decided = (
            when.get("accept", NULL),
            when.get("decide") or when.get("not-accept") or when.get("withdraw") or NULL,
        )
        numbered = state is not State.DRAFT
        number = self._number("case", opened.date()) if numbered else NULL
        done = [
            key for key in matter.keys[: 1 if state is State.HANDLING else len(matter.keys)] if "complete-step" in when
        ]
        waits = [matter.posts[len(done)]] if state in RUNNING and len(done) < len(matter.posts) else []
        due = opened.date() + timedelta(days=20 + chance.randrange(20)) if accepted is not NULL else None
        outcome = {State.NOT_ACCEPTED: "not_accepted", State.WITHDRAWN: "withdrawn"}.get(state, "approved")
        self.text.put(
            "desk_case", case, village.code, number, matter.id, matter.version, matter.name, matter.department, "{}",
            self.profile.id, state.value, "accepted" if state in PAUSED else NULL, array(done), "1", matter.plan, "[]", "1" if state is State.SUPPLEMENT else "0",
            array(f'"{post}"' for post in waits), str(person.id), "1", "linked",
            self._seal(person.applicant, "desk_case", "applicant", case), person.name_index,
            self._seal(matter.form(person), "desk_case", "form", case), "window", matter.limit, due.isoformat() if due else NULL, "f",
            tokens.base62(secrets.randbits(128)), outcome if decided is not NULL else NULL, _MADE_BY["clerk"],
            _MADE_BY["clerk"] if accepted is not NULL else NULL, moments[0],
            when.get("receive", accepted) if numbered else NULL, accepted, decided, when.get("deliver", NULL),
            when.get("close", NULL), moments[-1], str(len(way)),
        )  # fmt: skip
        self._record(case, way, moments, matter)
        kept = "original_checked" if numbered else "missing"
        for material, name in matter.materials:
            self.text.put("case_material", case, material, name, kept, moments[0])
        self._papers(case, when, number, matter, person)
        if state is State.SUPPLEMENT:
            asked = self._id(opened)
            self.text.put("supplement_notice", asked, case, "1", "[]", "", _MADE_BY["clerk"], moments[-1])
        if "decide" in when and chance.random() < RATED:
            level = str(chance.choices((5, 4, 3, 2, 1), (70, 20, 7, 2, 1))[0])
            self.text.put(
                "evaluation", case, village.code, level, moments[-1], "code" if chance.random() < 0.7 else "receipt"
            )

    def _record(
        self, case: str, way: Sequence[tuple[str, str, str, str]], moments: Sequence[str], matter: MadeMatter
    ) -> None:
        steps = {"complete-step": (matter.keys[0], "pass"), "decide": (matter.keys[-1], "approved")}
        for version, ((command, before, after, role), at) in enumerate(zip(way, moments, strict=True), start=1):
            self.text.put(
                "case_history", case, str(version), command, before, after, "", _MADE_BY[role], _NAMES[role], role, at
            )
            if command in steps:
                key, outcome = steps[command]
                self.text.put("case_step", case, str(version), "1", key, outcome, "", _MADE_BY[role], _NAMES[role], at)

    def _papers(self, case: str, when: Mapping[str, str], number: str, matter: MadeMatter, person: Somebody) -> None:
        """What acceptance and decision hand out."""
        handed = [(kind, when["accept"]) for kind in ("receipt", "acceptance_notice") if "accept" in when]
        handed += [("decision", when["decide"])] if "decide" in when else []
        for kind, at in handed:
            moment = datetime.fromisoformat(at)
            paper, own = self._id(moment), self._number(_COUNTED_AS[kind], moment.date())
            facts = {"number": own, "case_number": number, "matter": matter.name, "applicant": {"name": person.name}}
            sealed = self._seal(msgspec.json.encode(facts), "document", "facts", paper)
            self.text.put(
                "document", paper, self.village.code, case, kind, own, _TITLES[kind], "村民委员会", "issued",
                tokens.base62(secrets.randbits(128)), sealed, "[]", _MADE_BY["clerk"], at, "1",
            )  # fmt: skip
