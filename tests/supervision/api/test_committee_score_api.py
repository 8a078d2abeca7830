"""The five things and the meetings: what is shown by the log is not said by hand, and what is said has its words."""

from datetime import timedelta
from typing import Any

import pytest

COMMITTEE = "/api/supervision/v1/committee"
INQUIRIES = "/api/supervision/v1/inquiries"
VILLAGE = "421202104221"
MEETING = {"division": VILLAGE, "present": 3, "topics": "三季度账目", "decisions": "账目相符"}


async def told(service: Any) -> None:
    """Let the service's own acts reach its log, as its relay does."""
    await service.deliver(await service.outbox("cn.linli.act"), source="supervision")


async def committee(service: Any, year: int | None = None) -> dict[str, Any]:
    more = f"&year={year}" if year else ""
    answer = await service.client.get(f"{COMMITTEE}?division={VILLAGE}{more}", headers=service.auth("auditor"))
    found: dict[str, Any] = answer.json()
    return found


async def said(service: Any, item: str, met: bool, note: str) -> Any:
    body = {"division": VILLAGE, "met": met, "note": note}
    return await service.client.put(f"{COMMITTEE}/checks/{item}", json=body, headers=service.auth("supervisor"))


@pytest.mark.parametrize("note", ["", "   ", "。。。", "\u200b\u200b\u200b"])
async def test_nothing_is_there_by_saying_so_without_words(service: Any, note: str) -> None:
    refused = await said(service, "rules", True, note)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/note")
    assert (await said(service, "rules", False, note)).status_code == 204
    assert (await committee(service))["score"] == 0
    assert (await said(service, "rules", True, "《监督委员会工作制度》已上墙")).status_code == 204
    assert (await committee(service))["score"] == 1


async def test_a_record_of_activity_is_there_once_the_committee_did_something(service: Any) -> None:
    assert (await said(service, "record", True, "有活动记录簿")).json()["code"] == "supervision.check_shown_by_itself"
    await said(service, "rules", True, "工作制度已上墙")
    await told(service)
    # Saying what it has is no activity.
    assert (await committee(service))["score"] == 1
    order = {"division": VILLAGE, "question": 1, "origin": "planned", "subject": "窗口服务态度"}
    assert (await service.client.post(INQUIRIES, json=order, headers=service.auth("supervisor"))).status_code == 201
    await service.sign()
    await service.deliver((await service.outbox("cn.linli.act"))[1:], source="supervision")
    now = await committee(service)
    [record] = [one for one in now["checks"] if one["code"] == "record"]
    assert (record["met"], record["shown_by"], now["score"]) == (True, "activity", 2)
    before = await committee(service, service.clock.today().year - 1)
    assert [one["met"] for one in before["checks"] if one["code"] == "record"] == [False]


@pytest.mark.parametrize(("present", "status"), [(1, 422), (2, 201), (5, 201), (6, 422)])
async def test_a_meeting_has_as_many_people_as_a_committee_can_have(service: Any, present: int, status: int) -> None:
    body = MEETING | {"present": present, "day": service.clock.today().isoformat()}
    kept = await service.client.post(f"{COMMITTEE}/meetings", json=body, headers=service.auth("supervisor"))
    assert kept.status_code == status, kept.text
    assert sum((await committee(service))["quarters"]) == (status == 201)


async def test_meetings_of_long_ago_are_not_made_up(service: Any) -> None:
    day = (service.clock.today().replace(month=1, day=1) - timedelta(days=366)).isoformat()
    kept = await service.client.post(
        f"{COMMITTEE}/meetings", json=MEETING | {"day": day}, headers=service.auth("supervisor")
    )
    assert (kept.status_code, kept.json()["errors"][0]["pointer"]) == (422, "/day")


@pytest.mark.parametrize("subject", ["\u200b\u200b\u200b", "……", "😀😀"])
async def test_a_subject_has_words(service: Any, subject: str) -> None:
    order = {"division": VILLAGE, "question": 1, "origin": "planned", "subject": subject}
    refused = await service.client.post(INQUIRIES, json=order, headers=service.auth("supervisor"))
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/subject")
