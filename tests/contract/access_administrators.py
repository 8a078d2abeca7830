"""The rows of `access.py` about what two administrators do together."""

from __future__ import annotations

from linli_kernel.identity import Role

from tests.contract.rows import gateway

BOTH = (Role.SYSTEM_ADMIN, Role.COUNTY_ADMIN)
SECOND = "only the second of two administrators"

# fmt: off
ADMINISTRATORS_TOGETHER = [
    gateway("GET", "admin-proposals", BOTH),
    gateway("GET", "admin-proposals/{proposal_id}", BOTH),
    gateway("POST", "admin-proposals/{proposal_id}/withdraw", BOTH, finer="only who proposed it", spared="the proposal must wait"),
    gateway("POST", "admin-proposals/{proposal_id}/refuse", BOTH, {"reason": "未见本人"}, finer=SECOND, spared="the proposal must wait"),
    gateway("POST", "admin-proposals/{proposal_id}/confirm", BOTH, finer=SECOND),
]
