"""The call board with many open screens: each asks again every three seconds, all through the gateway, while numbers are called.

Measured is what an answer takes, and how long after a call the last of the screens shows it (or a later one).
"""

import asyncio
import itertools
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import httpx

from linli_launcher.bench import cpu, load
from linli_launcher.bench.load import Talk
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_most, show
from linli_launcher.bench.scenarios import VILLAGE, Clerk

SCREENS = 200
EVERY_SECONDS = 3.0
"""As the board's page does."""
CALLS_EVERY_SECONDS = 0.5
MOST_MS = 100.0
"""Nobody in the hall sees a tenth of a second."""
LAST_SCREEN_SECONDS = EVERY_SECONDS + 0.2
"""The wait until a screen asks again, and twice what an answer may take."""
_SHORTEST_SECONDS = 12.0
_PATH = f"/api/public/v1/board?division={VILLAGE}"
# The last call stands first.
_NEWEST = re.compile(rb'"called_at":"([^"]+)"')
Moment = tuple[float, datetime]
"""When it was, by this process's clock, and the time of the call as the desk wrote it."""


def measure(measured: Measured, clerk: Clerk) -> list[Bar]:
    seconds = max(measured.seconds, _SHORTEST_SECONDS)
    screens: list[list[Moment]] = [[] for _ in range(SCREENS)]
    with _calling(clerk) as calls, cpu.counted(measured.pids("desk")) as used:
        talks = [_screen(seen) for seen in screens]
        found = asyncio.run(load.measure_talks(measured.url, talks, seconds=seconds, every=EVERY_SECONDS))
    share = sum(used.values()) / found.seconds
    delays = sorted(_until_the_last(calls, screens))
    last = delays[-1] if delays else float("inf")
    show(
        f"the call board on {SCREENS} screens",
        [
            (
                f"    p50 {found.percentile_ms(50):6.1f} ms   p95 {found.percentile_ms(95):6.1f} ms"
                f"   {found.per_second:5.0f}/s   gateway and desk use {share:.0%} of one core"
            ),
            (
                f"    from a call to the last screen: half within {delays[len(delays) // 2]:.2f} s, all within {last:.2f} s"
                f" ({len(delays)} calls)"
            )
            if delays
            else "    no call was seen on every screen",
        ],
    )
    return [
        at_most(f"call board, {SCREENS} screens, p95", found.percentile_ms(95), MOST_MS, " ms"),
        at_most(f"from a call to the last of {SCREENS} screens", last, LAST_SCREEN_SECONDS, " s"),
    ]


def _screen(seen: list[Moment]) -> Talk:
    """Ask over and over, and note when a later call than before is shown."""
    asked, last = load.request("GET", _PATH), b""
    while True:
        newest = _NEWEST.search((yield asked, 200))
        if newest is not None and newest[1] != last:
            last = newest[1]
            seen.append((time.perf_counter(), datetime.fromisoformat(last.decode())))


def _until_the_last(calls: list[Moment], screens: list[list[Moment]]) -> Iterator[float]:
    """Seconds until every screen showed a call or a later one; calls that some screen had no time for are left out."""
    for called, at in calls:
        shown = [next((when for when, newest in seen if newest >= at), None) for seen in screens]
        if all(when is not None for when in shown):
            yield max(when for when in shown if when is not None) - called


@contextmanager
def _calling(clerk: Clerk) -> Iterator[list[Moment]]:
    """Somebody takes a number and a window calls it, again and again; yields the calls."""
    windows = itertools.cycle(clerk.call("GET", "/api/desk/v1/windows")["items"])
    over = threading.Event()
    calls: list[Moment] = []

    def work() -> None:
        while not over.wait(CALLS_EVERY_SECONDS):
            try:
                clerk.call("POST", "/api/desk/v1/tickets", {})
                began = time.perf_counter()
                called = clerk.call("POST", f"/api/desk/v1/windows/{next(windows)['id']}/call-next")["ticket"]
                calls.append((began, datetime.fromisoformat(called["called_at"])))
            except httpx.HTTPStatusError:
                # Another measurement may have left a queue of its own; the screens go on.
                continue

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield calls
    finally:
        over.set()
        thread.join()
