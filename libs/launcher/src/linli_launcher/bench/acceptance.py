"""One case accepted at the window, against the statements of the very same transactions by asyncpg alone.

A pool of complete drafts is accepted in rounds; between rounds, outside the measured time, the database is put back to the
drafts. The yardstick runs what the desk sent for each case of the pool, so both change the same rows.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from linli_launcher.bench import cpu, load, replay
from linli_launcher.bench.capture import Statement
from linli_launcher.bench.load import Figures
from linli_launcher.bench.measured import CONNECTIONS, Measured
from linli_launcher.bench.report import Compared
from linli_launcher.bench.scenarios import Clerk
from linli_launcher.databases import DESK
from linli_launcher.errors import LauncherFailure

MATTER = "80周岁以上老年人高龄津贴发放"
_BANK_CARD = "6217001234567890128"
_POOL = 32
_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = 'desk_case'::regclass AND attnum > 0 AND NOT attisdropped"
_KEEP = "CREATE TABLE bench_case AS SELECT * FROM desk_case WHERE id = ANY('{cases}'::uuid[])"
_SAME = "{table}.tenant = kept.tenant AND {table}.case_id = kept.id"
_RESET = f"""
DELETE FROM document USING bench_case kept WHERE {_SAME.format(table="document")};
DELETE FROM case_history USING bench_case kept
  WHERE {_SAME.format(table="case_history")} AND case_history.version > kept.version;
UPDATE desk_case SET {{assignments}} FROM bench_case kept
  WHERE desk_case.tenant = kept.tenant AND desk_case.id = kept.id;
"""  # noqa: S608


def compare(measured: Measured, clerk: Clerk) -> Compared:
    drafts = [_draft(clerk) for _ in range(_POOL)]
    requests = [_acceptance(clerk, draft) for draft in drafts]
    pool = _Pool(measured, [draft["id"] for draft in drafts])
    plans = _plans(measured, requests)

    def through() -> Figures:
        return asyncio.run(load.measure_all(measured.url, requests, connections=CONNECTIONS))

    through_gateway = _rounds(pool, through, measured.seconds, measured.pids("desk"))
    with replay.Transactions(measured.dsn(DESK), [[plan] for plan in plans], CONNECTIONS) as transactions:
        alone = _rounds(pool, transactions.run_all, measured.seconds, {})
    return Compared(through_gateway, direct=alone)


def _draft(clerk: Clerk) -> dict[str, Any]:
    """Open a case for a known elder with a complete form and all materials checked."""
    opened = clerk.call(
        "POST", "/api/desk/v1/cases", {"matter_id": clerk.matter(MATTER), "applicant_id": clerk.elder()}
    )
    path = f"/api/desk/v1/cases/{opened['id']}"
    changed = clerk.call("PATCH", path, {"form": {"bank_account": _BANK_CARD}}, version=opened["version"])
    for material in changed["materials"]:
        changed = clerk.call("PUT", f"{path}/materials/{material['id']}", {"state": "original_checked"})
    return dict(changed)


def _acceptance(clerk: Clerk, draft: dict[str, Any]) -> bytes:
    return load.request(
        "POST",
        f"/api/desk/v1/cases/{draft['id']}/accept",
        token=clerk.token,
        body=b"{}",
        headers={"if-match": f'"{draft["version"]}"'},
    )


def _plans(measured: Measured, requests: Sequence[bytes]) -> list[list[Statement]]:
    """Accept each draft once and read from the log the transaction that the desk sent for it."""

    def send() -> None:
        for request in requests:
            measured.sender(request)()

    with measured.log.recording():
        sent = measured.log.transactions_during(DESK.database, send)
    plans = [plan for plan in sent if any("UPDATE desk_case " in statement.sql for statement in plan)]
    if len(plans) != len(requests):
        raise LauncherFailure(f"{len(plans)} transactions were captured of {len(requests)} acceptances")
    return plans


def _rounds(pool: "_Pool", accept_all: Callable[[], Figures], seconds: float, pids: Mapping[str, int]) -> Figures:
    """Accept the whole pool again and again; putting it back is not counted."""
    pool.reset()
    accept_all()
    total = Figures("", 0, [], dict.fromkeys(pids, 0.0))
    while total.seconds < seconds:
        pool.reset()
        with cpu.counted(pids) as used:
            figures = accept_all()
        total.seconds += figures.seconds
        total.latencies += figures.latencies
        total.cpu_seconds = {name: total.cpu_seconds[name] + used[name] for name in pids}
    pool.reset()
    return total


class _Pool:
    """The drafts as they were made, to be put back after each round."""

    def __init__(self, measured: Measured, cases: Sequence[str]) -> None:
        self._execute = partial(measured.installation.postgres.execute, database=DESK.database)
        self._execute(_KEEP.format(cases="{" + ",".join(cases) + "}"))
        columns = [row[0] for row in self._execute(_COLUMNS)]
        self._sql = _RESET.format(assignments=", ".join(f"{column} = kept.{column}" for column in columns))

    def reset(self) -> None:
        self._execute(self._sql)
