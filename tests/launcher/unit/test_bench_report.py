"""A bar says met only when it was measured and reached; the made log has the root that RFC 6962 gives it."""

from hashlib import sha256
from typing import Any

import pytest
from linli_launcher.bench.capture import Statement
from linli_launcher.bench.large_log import LargeLog, _root
from linli_launcher.bench.report import at_least, at_most, not_measured
from linli_launcher.bench.scenarios import own_reads


def test_a_bar_that_was_not_measured_is_neither_met_nor_missed() -> None:
    assert "met  " in str(at_least("speed", 5000, 5000, "/s"))
    assert "MISSED" in str(at_least("speed", 4999, 5000, "/s"))
    assert "met  " in str(at_most("latency", 5, 5, " ms"))
    assert "MISSED" in str(at_most("latency", 5.01, 5, " ms"))
    line = str(not_measured("growth", "≤ 1.3×", "too slow a machine"))
    assert "not measured" in line
    assert "too slow a machine" in line


def test_what_runs_beside_a_list_is_not_taken_for_it() -> None:
    own = Statement("SELECT whistle_duty.escalate_at FROM whistle_duty WHERE whistle_duty.tenant = $1", ())
    watch = Statement("SELECT whistle_duty.id FROM whistle_duty WHERE whistle_duty.escalate_at <= $1", ())
    scheduler = Statement("SELECT desk_case.id, (SELECT array_agg(reminder.kind) FROM reminder) FROM desk_case", ())
    assert own_reads([watch, own, scheduler]) == [own]


def _tree_hash(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1 over leaf hashes, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + _tree_hash(leaves[:split]) + _tree_hash(leaves[split:])).digest()


@pytest.mark.parametrize("size", [1, 255, 256, 257, 1000, 65_536, 66_000])
def test_the_tiles_of_a_made_log_lead_to_its_root(size: int) -> None:
    log, edge = LargeLog(size), list[tuple[int, bytes]]()
    tiles: list[tuple[Any, ...]] = list(log._tiles(edge))
    leaves = b"".join(row[3] for row in tiles if row[1] == 0)
    known = [leaves[i : i + 32] for i in range(0, len(leaves), 32)]
    known += [log._leaves[index] for index in range(len(known), size)]
    assert _root(edge) == _tree_hash(known)
