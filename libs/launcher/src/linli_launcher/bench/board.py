"""The call board with many open screens: each asks again every three seconds, all through the gateway, while numbers are called."""

import asyncio
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from linli_launcher.bench import cpu, load
from linli_launcher.bench.measured import Measured
from linli_launcher.bench.report import Bar, at_most, show
from linli_launcher.bench.scenarios import VILLAGE, Clerk

SCREENS = 200
EVERY_SECONDS = 3.0
"""As the board's page does."""
CALLS_EVERY_SECONDS = 0.5
MOST_MS = 100.0
"""Nobody in the hall sees a tenth of a second."""
_SHORTEST_SECONDS = 10.0
_PATH = f"/api/public/v1/board?division={VILLAGE}"


def measure(measured: Measured, clerk: Clerk) -> list[Bar]:
    asked = load.request("GET", _PATH)
    seconds = max(measured.seconds, _SHORTEST_SECONDS)
    with _calling(clerk), cpu.counted(measured.pids("desk")) as used:
        found = asyncio.run(
            load.measure_paced(measured.url, lambda: asked, seconds=seconds, connections=SCREENS, every=EVERY_SECONDS)
        )
    share = sum(used.values()) / found.seconds
    show(
        f"the call board on {SCREENS} screens",
        [
            (
                f"    p50 {found.percentile_ms(50):6.1f} ms   p95 {found.percentile_ms(95):6.1f} ms"
                f"   {found.per_second:5.0f}/s   gateway and desk use {share:.0%} of one core"
            )
        ],
    )
    return [at_most(f"call board, {SCREENS} screens, p95", found.percentile_ms(95), MOST_MS, " ms")]


@contextmanager
def _calling(clerk: Clerk) -> Iterator[None]:
    """Somebody takes a number and a window calls it, again and again."""
    windows = itertools.cycle(clerk.call("GET", "/api/desk/v1/windows")["items"])
    over = threading.Event()

    def work() -> None:
        while not over.wait(CALLS_EVERY_SECONDS):
            try:
                clerk.call("POST", "/api/desk/v1/tickets", {})
                clerk.call("POST", f"/api/desk/v1/windows/{next(windows)['id']}/call-next")
            except httpx.HTTPStatusError:
                # Another measurement may have left a queue of its own; the screens go on.
                continue

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
