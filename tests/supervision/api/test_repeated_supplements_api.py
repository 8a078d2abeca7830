"""Further supplement notices before supervision: kept once, listed in scope, with the reason as the desk tells it."""

from typing import Any

from linli_kernel.contracts.desk import CASE_SUPPLEMENT_ASKED
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service

LIST = "/api/supervision/v1/repeated-supplements"
VILLAGE = "421202104221"


def asked(number: int, division: str = VILLAGE, **more: Any) -> dict[str, Any]:
    return {
        "type": CASE_SUPPLEMENT_ASKED,
        "case_id": str(new_id()),
        "object_id": "",
        "division": division,
        "department": "民政局",
        "from_state": "received",
        "to_state": "supplement",
        "matter_id": str(new_id()),
        "number": f"{division}-2026-000007",
        "supplement": number,
        **more,
    }


async def found(service: Service, role: str = "supervisor", **claims: Any) -> list[dict[str, Any]]:
    answer = await service.client.get(LIST, headers=service.auth(role, **claims))
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_further_notice_is_kept_once_and_a_first_one_is_not(service: Service) -> None:
    again = asked(2, reason_code="missed")
    await service.deliver([asked(1), again, again], source="desk")
    [row] = await found(service)
    assert (row["case_id"], row["notice"]) == (again["case_id"], 2)
    assert (row["case_number"], row["reason_name"]) == (again["number"], "前次告知遗漏")
    assert row["reason"] is None, "the desk knows nothing of this case; the row stands without its words"


async def test_the_words_come_from_the_desk_and_are_missing_while_it_is_away(service: Service) -> None:
    again = asked(2, reason_code="unclear")
    told = {"case_id": again["case_id"], "notice": 2, "reason": "照片不清", "matter_name": "高龄津贴"}
    service.neighbours.reasons = [told]
    await service.deliver([again], source="desk")
    [row] = await found(service)
    assert (row["reason"], row["matter_name"]) == ("照片不清", "高龄津贴")
    service.neighbours.down = True
    [row] = await found(service)
    assert (row["reason"], row["matter_name"], row["reason_name"]) == (None, None, "补来的材料不清或不一致")


async def test_a_supervisor_sees_the_own_village_and_an_auditor_the_county(service: Service) -> None:
    await service.deliver([asked(2, reason_code="other"), asked(3, "421202104217", reason_code="rules")], source="desk")
    assert [row["division"] for row in await found(service)] == [VILLAGE]
    everything = await found(service, "auditor", divisions=["421202"])
    assert {row["notice"] for row in everything} == {2, 3}
    refused = await service.client.get(LIST, headers=service.auth("clerk"))
    assert refused.status_code == 403
    malformed = await service.client.get(LIST, params={"cursor": "x"}, headers=service.auth("supervisor"))
    assert malformed.status_code == 422


async def test_a_page_goes_on_where_the_last_one_ended(service: Service) -> None:
    await service.deliver([asked(2, reason_code="other") for _ in range(3)], source="desk")
    headers = service.auth("supervisor")
    first = (await service.client.get(LIST, params={"limit": 2}, headers=headers)).json()
    rest = (await service.client.get(LIST, params={"limit": 2, "cursor": first["next_cursor"]}, headers=headers)).json()
    assert len({row["case_id"] for row in first["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None
