"""Everything around one person, case or official, for those who may; looking at it is an entry as well."""

from typing import Any

import pytest
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service
from tests.supervision.logs import TENANT

PATH = f"/api/supervision/v1/ledger/{TENANT}/timeline"
VILLAGE, ELSEWHERE = "421202104221", "421202105201"
PERSON, MERGED, CASE, OFFICIAL, OTHER = (str(new_id()) for _ in range(5))


def act(action: str, **more: Any) -> dict[str, Any]:
    facts = {"actor": OTHER, "role": "clerk", "action": action, "object_kind": "resident", "object_id": PERSON}
    return {**facts, "division": VILLAGE, "outcome": "ok", **more}


@pytest.fixture
async def filled(service: Service) -> Service:
    await service.deliver(
        [
            act("resident.read", people=[PERSON]),
            act("resident.update", object_id=MERGED, people=[MERGED]),
            act("case.accept", object_kind="case", object_id=CASE, people=[PERSON], actor=OFFICIAL),
            act("document.read", object_kind="document", object_id="d", case_id=CASE, people=[]),
            act("account.disable", object_kind="account", object_id=OFFICIAL, people=[]),
            act("resident.read", division=ELSEWHERE, people=[PERSON]),
        ]
    )
    service.neighbours.same[PERSON] = [PERSON, MERGED]
    return service


async def actions(service: Service, query: str, role: str = "supervisor", **claims: Any) -> list[str]:
    answer = await service.client.get(f"{PATH}?{query}", headers=service.auth(role, **claims))
    assert answer.status_code == 200, answer.text
    return [item["action"] for item in answer.json()["items"]]


async def test_a_person_s_time_line_holds_the_merged_records_too(filled: Service) -> None:
    assert await actions(filled, f"person={PERSON}") == ["case.accept", "resident.update", "resident.read"]


async def test_a_case_s_time_line_holds_what_was_done_with_its_papers(filled: Service) -> None:
    assert await actions(filled, f"case={CASE}") == ["document.read", "case.accept"]


async def test_an_official_s_time_line_holds_what_it_did_and_what_was_done_to_it(filled: Service) -> None:
    assert await actions(filled, f"official={OFFICIAL}") == ["account.disable", "case.accept"]


async def test_only_acts_of_the_own_area_are_in_it(filled: Service) -> None:
    elsewhere = await actions(filled, f"person={PERSON}", divisions=[ELSEWHERE])
    assert elsewhere == ["resident.read"]
    assert len(await actions(filled, f"person={PERSON}", "auditor", divisions=["4212"])) == 4


async def test_it_is_filtered_by_act_and_paged_without_doubles(filled: Service) -> None:
    assert await actions(filled, f"person={PERSON}&action=resident.read") == ["resident.read"]
    seen, cursor = [], ""
    for _ in range(3):
        answer = await filled.client.get(f"{PATH}?person={PERSON}&limit=1{cursor}", headers=filled.auth("supervisor"))
        seen += [item["action"] for item in answer.json()["items"]]
        cursor = f"&cursor={answer.json()['next_cursor']}"
    assert seen == ["case.accept", "resident.update", "resident.read"]
    assert cursor == "&cursor=None"


async def test_a_registry_that_does_not_answer_leaves_it_incomplete_and_says_so(filled: Service) -> None:
    filled.neighbours.registry_down = True
    answer = await filled.client.get(f"{PATH}?person={PERSON}", headers=filled.auth("supervisor"))
    assert answer.json()["complete"] is False
    assert [item["action"] for item in answer.json()["items"]] == ["case.accept", "resident.read"]


async def test_the_look_is_recorded_with_whom_it_was_at(filled: Service) -> None:
    await actions(filled, f"person={PERSON}")
    await actions(filled, f"case={CASE}")
    looks = [one for one in await filled.outbox("cn.linli.act") if one["action"] == "ledger.timeline"]
    assert [(one["object_kind"], one["people"], one["case_id"]) for one in looks] == [
        ("resident", [PERSON], None),
        ("case", [], CASE),
    ]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 422),
        (f"person={PERSON}&case={CASE}", 422),
        ("person=x", 422),
        (f"case={CASE}&from=2026-11-22T00:00:00", 422),
        (f"case={CASE}&number=0001", 422),
        ("number=1", 422),
    ],
    # Every process of a run must name its tests alike, and the ids are drawn anew in each.
    ids=["nobody", "two", "no id", "a time without a zone", "a case and a number", "no number"],
)
async def test_it_asks_for_exactly_one_subject(filled: Service, query: str, status: int) -> None:
    assert (await filled.client.get(f"{PATH}?{query}", headers=filled.auth("supervisor"))).status_code == status


async def test_it_is_for_those_who_watch_the_own_county(filled: Service) -> None:
    query = f"?person={PERSON}"
    assert (await filled.client.get(PATH + query)).status_code == 401
    assert (await filled.client.get(PATH + query, headers=filled.auth("clerk"))).status_code == 403
    other = PATH.replace(TENANT, "511681")
    assert (await filled.client.get(other + query, headers=filled.auth("supervisor"))).status_code == 404


async def test_a_case_is_found_by_the_number_on_its_papers_and_the_look_names_it(filled: Service) -> None:
    filled.neighbours.numbered["花坪证〔2026〕0007号"] = [(str(new_id()), ELSEWHERE), (CASE, VILLAGE)]
    answer = await filled.client.get(f"{PATH}?number=花坪证〔2026〕0007号", headers=filled.auth("supervisor"))
    assert [item["action"] for item in answer.json()["items"]] == ["document.read", "case.accept"]
    assert answer.json()["case_id"] == CASE
    looks = [one for one in await filled.outbox("cn.linli.act") if one["action"] == "ledger.timeline"]
    assert (looks[-1]["object_id"], looks[-1]["case_id"]) == (CASE, CASE)


async def test_a_number_of_nothing_or_of_a_case_elsewhere_is_not_found(filled: Service) -> None:
    filled.neighbours.numbered["421202105201-2026-000001"] = [(CASE, ELSEWHERE)]
    for number in ("421202105201-2026-000001", "421202104221-2026-999999"):
        answer = await filled.client.get(f"{PATH}?number={number}", headers=filled.auth("supervisor"))
        assert (answer.status_code, answer.json()["code"]) == (404, "supervision.number_not_found")
    filled.neighbours.down = True
    answer = await filled.client.get(f"{PATH}?number=0001", headers=filled.auth("supervisor"))
    assert answer.status_code == 503
