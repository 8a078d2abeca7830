"""The life of a case at the desk: opened, accepted, checked and decided by the staff, and rated by the resident with the receipt.

Five requests one after the other, on many connections at once, in both demo halls. The yardstick runs what the desk sent for some
of these lives by asyncpg alone.
"""

import asyncio
import itertools
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from statistics import median

import msgspec

from linli_launcher.bench import cpu, load, replay
from linli_launcher.bench.capture import Statement
from linli_launcher.bench.load import Figures, Talk
from linli_launcher.bench.measured import CONNECTIONS, Measured
from linli_launcher.bench.scenarios import Clerk
from linli_launcher.databases import DESK
from linli_launcher.demo import VILLAGES
from linli_launcher.errors import LauncherFailure

CODE = "BENCH-1"
_CASES = "/api/desk/v1/cases"
_POOL = 16
ROUNDS = 5
_SHARE = 0.6
"""Of a measurement's length, for each round."""
_WARM = 1.0
"""Of a round's length, before it: a desk in use has its indexes in memory."""
# A published matter of the demo whose materials may come later: a case is accepted as soon as it is opened.
_MATTER = f"""
INSERT INTO matter (tenant, id, code, name, pinyin, initials, category, type, department, rank, state, sample,
  published_version, version, created_at, updated_at)
SELECT tenant, gen_random_uuid(), '{CODE}', name, pinyin, initials, category, type, department, 9999, state, false,
  1, 1, now(), now() FROM matter
WHERE code = 'LL-MZ-0105' AND NOT EXISTS (SELECT FROM matter known WHERE known.tenant = matter.tenant AND known.code = '{CODE}');
INSERT INTO matter_version (tenant, matter_id, number, definition, published_at)
SELECT made.tenant, made.id, 1, jsonb_set(
    version.definition #- '{{form_schema,properties,birth_date,x-rule}}', '{{materials}}',
    (SELECT jsonb_agg(material || '{{"required": false}}') FROM jsonb_array_elements(version.definition -> 'materials') material)
  ), now()
FROM matter made
JOIN matter source ON source.tenant = made.tenant AND source.code = 'LL-MZ-0105'
JOIN matter_version version ON version.tenant = source.tenant AND version.matter_id = source.id AND version.number = source.published_version
WHERE made.code = '{CODE}' ON CONFLICT DO NOTHING;
"""  # noqa: S608 - names of this module
_MATTERS = f"SELECT tenant, id FROM matter WHERE code = '{CODE}'"  # noqa: S608
_CHILDREN = (
    "evaluation",
    "evaluation_code",
    "sms_message",
    "document",
    "case_step",
    "case_history",
    "case_material",
    "asked_twice",
)
_FORGET = "; ".join(
    (
        # Messages go on being sent while the lives are forgotten.
        "BEGIN",
        "LOCK TABLE evaluation_code IN SHARE ROW EXCLUSIVE MODE",
        *(f"DELETE FROM {table} WHERE case_id = ANY('{{cases}}'::uuid[])" for table in _CHILDREN),  # noqa: S608
        "DELETE FROM desk_case WHERE id = ANY('{cases}'::uuid[])",
        "COMMIT",
    )
)
_OWN = re.compile("INSERT INTO desk_case |UPDATE desk_case |INSERT INTO evaluation ")
"""What each request of a life does; its message to the resident is sent beside it."""


class _Opened(msgspec.Struct):
    id: str
    version: int


class _Moved(msgspec.Struct):
    version: int
    receipt_token: str | None


_opened = msgspec.json.Decoder(_Opened).decode
_moved = msgspec.json.Decoder(_Moved).decode


@dataclass(frozen=True)
class Hall:
    """Who works on the cases of a village, and for whom they are opened."""

    clerk: str
    officer: str
    matter: str
    people: tuple[str, ...]


@dataclass
class Lives:
    """What the rounds at one desk gave: seconds that each whole life took, and the requests of each round."""

    took: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    requests_p50_ms: list[float] = field(default_factory=list)
    used: Counter[str] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        return median(self.rates)

    @property
    def p50_ms(self) -> float:
        return median(self.took) * 1000

    @property
    def request_p50_ms(self) -> float:
        return median(self.requests_p50_ms)

    @property
    def cpu_ms(self) -> dict[str, float]:
        """Processor time of a life, by process."""
        return {part: seconds * 1000 / len(self.took) for part, seconds in self.used.items()}


def halls(measured: Measured) -> list[Hall]:
    """The demo's halls with the matter of the measurement, which is made when it is not there.

    Its tokens live for minutes: whoever measures asks for the halls, after whatever takes long.
    """
    execute = partial(measured.installation.postgres.execute, database=DESK.database)
    execute(_MATTER)
    matters = dict(execute(_MATTERS))
    found = []
    for village in VILLAGES:
        clerk = Clerk(measured.url, f"clerk.{village}")
        officer = Clerk(measured.url, f"township_officer.{village[:9]}")
        people = tuple(str(person["id"]) for person in clerk.people() if person["alive"])
        found.append(Hall(clerk.token, officer.token, str(matters[village[:6]]), people))
    return found


def in_turns(desks: Sequence[Measured]) -> list[Lives]:
    """Lives on as many connections as usual at each desk, round by round one desk after the other; each desk is left as it was.

    A round is warmed up; the medians of the rounds count, because a disk that others use stands still now and then.
    """
    found = [Lives() for _ in desks]
    places = [halls(desk) for desk in desks]
    for _ in range(ROUNDS):
        for desk, where, lives in zip(desks, places, found, strict=True):
            _round(desk, where, lives)
    return found


def _round(desk: Measured, places: Sequence[Hall], lives: Lives) -> None:
    cases, seconds = list[str](), desk.seconds * _SHARE
    _run(desk, places, seconds * _WARM, [], cases.append)
    pids = {name: desk.running["pids"][name] for name in ("gateway", "desk", "registry", "supervision")}
    before = len(lives.took)
    with cpu.counted(pids) as used:
        requests = _run(desk, places, seconds, lives.took, cases.append)
    lives.rates.append((len(lives.took) - before) / requests.seconds)
    lives.requests_p50_ms.append(requests.percentile_ms(50))
    lives.used.update(used)
    # A hall where thousands of cases stay decided at once, as no hall has them, would answer for every list measured later.
    _forget(desk, cases)


def alone(measured: Measured, seconds: float) -> float:
    """Lives per second of the same transactions by asyncpg, without HTTP, tokens, rules and encryption."""
    plans, cases = _captured(measured, halls(measured))
    done, spent = 0, 0.0
    with replay.Transactions(measured.dsn(DESK), plans, CONNECTIONS) as transactions:
        while spent < seconds:
            _forget(measured, cases)
            figures = transactions.run_all()
            done, spent = done + figures.requests, spent + figures.seconds
    _forget(measured, cases)
    return done / spent


def _forget(measured: Measured, cases: Sequence[str]) -> None:
    measured.installation.postgres.execute(_FORGET.format(cases="{" + ",".join(cases) + "}"), DESK.database)


def _run(
    measured: Measured, places: Sequence[Hall], seconds: float, took: list[float], seen: Callable[[str], None]
) -> Figures:
    talks = [
        _lives(place, took.append, seen) for place, _ in zip(itertools.cycle(places), range(CONNECTIONS), strict=False)
    ]
    return asyncio.run(load.measure_talks(measured.url, talks, seconds=seconds))


def _lives(place: Hall, done: Callable[[float], None], seen: Callable[[str], None]) -> Talk:
    for person in itertools.cycle(place.people):
        began = time.perf_counter()
        yield from _life(place, person, seen)
        done(time.perf_counter() - began)


def _life(place: Hall, person: str, seen: Callable[[str], None]) -> Talk:
    order = {"matter_id": place.matter, "applicant_id": person}
    opened = _opened((yield _post(_CASES, order, token=place.clerk), 201))
    seen(opened.id)
    path, version = f"{_CASES}/{opened.id}", opened.version
    moved = _moved((yield _post(f"{path}/accept", {}, token=place.clerk, version=version), 200))
    check = f"{path}/steps/accept_check/complete"
    moved = _moved((yield _post(check, {"outcome": "pass"}, token=place.clerk, version=moved.version), 200))
    verdict = {"outcome": "approved"}
    moved = _moved((yield _post(f"{path}/decide", verdict, token=place.officer, version=moved.version), 200))
    # Each resident has a phone of the own: many ratings from one device are another case.
    yield _post(f"/api/public/v1/evaluations/{moved.receipt_token}", {"level": 5}, device=opened.id), 201


def _post(path: str, body: object, *, token: str = "", version: int | None = None, device: str = "") -> bytes:
    headers = {"if-match": f'"{version}"'} if version is not None else {}
    if device:
        headers["user-agent"] = device
    return load.request("POST", path, token=token, body=msgspec.json.encode(body), headers=headers)


def _captured(measured: Measured, places: Sequence[Hall]) -> tuple[list[list[list[Statement]]], list[str]]:
    """Live some lives one at a time and read from the log the transactions that the desk sent for each."""
    plans, cases = list[list[list[Statement]]](), list[str]()
    lives = iter(itertools.islice(zip(itertools.cycle(places), _people(places)), _POOL))
    with measured.log.recording():
        for place, person in lives:

            def live(place: Hall = place, person: str = person) -> None:
                asyncio.run(load.measure_talks(measured.url, [_life(place, person, cases.append)], seconds=60))

            sent = measured.log.transactions_during(DESK.database, live)
            own = [plan for plan in sent if any(_OWN.search(statement.sql) for statement in plan)]
            # A connection's first use of a type asks the server about it.
            plans.append([[statement for statement in plan if "pg_catalog" not in statement.sql] for plan in own])
    if any(len(plan) != 5 for plan in plans):
        raise LauncherFailure(
            f"{[len(plan) for plan in plans]} transactions were captured, five of each life were expected"
        )
    return plans, cases


def _people(places: Sequence[Hall]) -> Iterator[str]:
    for number in itertools.count():
        place = places[number % len(places)]
        yield place.people[number // len(places) % len(place.people)]
