"""Whose turn it is in an inquiry, and who was given a flag, hears of it once; at the end whoever complained does, where they are known."""

from typing import Any
from uuid import uuid4

import pytest
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

from tests.services_desk.conftest import Hire
from tests.services_desk.flow import decided_case
from tests.services_desk.integration.test_disclosure_notices import VILLAGE, tell, titles
from tests.services_desk.whistle_story import newest, reported

MOVED = {"division": VILLAGE, "state": "rectifying", "due": "2026-12-01"}
FLAG = {"division": VILLAGE, "rule": "self_rating", "severity": "high", "state": "open", "version": 2, "step": "assign"}


@pytest.mark.parametrize(
    ("step", "role", "title"),
    [
        ("object", "village_official", "问查发现问题，请整改"),
        ("reject", "village_official", "问查复查未通过，请继续整改"),
        ("rectify", "supervisor", "问查的问题已报告整改，待复查"),
    ],
)
async def test_whose_turn_it_is_hears_of_it_once(app: Any, tokens: Any, step: str, role: str, title: str) -> None:
    event = (contract.INQUIRY_MOVED, {**MOVED, "inquiry_id": str(new_id()), "version": 3, "step": step})
    before = (await titles(app, tokens, role)).count(title)
    await tell(app, tokens, event)
    await tell(app, tokens, event)
    assert (await titles(app, tokens, role)).count(title) == before + 1
    assert title not in await titles(app, tokens, "clerk")
    assert title not in await titles(app, tokens, role, divisions=["421202105201"])


async def test_whoever_was_given_a_flag_hears_of_it_once_and_nobody_else(app: Any, tokens: Any) -> None:
    owner, title = str(uuid4()), "一条红旗交由你核实"
    given = (contract.FLAG_MOVED, {**FLAG, "flag_id": str(new_id()), "owner": owner})
    taken = (contract.FLAG_MOVED, {**FLAG, "flag_id": str(new_id()), "step": "take"})
    for event in (given, given, taken):
        await tell(app, tokens, event)
    assert (await titles(app, tokens, "supervisor", sub=owner)).count(title) == 1
    assert title not in await titles(app, tokens, "supervisor")


async def test_whoever_complained_hears_of_the_outcome_once_by_phone(app: Any, tokens: Any, hire: Hire) -> None:
    case = await decided_case(hire)
    await reported(app.state.client, place="井边")
    whistle = await newest(hire(Role.VILLAGE_OFFICIAL))
    about = {**MOVED, "state": "closed", "step": "accept", "version": 5, "outcome": "put_right"}
    ended = [
        (contract.INQUIRY_MOVED, {**about, "inquiry_id": str(new_id()), "complaint": kind, "complaint_id": name})
        for kind, name in (("rating", case["id"]), ("whistle", whistle["id"]), ("rating", str(new_id())))
    ]
    open_still = {**ended[0][1], "outcome": None, "step": "begin", "inquiry_id": str(new_id())}
    for _ in range(2):
        await tell(app, tokens, *ended, (contract.INQUIRY_MOVED, open_still))
    rows = await app.state.linli.database.pool.fetch(
        "SELECT case_id, report_id, facts->>'outcome' AS outcome FROM sms_message WHERE template = 'inquiry.ended'"
    )
    assert len(rows) == 2
    assert {str(row["case_id"]) for row in rows if row["case_id"]} == {case["id"]}
    assert sum(row["report_id"] is not None for row in rows) == 1
    assert {row["outcome"] for row in rows} == {"查实的问题已经整改并复查通过"}
