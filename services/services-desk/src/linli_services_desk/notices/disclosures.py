"""What supervision tells of disclosures and of the committee's work, as notices to whoever has to act: check, publish, answer, decide, or write at last."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from linli_kernel.contracts import supervision as contract
from linli_kernel.database import Tx
from linli_kernel.events import IncomingEvent
from linli_kernel.inbox import Handler
from linli_kernel.profile import Profile

from linli_services_desk.notices.domain import Audience
from linli_services_desk.notices.service import Telling, tell_staff


@dataclass(frozen=True, slots=True)
class Told:
    """A template and the posts it goes to; none: whoever wrote the disclosure."""

    template: str
    roles: tuple[str, ...] = ()


MOVED: Mapping[str, Told] = {
    contract.DISCLOSURE_SUBMITTED: Told("disclosure.submitted", ("supervisor",)),
    contract.DISCLOSURE_CHECKED: Told("disclosure.checked", ("village_official",)),
    contract.DISCLOSURE_RETURNED: Told("disclosure.returned"),
}
ASKED: Mapping[str, Told] = {
    "asked": Told("disclosure.asked", ("village_official",)),
    "appealed": Told("disclosure.appealed", ("township_officer",)),
}
OWED: Mapping[str, Told] = {
    "due": Told("disclosure.due", ("village_official", "bookkeeper")),
    "missing": Told("disclosure.missing", ("village_official", "supervisor", "township_officer")),
}

OVERSIGHT: Mapping[tuple[str, str], Told] = {
    ("rectification", "due"): Told("inquiry.due", ("village_official",)),
    ("rectification", "missing"): Told("inquiry.missing", ("village_official", "supervisor", "township_officer")),
    ("meeting", "due"): Told("committee.due", ("supervisor",)),
    ("question", "due"): Told("question.due", ("village_official",)),
    ("question", "missing"): Told("question.missing", ("village_official", "supervisor", "township_officer")),
    ("appeal", "due"): Told("appeal.due", ("township_officer",)),
    ("appeal", "missing"): Told("appeal.missing", ("township_officer", "county_admin")),
}


def handlers(profile: Callable[[str], Profile]) -> dict[str, Handler]:
    """Return what the desk's inbox does with each event of disclosures; items are called as the place calls them."""

    def item(tx: Tx, code: str) -> dict[str, Any]:
        found = profile(tx.tenant).supervision.disclosure.item(code)
        return {"item": found.name.zh if found else code, "item_en": found.name.en if found else code}

    async def moved(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        facts = {**item(tx, data["item"]), "disclosure_id": data["disclosure_id"]}
        key = f"{data['disclosure_id']}:{data['version']}"
        await _tell(tx, MOVED[event.type], data, key, facts)

    async def asked(tx: Tx, event: IncomingEvent) -> None:
        told = ASKED.get(event.data["state"])
        if told is not None:
            await _tell(tx, told, event.data, f"{event.data['question_id']}:{event.data['state']}", {})

    async def owed(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        facts = {**item(tx, data["item"]), "due": data["due"], "days": abs(data["days"]), "division": data["division"]}
        await _tell(tx, OWED[data["state"]], data, f"{data['duty']}:{data['state']}", facts)

    async def overseen(tx: Tx, event: IncomingEvent) -> None:
        data = event.data
        told = OVERSIGHT.get((data["what"], data["state"]))
        if told is not None:
            facts = {"due": data["due"], "days": abs(data["days"]), "inquiry_id": data.get("inquiry_id", "")}
            await _tell(tx, told, data, f"{data['key']}:{data['due']}", facts)

    return {
        **dict.fromkeys(MOVED, moved),
        contract.OVERSIGHT_REMINDED: overseen,
        contract.DISCLOSURE_QUESTION_MOVED: asked,
        contract.DISCLOSURE_DUTY_REMINDED: owed,
    }


async def _tell(tx: Tx, told: Told, data: Mapping[str, Any], key: str, facts: dict[str, Any]) -> None:
    division = data["division"]
    to = [Audience(division, role=role) for role in told.roles]
    if not told.roles and data.get("author"):
        to = [Audience(division, account=UUID(data["author"]))]
    tellings = [
        Telling(f"{told.template}:{key}:{one.role or ''}", told.template, one, {**facts, "number": ""}) for one in to
    ]
    tell_staff(tx, *tellings)
