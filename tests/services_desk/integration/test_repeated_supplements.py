"""Asking again: an officer's reason that names nobody, and an event that brings it before supervision."""

from typing import Any

import pytest
from linli_kernel.identity import Role

from tests.services_desk.flow import ALLOWANCE

ITEMS = [{"material_id": "photo", "text": "照片过期"}]


@pytest.fixture
async def asked_once(clerk: Any) -> dict[str, Any]:
    case: dict[str, Any] = await clerk.open(ALLOWANCE)
    await clerk.do(case["id"], "supplement", {"items": ITEMS})
    await clerk.do(case["id"], "resume")
    return case


async def events(app: Any, case: dict[str, Any]) -> list[dict[str, Any]]:
    rows = await app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.desk.case.supplement-asked.v1' AND subject = $1 ORDER BY seq",
        case["id"],
    )
    return [row["data"] for row in rows]


async def test_only_the_event_of_a_further_notice_has_a_kind_of_reason(app: Any, officer: Any, asked_once: Any) -> None:
    view = await officer.case(asked_once["id"])
    assert {"code": "found", "zh": "核查发现新情况"}.items() <= view["repeat_reasons"][2].items()
    order = {"items": ITEMS, "reason": "入户时发现照片与本人不符", "reason_code": "found"}
    await officer.do(asked_once["id"], "supplement", order)
    first, second = await events(app, asked_once)
    assert "reason_code" not in first
    assert (second["reason_code"], second["supplement"]) == ("found", 2)
    assert "照片" not in str(second)


async def test_a_reason_without_its_kind_is_another_one_and_an_unknown_kind_is_refused(
    app: Any, officer: Any, asked_once: Any
) -> None:
    order = {"items": ITEMS, "reason": "照片不清", "reason_code": "no_such_kind"}
    refused = await officer.command(asked_once["id"], "supplement", order)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/reason_code")
    await officer.do(asked_once["id"], "supplement", {"items": ITEMS, "reason": "照片不清"})
    assert (await events(app, asked_once))[1]["reason_code"] == "other"


@pytest.mark.parametrize("reason", ["张桂兰的照片不清", "请打13800005678核对", "证件421202194306110025看不清"])
async def test_a_reason_that_names_somebody_is_refused(officer: Any, asked_once: Any, reason: str) -> None:
    answer = await officer.command(asked_once["id"], "supplement", {"items": ITEMS, "reason": reason})
    assert (answer.status_code, answer.json()["code"]) == (409, "desk.reason_names_somebody")


async def test_supervision_is_told_the_words_and_the_matter_of_the_notices_it_names(
    hire: Any, officer: Any, asked_once: Any
) -> None:
    await officer.do(asked_once["id"], "supplement", {"items": ITEMS, "reason": "照片不清"})
    service = hire(Role.SERVICE)
    service.headers["X-Linli-Tenant"] = "421202"
    order = {"notices": [{"case_id": asked_once["id"], "notice": 2}]}
    found = (await service.post("/internal/v1/supplement-reasons", order)).json()["items"]
    assert [(one["reason"], one["matter_name"]) for one in found] == [("照片不清", ALLOWANCE)]
    service.headers["X-Linli-Tenant"] = "511681"
    assert (await service.post("/internal/v1/supplement-reasons", order)).json()["items"] == []
    assert (await officer.post("/internal/v1/supplement-reasons", order)).status_code == 403
