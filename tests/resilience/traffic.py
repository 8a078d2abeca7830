"""People at work while the system is being killed: each command bears a key of its own and is noted with its answer.

A command that got no answer is sent again with its key, or given up and kept for the reckoning at the end.
"""

import random
import threading
import time
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.resilience.machine import Machine

PASSWORD = "Linli#2026demo"
MATTER = "老年人优待证办理"
GIVEN_UP = 0.2
"""Share of the failed attempts after which the caller goes away, as a clerk does whose browser was closed."""
# What an answer says when somebody behind the gateway is away; the caller asks again.
AWAY = {429, 500, 502, 503, 504}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass
class Command:
    """One thing that somebody wanted done; `marker` stands in the record it makes."""

    http: httpx.Client
    kind: str
    method: str
    path: str
    options: dict[str, Any]
    marker: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: int = 0
    answer: Any = None
    attempts: int = 0

    @property
    def acknowledged(self) -> bool:
        return 200 <= self.status < 300

    @property
    def refused(self) -> bool:
        return self.status >= 400 and self.status not in AWAY

    def send(self) -> httpx.Response | None:
        """Send once; None when nothing came back."""
        self.attempts += 1
        headers = {**self.options.get("headers", {}), "X-Request-Id": self.key}
        if self.method != "GET":
            headers["Idempotency-Key"] = self.key
        options = {name: value for name, value in self.options.items() if name != "headers"}
        try:
            answer = self.http.request(self.method, self.path, headers=headers, **options)
        except httpx.HTTPError:
            return None
        self.status = answer.status_code
        if answer.is_success:
            binary = "json" not in answer.headers.get("content-type", "")
            self.answer = answer.content if binary else answer.json()
        elif self.refused:
            self.answer = answer.text
        return answer


class Pulse:
    """Counts requests, so that a kill can fall between two of them or into one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self.begun = 0
        self.stopping = False

    def beat(self) -> None:
        with self._condition:
            self.begun += 1
            self._condition.notify_all()

    def wait_for(self, more: int, patience: float) -> None:
        """Return when that many more requests were begun."""
        with self._condition:
            goal = self.begun + more
            assert self._condition.wait_for(lambda: self.begun >= goal, patience), "nobody calls any more"

    def pause(self, seconds: float) -> None:
        with self._condition:
            self._condition.wait_for(lambda: self.stopping, seconds)

    def stop(self) -> None:
        with self._condition:
            self.stopping = True
            self._condition.notify_all()


class Person(threading.Thread, ABC):
    """Somebody who works until told to stop, under one account or several: `posts`, the first of them where none is named."""

    posts: tuple[str, ...] = ("clerk.{village}",)

    def __init__(self, machine: Machine, village: str, pulse: Pulse, seed: int) -> None:
        super().__init__(daemon=True)
        self.machine = machine
        self.village = village
        self.pulse = pulse
        self.chance = random.Random(seed)
        self.commands: list[Command] = []
        self.failure: BaseException | None = None
        names = {"village": village, "township": village[:9], "county": village[:6]}
        self.accounts = [post.format(**names) for post in self.posts]
        self.sessions = [httpx.Client(base_url=machine.url, timeout=20) for _ in self.accounts]
        self.sign_in()

    @property
    def http(self) -> httpx.Client:
        return self.sessions[0]

    def sign_in(self) -> None:
        for account, http in zip(self.accounts, self.sessions, strict=True):
            answer = http.post("/api/auth/v1/sessions", json={"username": account, "password": PASSWORD})
            assert answer.is_success, answer.text
            http.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        self.signed_in_at = time.monotonic()

    def run(self) -> None:
        try:
            while not self.pulse.stopping:
                self.work()
        except BaseException as failure:
            self.failure = failure

    @abstractmethod
    def work(self) -> None:
        """Do one person's worth of work."""

    def do(self, kind: str, method: str, path: str, *, marker: str = "", post: int = 0, **options: Any) -> Any:
        """Send a command until it is answered, or give it up; returns the answer or None."""
        command = Command(self.sessions[post], kind, method, path, options, marker)
        self.commands.append(command)
        while True:
            self._keep_signed_in()
            self.pulse.beat()
            answer = command.send()
            if answer is not None and (answer.is_success or command.refused):
                assert answer.is_success, f"{kind}: {answer.status_code} {answer.text}"
                return command.answer
            if self.pulse.stopping or self.chance.random() < GIVEN_UP:
                return None
            self.pulse.pause(0.1)

    def read(self, path: str) -> Any:
        return self.do("read", "GET", path)

    def command(self, kind: str, path: str, marker: str, version: int, body: Any = None, post: int = 0) -> Any:
        """A command on something that has a version."""
        headers = {"If-Match": f'"{version}"'}
        return self.do(kind, "POST", path, marker=marker, post=post, json=body or {}, headers=headers)

    def _keep_signed_in(self) -> None:
        if time.monotonic() - self.signed_in_at > 480:  # a token lives ten minutes
            try:
                self.sign_in()
            except (httpx.HTTPError, AssertionError):
                return


class Registrar(Person):
    """Registers people, founds households, records who moves in and who died; looks at people in between."""

    def work(self) -> None:
        head = self.register()
        if head is None:
            return
        number = uuid.uuid4().hex[:24]
        body = {"division": self.village, "head_id": head["id"], "date": "2026-01-05", "household_number": number}
        household = self.do("household.found", "POST", "/api/registry/v1/households", marker=number, json=body)
        self.look_at(head["id"])
        if household is not None:
            self.grow(household)

    def register(self) -> Any:
        marker = uuid.uuid4().hex
        body = {
            "name": self.chance.choice(("赵明", "钱英", "孙丽", "李强")),
            "division": self.village,
            "identity_number": self.identity_number(),
            "phone": f"139{self.chance.randrange(10**8):08}",
            "reason": marker,
        }
        return self.do("resident.create", "POST", "/api/registry/v1/residents", marker=marker, json=body)

    def grow(self, household: dict[str, Any]) -> None:
        version, newcomers = household["version"], []
        for _ in range(self.chance.randrange(3)):
            person = {"name": "周芳", "sex": "2", "birth_date": "1985-03-01"}
            done = self.life_event(household["id"], version, kind="move_in", resident=person, relation="97")
            if done is None:
                return
            version = done["household"]["version"]
            newcomers.append(done["resident_id"])
        if newcomers:
            self.life_event(household["id"], version, kind="death", resident_id=newcomers[-1])

    def life_event(self, household: str, version: int, **event: Any) -> Any:
        marker = uuid.uuid4().hex
        return self.do(
            "life_event",
            "POST",
            f"/api/registry/v1/households/{household}/events",
            marker=marker,
            json={"date": "2026-02-01", "reason": marker, **event},
            headers={"If-Match": f'"{version}"'},
        )

    def look_at(self, resident: str) -> None:
        self.read(f"/api/registry/v1/residents/{resident}")
        body = {"fields": ["phone"], "purpose": "verify_identity"}
        self.do("reveal", "POST", f"/api/registry/v1/residents/{resident}/reveal", json=body)

    def identity_number(self) -> str:
        first = f"421202{self.chance.randrange(1950, 2000)}0{self.chance.randrange(1, 10)}1{self.chance.randrange(10)}"
        first += f"{self.chance.randrange(1000):03}"
        rest = sum(int(digit) * weight for digit, weight in zip(first, _WEIGHTS, strict=True)) % 11
        return first + "10X98765432"[rest]


class Clerk(Person):
    """Gives numbers, opens cases with or without the registry, brings materials and accepts."""

    def __init__(self, machine: Machine, village: str, pulse: Pulse, seed: int) -> None:
        super().__init__(machine, village, pulse, seed)
        found = self.http.get("/api/desk/v1/matters", params={"q": MATTER}).json()["items"]
        self.matter = next(matter["id"] for matter in found if matter["name"] == MATTER)
        people = self.http.post("/api/registry/v1/residents/search", json={"q": "张"}).json()["items"]
        self.applicants = [person["id"] for person in people if person["alive"]]

    def work(self) -> None:
        for _ in range(self.chance.randrange(3)):
            marker = str(uuid.uuid4())
            self.do("ticket.take", "POST", "/api/desk/v1/tickets", marker=marker, json={"matter_id": marker})
        case = self.open_case()
        if case is None:
            return
        path = f"/api/desk/v1/cases/{case['id']}"
        content = b"%PDF-1.4\n" + self.chance.randbytes(self.chance.randrange(20_000, 400_000))
        if (
            self.do(
                "material.upload",
                "POST",
                f"{path}/materials",
                marker=case["id"],
                data={"material_id": "identity_card"},
                files={"file": ("card.pdf", content, "application/pdf")},
            )
            is None
        ):
            return
        case = self.read(path)
        if case is None:
            return
        ticked = self.do(
            "material.set",
            "PUT",
            f"{path}/materials/photo",
            marker=case["id"],
            json={"state": "original_checked"},
            headers={"If-Match": f'"{case["version"]}"'},
        )
        if ticked is None:
            return
        accepted = self.command("case.accept", f"{path}/accept", case["id"], ticked["version"])
        if accepted is not None:
            self.command("step.complete", f"{path}/steps/accept_check/complete", case["id"], accepted["version"])

    def open_case(self) -> Any:
        marker = str(uuid.uuid4())
        form = {"name": "张三", "identity_number": "421202195003071230", "birth_date": "1950-03-07", "address": "一组"}
        body: dict[str, Any] = {"matter_id": self.matter, "form": form, "ticket_id": marker}
        if self.applicants and self.chance.random() < 0.5:
            body["applicant_id"] = self.chance.choice(self.applicants)
        else:
            body["applicant"] = {"name": "张三"}
        return self.do("case.open", "POST", "/api/desk/v1/cases", marker=marker, json=body)


class Officer(Person):
    """Decides what waits for the township: what the clerks bring, and the many cases that lay there before."""

    posts = ("township_officer.{township}",)

    def __init__(self, machine: Machine, village: str, pulse: Pulse, seed: int) -> None:
        super().__init__(machine, village, pulse, seed)
        self.tried: set[str] = set()
        """What was given up is asked again at the end: decided anew meanwhile, it would rightly be refused then."""

    def work(self) -> None:
        waiting = self.read("/api/desk/v1/cases?mine=true&limit=20")
        untried = [case for case in (waiting or {"items": []})["items"] if case["id"] not in self.tried]
        if not untried:
            self.pulse.pause(0.2)
            return
        case = self.chance.choice(untried)
        self.tried.add(case["id"])
        verdict = {"outcome": self.chance.choice(("approved", "refused"))}
        self.command("case.decide", f"/api/desk/v1/cases/{case['id']}/decide", case["id"], case["version"], verdict)


class Whistler(Person):
    """A whistle from its beginning to its end: village, township, department, township."""

    posts = ("village_official.{village}", "township_officer.{township}", "department_officer.{county}")

    def work(self) -> None:
        # What people write is encrypted; where it is tells one whistle from another.
        latitude = round(self.chance.uniform(29, 31), 9)
        body = {
            "division": self.village,
            "category": "welfare",
            "description": "独居老人家中断水",
            "place": "五组",
            "position": {"latitude": latitude, "longitude": 114.3},
        }
        whistle = self.do("whistle.start", "POST", "/api/desk/v1/whistles", marker=str(latitude), json=body)
        departments = {"departments": [{"department": "民政局", "part": "lead"}]}
        acts: tuple[tuple[str, int, Any], ...] = (
            ("whistle", 1, departments),
            ("report-in", 2, {}),
            ("solve", 2, {"answer": "已送水"}),
            ("close", 1, {}),
        )
        for name, post, order in acts:
            if whistle is None:
                return
            path = f"/api/desk/v1/whistles/{whistle['id']}/{name}"
            whistle = self.command(f"whistle.{name}", path, whistle["id"], whistle["version"], order, post)
