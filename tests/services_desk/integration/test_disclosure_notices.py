"""Whoever has to check, publish, answer or write a disclosure is told of it once; nobody else is."""

from typing import Any
from uuid import uuid4

import pytest
from linli_kernel.contracts import supervision as contract
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

# A village of its own: what other tests count in theirs stays as it is.
VILLAGE = "421202104229"
AREA = {"township_officer": ["421202104"]}
ACCOUNT = str(uuid4())
DRAFT = {"disclosure_id": str(uuid4()), "division": VILLAGE, "category": "finance", "item": "accounts", "edition": 1}
QUESTION = {
    "question_id": str(uuid4()),
    "disclosure_id": DRAFT["disclosure_id"],
    "division": VILLAGE,
    "kind": "question",
}
DUTY = {"duty": f"{VILLAGE}:accounts:2026-10-01", "division": VILLAGE, "item": "accounts", "due": "2026-11-10"}
FINDING = {"what": "rectification", "key": str(uuid4()), "division": VILLAGE, "due": "2026-11-25", "inquiry_id": "x"}
ANSWER = {"what": "question", "key": str(uuid4()), "division": VILLAGE, "due": "2026-11-25"}
APPEAL = {**ANSWER, "what": "appeal"}
MEETING = {"what": "meeting", "key": f"{VILLAGE}:2026-10-01", "division": VILLAGE, "due": "2026-12-31"}


async def tell(app: Any, tokens: Any, *events: tuple[str, dict[str, Any]]) -> None:
    """Deliver events of supervision from a source of their own."""
    source = f"disclosures-{new_id()}"[:40]
    batch = [
        {
            "specversion": "1.0",
            "id": str(new_id()),
            "source": f"/{source}",
            "type": type_,
            "subject": "x",
            "time": "2026-11-23T10:00:00+08:00",
            "tenant": "421202",
            "sequence": position,
            "data": data,
        }
        for position, (type_, data) in enumerate(events, start=1)
    ]
    headers = {
        **tokens.auth(Role.SERVICE),
        "Content-Type": "application/cloudevents-batch+json",
        "X-Linli-Source": source,
        "X-Linli-Tenant": "421202",
        "X-Linli-After": "0",
        "X-Linli-Upto": str(len(batch)),
    }
    answer = await app.state.client.post("/internal/v1/events", json=batch, headers=headers)
    assert answer.status_code == 204, answer.text


async def titles(app: Any, tokens: Any, role: str, **claims: Any) -> list[str]:
    claims.setdefault("divisions", AREA.get(role, [VILLAGE]))
    answer = await app.state.client.get("/api/desk/v1/notices?limit=200", headers=tokens.auth(Role(role), **claims))
    return [one["title"] for one in answer.json()["items"]]


@pytest.mark.parametrize(
    ("type_", "data", "role", "title"),
    [
        (contract.DISCLOSURE_SUBMITTED, {**DRAFT, "version": 2}, "supervisor", "公开待审核：财务收支明细"),
        (contract.DISCLOSURE_CHECKED, {**DRAFT, "version": 3}, "village_official", "公开已审核，待发布：财务收支明细"),
        (
            contract.DISCLOSURE_QUESTION_MOVED,
            {**QUESTION, "state": "asked"},
            "village_official",
            "居民对公开内容提出质询",
        ),
        (
            contract.DISCLOSURE_QUESTION_MOVED,
            {**QUESTION, "state": "appealed"},
            "township_officer",
            "居民对公开答复不满意，已申诉",
        ),
        (
            contract.DISCLOSURE_DUTY_REMINDED,
            {**DUTY, "days": 3, "state": "due"},
            "bookkeeper",
            "财务收支明细还有 3 天截止公开",
        ),
        (
            contract.DISCLOSURE_DUTY_REMINDED,
            {**DUTY, "days": -1, "state": "missing"},
            "supervisor",
            "财务收支明细逾期未公开",
        ),
        (
            contract.OVERSIGHT_REMINDED,
            {**FINDING, "days": 2, "state": "due"},
            "village_official",
            "问查发现的问题还有 2 天整改到期",
        ),
        (
            contract.OVERSIGHT_REMINDED,
            {**FINDING, "days": -1, "state": "missing"},
            "township_officer",
            "问查发现的问题逾期未整改",
        ),
        (
            contract.OVERSIGHT_REMINDED,
            {**MEETING, "days": 6, "state": "due"},
            "supervisor",
            "监督委员会本期会议还没有开",
        ),
        (
            contract.OVERSIGHT_REMINDED,
            {**ANSWER, "days": 2, "state": "due"},
            "village_official",
            "居民的质询还有 2 天截止答复",
        ),
        (contract.OVERSIGHT_REMINDED, {**ANSWER, "days": -1, "state": "missing"}, "supervisor", "居民的质询逾期未答复"),
        (
            contract.OVERSIGHT_REMINDED,
            {**APPEAL, "days": 2, "state": "due"},
            "township_officer",
            "居民的申诉还有 2 天截止处理",
        ),
        (
            contract.OVERSIGHT_REMINDED,
            {**APPEAL, "days": -1, "state": "missing"},
            "township_officer",
            "居民的申诉逾期未处理",
        ),
    ],
)
async def test_the_post_that_has_to_act_is_told_once(
    app: Any, tokens: Any, type_: str, data: dict[str, Any], role: str, title: str
) -> None:
    await tell(app, tokens, (type_, data), (type_, data))
    assert (await titles(app, tokens, role)).count(title) == 1
    assert title not in await titles(app, tokens, "clerk")
    assert title not in await titles(app, tokens, role, divisions=["421202105201"])


async def test_what_was_given_back_is_told_to_whoever_wrote_it(app: Any, tokens: Any) -> None:
    await tell(app, tokens, (contract.DISCLOSURE_RETURNED, {**DRAFT, "version": 4, "author": ACCOUNT}))
    assert "公开被退回：财务收支明细" in await titles(app, tokens, "bookkeeper", sub=ACCOUNT)
    assert "公开被退回：财务收支明细" not in await titles(app, tokens, "bookkeeper")


async def test_an_answered_question_calls_nobody(app: Any, tokens: Any) -> None:
    before = await titles(app, tokens, "village_official")
    await tell(app, tokens, (contract.DISCLOSURE_QUESTION_MOVED, {**QUESTION, "state": "answered"}))
    assert await titles(app, tokens, "village_official") == before
