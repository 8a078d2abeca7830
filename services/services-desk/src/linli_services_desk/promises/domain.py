"""What a promise to bring a material holds up.

Until its day nothing: the case is accepted, checked and may be approved on condition. Past its day the case is not approved any
more, only refused, or approved after the material came or a new day was promised. No case is filed while a promise is open.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from linli_services_desk.cases.workflow import PAUSED, RUNNING, State
from linli_services_desk.materials.domain import MaterialState

# States in which a promise is followed up: what was refused or withdrawn is owed by nobody.
FOLLOWED = RUNNING | PAUSED | {State.DECIDED, State.DELIVERED}


def open_promises(materials: Mapping[str, Mapping[str, Any]] | None) -> dict[str, date]:
    """The promised day by material. `materials` as the case in hand has them."""
    return {
        key: date.fromisoformat(facts["promise_date"])
        for key, facts in (materials or {}).items()
        if facts["state"] == MaterialState.DEFERRED and facts["promise_date"]
    }


def broken(materials: Mapping[str, Mapping[str, Any]] | None, today: date) -> list[str]:
    """Materials that were promised for a day that is past."""
    return [key for key, day in open_promises(materials).items() if day < today]
