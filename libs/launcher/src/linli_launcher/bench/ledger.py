"""The ledger's bars: appending, proving at ten million entries, verifying.

Acts are put into the outboxes of two services; from there they go the way of every act: relay, inbox, entries, tiles, signed
checkpoint. Verification runs over all of them. The yardsticks are what no log can do without: COPY of the same rows, and plain
SHA-256 over the same leaves and the tree above them.
"""

import asyncio
import os
import subprocess
import sys
import time
from hashlib import sha256

import asyncpg

from linli_launcher.bench import cpu
from linli_launcher.bench.copying import copied
from linli_launcher.bench.large_log import TENANT as LARGE_TENANT
from linli_launcher.bench.large_log import LargeLog, check
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_least, at_most, line, show
from linli_launcher.bench.scenarios import TENANT, proving
from linli_launcher.databases import DESK, PROJECT, REGISTRY, SUPERVISION
from linli_launcher.errors import LauncherFailure

APPENDED_PER_SECOND = 5_000
AIMED_PER_SECOND = 10_000
PROOF_MS = 5.0
VERIFY_SECONDS = 60.0
MILLION = 1_000_000
_SENDERS = (REGISTRY, DESK)
_SMALL_TENANT = "511681"
_LONGEST_SECONDS = 240
_HASHED = 100_000
_TABLES = ("ledger_entry", "ledger_subject", "ledger_reference", "ledger_tile", "ledger_checkpoint")
_SIGNED = f"SELECT coalesce(max(size), 0) FROM ledger_checkpoint WHERE tenant = '{TENANT}'"  # noqa: S608
# The relay delivers these like any others; they repeat an act of this run under new ids, about people all over the county.
_ACTS = (
    "SELECT count(*) FROM outbox WHERE tenant = '{tenant}' AND type LIKE 'cn.linli.act%' AND data->>'outcome' = 'ok'"
)
_MORE_ACTS = """
WITH head AS (UPDATE outbox_seq SET last = last + {count} WHERE tenant = '{tenant}' RETURNING last),
     act AS (SELECT type, subject, data FROM outbox
             WHERE tenant = '{tenant}' AND type LIKE 'cn.linli.act%' AND data->>'outcome' = 'ok'
             ORDER BY seq DESC LIMIT 1)
INSERT INTO outbox (tenant, seq, id, type, subject, time, data)
SELECT '{tenant}', head.last - {count} + n, gen_random_uuid(), type, person, now(),
       data || jsonb_build_object('people', jsonb_build_array(person), 'object_id', person, 'object_kind', 'resident')
FROM head, act, generate_series(1, {count}) n,
     LATERAL (SELECT '0197a3b0-0000-7000-8000-' || lpad((n % 50000)::text, 12, '0') AS person) p
"""


def measure(measured: Measured, entries: int) -> list[Bar]:
    """Append `entries`, prove in a log of ten million, verify all that was appended."""
    return [*_append(measured, entries), *_prove(measured), _verify(measured)]


def _append(measured: Measured, entries: int) -> list[Bar]:
    """From rows in two outboxes to a signed checkpoint over them, the way between included."""
    postgres = measured.installation.postgres
    each = entries // len(_SENDERS)
    before = _size(measured)
    for sender in _SENDERS:
        if not int(postgres.execute(_ACTS.format(tenant=TENANT), sender.database)[0][0]):
            raise LauncherFailure(f"nobody has done anything in {sender.database} that could be repeated")
        postgres.execute(_MORE_ACTS.format(count=each, tenant=TENANT), sender.database)
    wanted, began = before + each * len(_SENDERS), time.perf_counter()
    pids = {name: measured.running["pids"][name] for name in ("supervision", "registry", "desk")}
    pids["postgres"] = _postmaster(measured)
    with cpu.counted(pids) as used:
        if not asyncio.run(_signed(measured, wanted)):
            raise LauncherFailure(f"{entries} entries were not in the ledger after {_LONGEST_SECONDS} s")
    rate = each * len(_SENDERS) / (time.perf_counter() - began)
    spent = sum(used.values()) / (each * len(_SENDERS)) * 1e6
    copy = _size(measured) / asyncio.run(copied(measured.dsn(SUPERVISION, owner=True), _TABLES)).into_seconds
    parts = ", ".join(f"{name} {seconds / (each * len(_SENDERS)) * 1e6:.0f}" for name, seconds in used.items())
    show(
        "ledger append",
        [
            f"    {rate:8.0f} entries/s, outboxes to signed checkpoint, {each * len(_SENDERS):,} entries",
            f"    {spent:8.0f} µs of processor time per entry ({parts}): two cores of their own allow {2e6 / spent:,.0f}/s",
            f"    {rate / copy:8.0%} of COPY of the same rows ({copy:,.0f} entries/s)",
        ],
    )
    return [
        at_least("entries appended", rate, APPENDED_PER_SECOND, "/s"),
        at_least("entries appended, aim", rate, AIMED_PER_SECOND, "/s"),
    ]


def _prove(measured: Measured) -> list[Bar]:
    """Prove entries all over a log of ten million, one after the other and under load; check what came back."""
    log = LargeLog()
    log.store(measured.dsn(SUPERVISION, owner=True))
    scenario = proving(LARGE_TENANT, log.sample)
    pids = measured.pids("supervision")
    alone = measured.counted(measured.url, scenario.cycled(), pids, connections=1, database=SUPERVISION)
    together = measured.counted(measured.url, scenario.cycled(), pids, database=SUPERVISION)
    checked = sum(check(measured.url, entry, log) for entry in log.sample)
    spent = 1000 / alone.per_cpu_second
    show(
        f"inclusion proof in a log of {log.size:,} (made in {log.seconds:.0f} s, {checked} proofs checked)",
        [
            line("one after the other", alone),
            line("16 at a time", together),
            f"    {spent:.2f} ms of processor time per proof, gateway and database sessions included",
        ],
    )
    return [
        at_most(f"inclusion proof at {log.size:,}, median", alone.percentile_ms(50), PROOF_MS, " ms"),
        at_most(f"inclusion proof at {log.size:,}, processor", spent, PROOF_MS, " ms"),
    ]


def _verify(measured: Measured) -> Bar:
    """Run the command that an operator runs: over the county's log, and over one of a few entries for what it always costs."""
    size = _size(measured)
    fixed, _ = _verified(measured, _SMALL_TENANT)
    seconds, spent = _verified(measured, TENANT)
    million = fixed + max(0.0, seconds - fixed) * MILLION / size
    counted = f"{size:,} entries in {seconds:.1f} s ({spent:.1f} s of processor time, PostgreSQL included)"
    hashed = asyncio.run(_hashed(measured)) * MILLION
    show(
        "verify-ledger",
        [
            f"    {counted}, a few entries in {fixed:.1f} s: {million:.0f} s a million",
            f"    {million / hashed:8.1f} times plain SHA-256 of the same leaves and tree ({hashed:.1f} s a million)",
        ],
    )
    name = "verify a million entries" + ("" if size >= MILLION else f", reckoned from {size:,}")
    return at_most(name, million, VERIFY_SECONDS, " s")


def _verified(measured: Measured, tenant: str) -> tuple[float, float]:
    """Verify one county; returns seconds and seconds of processor time."""
    command = [sys.executable, "-m", "linli_launcher", "verify-ledger", "--data", str(measured.installation.data.path)]
    began = time.perf_counter()
    with cpu.counted({"here": os.getpid(), "postgres": _postmaster(measured)}) as used:
        ended = subprocess.run([*command, "--tenant", tenant], capture_output=True, text=True, check=False, cwd=PROJECT)
    if ended.returncode != 0:
        raise LauncherFailure(
            f"verify-ledger ended with {ended.returncode}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
        )
    return time.perf_counter() - began, sum(used.values())


async def _hashed(measured: Measured) -> float:
    """Return the seconds of plain SHA-256 per entry: the leaves as they are stored, and the nodes above them."""
    connection = await asyncpg.connect(measured.dsn(SUPERVISION))
    try:
        asked = "SELECT leaf FROM ledger_entry WHERE tenant = $1 ORDER BY index LIMIT $2"
        leaves = [b"\x00" + row["leaf"] for row in await connection.fetch(asked, TENANT, _HASHED)]
    finally:
        await connection.close()
    began = time.perf_counter()
    level = [sha256(leaf).digest() for leaf in leaves]
    while len(level) > 1:
        level = [sha256(b"\x01" + a + b).digest() for a, b in zip(level[::2], level[1::2], strict=False)]
    return (time.perf_counter() - began) / len(leaves)


def _size(measured: Measured) -> int:
    return int(measured.installation.postgres.execute(_SIGNED, SUPERVISION.database)[0][0])


async def _signed(measured: Measured, wanted: int) -> bool:
    """Wait until a checkpoint covers so many entries; on one connection, because a psql for each look would cost what is measured."""
    connection = await asyncpg.connect(measured.dsn(SUPERVISION))
    try:
        async with asyncio.timeout(_LONGEST_SECONDS):
            while await connection.fetchval(_SIGNED) < wanted:  # noqa: ASYNC110 - another process signs
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    finally:
        await connection.close()
    return True


def _postmaster(measured: Measured) -> int:
    process = measured.installation.postgres.postmaster()
    if process is None:
        raise LauncherFailure("the database of the measured system has gone")
    return process.pid
