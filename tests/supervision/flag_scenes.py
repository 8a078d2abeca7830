"""What a labelled case of red flags is told with: a scene in a village of its own, its acts and events, and who is near to whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from linli_kernel.clock import SHANGHAI
from linli_supervision.ledger.entry import ACT_TYPE

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
"""A Friday noon."""
TENANT, COUNTY = "421202", "421202"
SPACE = UUID("0197a3b0-0000-7000-8000-000000000000")
Near = dict[tuple[str, str], tuple[bool, bool]]


@dataclass
class Scene:
    """A village where something happened. `rule` is what it is seeded for, `guilty` whether that rule has to notice it."""

    name: str
    rule: str
    guilty: bool
    division: str
    # Nothing wrong, but it looks like it: the rule asks, and a person explains.
    looks_wrong: bool = False
    told: list[tuple[str, datetime, str, str, dict[str, Any]]] = field(default_factory=list)
    near: Near = field(default_factory=dict)
    made: int = 0

    def id(self, name: str) -> str:
        """An id of this scene's own."""
        return str(uuid5(SPACE, f"{self.division}:{name}"))

    def event(self, kind: str, /, subject: str, days_ago: float, at: str = "10:00", **data: Any) -> None:
        source = kind.split(".")[0]
        self._add(source, f"cn.linli.{kind}.v1", subject, days_ago, at, {"division": self.division, **data})

    def act(
        self,
        action: str,
        kind: str,
        object_id: str,
        days_ago: float,
        at: str = "10:00",
        source: str = "desk",
        **said: Any,
    ) -> None:
        data = {"action": action, "object_kind": kind, "object_id": object_id, "division": self.division}
        data |= {"role": "clerk", "actor": self.id("clerk"), "people": [], "purpose": "", "case_id": None}
        self._add(source, ACT_TYPE, object_id, days_ago, at, {**data, "outcome": "ok", "detail": {}, **said})

    def _add(self, source: str, kind: str, subject: str, days_ago: float, at: str, data: dict[str, Any]) -> None:
        # Seconds keep the order in which the scene was told.
        self.made += 1
        day = (NOW - timedelta(days=days_ago)).date()
        moment = datetime.combine(day, time.fromisoformat(at), SHANGHAI) + timedelta(seconds=self.made)
        self.told.append((source, moment, kind, subject, data))

    def case(
        self,
        name: str = "case",
        *,
        person: str = "person",
        days_ago: float = 1,
        matter_type: str = "20",
        **options: Any,
    ) -> str:
        """A case from its opening to its decision by somebody of the township; returns its id."""
        case, resident = self.id(name), self.id(person)
        at, device = options.get("at", "10:00"), options.get("device", "d-desk")
        moved = {"case_id": case, "resident_id": resident, "matter_type": matter_type, "due": "2026-11-30"}
        self.act("case.open", "case", case, days_ago, at, people=[resident], case_id=case, detail={"device": device})
        self.event("desk.case.accepted", case, days_ago, at, to_state="accepted", **moved)
        self.act("case.accept", "case", case, days_ago, at, people=[resident], case_id=case, detail={"device": device})
        outcome = options.get("outcome", "approved")
        if outcome:
            decider = {"actor": options.get("decider", self.id("officer")), "role": "township_officer"}
            detail = {"outcome": outcome, "device": "d-township"}
            self.event("desk.case.decided", case, days_ago, at, outcome=outcome, to_state="decided", **moved)
            self.act(
                "case.decide", "case", case, days_ago, at, people=[resident], case_id=case, detail=detail, **decider
            )
        return case

    def use(self, case: str | None, *steps: str, days_ago: float = 1, at: str = "11:00", name: str = "use") -> str:
        """A seal use with these steps, by the acts of people and the events of the service; of a seal of rubber often
        without a case."""
        use = self.id(name)
        moved = {"use_id": use, "seal_id": self.id("seal"), "case_id": case, "document_id": self.id("paper")}
        verbs = {
            "requested": "request", "approved": "approve", "opened": "open", "unsealed": "unseal", "reclosed": "reclose",
            "signed": "sign", "refused": "refuse",
        }  # fmt: skip
        for step in steps:
            actor = self.id("approver" if step in ("approved", "refused") else "custodian")
            self.event(f"supervision.seal-use.{step}", use, days_ago, at, actor=actor, round=1, **moved)
            if step in verbs:
                who = {"actor": actor, "role": "custodian", "case_id": case}
                self.act(f"seal-use.{verbs[step]}", "seal-use", use, days_ago, at, "supervision", **who)
        return use

    def sealed(self, case: str, **options: Any) -> str:
        use = self.use(case, "requested", "approved", "opened", "signed", "sealed", **options)
        days = options.get("days_ago", 1)
        self.event("desk.document.sealed", self.id("paper"), days, "11:30", case_id=case, state="sealed")
        return use

    def incident(self, use: str, kind: str, days_ago: float = 1, at: str = "11:20") -> None:
        """Something about the envelope of a seal of rubber is not as it must be."""
        said = {"incident_id": self.id(kind), "seal_id": self.id("seal"), "use_id": use, "kind": kind, "sequence": 1}
        self.event("supervision.seal-incident.raised", use, days_ago, at, **said)

    def rate(self, case: str, device: str, days_ago: float = 1, at: str = "16:00", *, pad: bool = False) -> None:
        said = {"case_id": case, "level": 5, "source": "code", "device": device, "pad": pad}
        self.event("desk.evaluation.given", case, days_ago, at, **said)


Tell = Callable[[Scene], None]
SCENES: list[tuple[str, str, bool, bool, Tell]] = []


def scene(rule: str, name: str, *, guilty: bool, looks_wrong: bool = False) -> Callable[[Tell], Tell]:
    def keep(tell: Tell) -> Tell:
        SCENES.append((rule, name, guilty, looks_wrong, tell))
        return tell

    return keep
