"""Asked twice: counted where it happens, once per thing, and shown to leaders without a name."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from linli_kernel.clock import FrozenClock
from linli_kernel.identity import Role

from tests.services_desk.conftest import ELDER, ELDER_FACTS
from tests.services_desk.flow import ALLOWANCE

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
BANK = {"bank_account": "6217001234567890123"}
FIGURES = "/api/desk/v1/asked-twice/figures"


@pytest.fixture
def somebody(neighbours: Any) -> str:
    """A resident of the registry who has never been at the desk."""
    resident = str(uuid4())
    neighbours.residents[resident] = {**ELDER_FACTS, "bank_account": BANK["bank_account"]}
    neighbours.residents[str(ELDER)] = ELDER_FACTS
    return resident


async def noted(app: Any, case: dict[str, Any]) -> list[tuple[str, str, int, str]]:
    rows = await app.state.linli.database.pool.fetch(
        "SELECT kind, subject, notice, act FROM asked_twice WHERE case_id = $1 ORDER BY 1, 2, 3", case["id"]
    )
    return [tuple(row) for row in rows]


async def photograph(person: Any, case: dict[str, Any], material: str) -> None:
    path = f"/api/desk/v1/cases/{case['id']}/materials"
    answer = await person.http.post(
        path, files={"file": ("a.png", PNG)}, data={"material_id": material}, headers=person.headers
    )
    assert answer.status_code == 201, answer.text


async def tick(person: Any, case: dict[str, Any], material: str, state: str, **more: Any) -> None:
    answer = await person.put(f"/api/desk/v1/cases/{case['id']}/materials/{material}", {"state": state, **more})
    assert answer.status_code == 200, answer.text


async def test_a_paper_is_asked_twice_when_it_was_on_file_and_is_demanded_again(
    app: Any, clerk: Any, somebody: str
) -> None:
    first = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await photograph(clerk, first, "identity_card")
    await photograph(clerk, first, "identity_card")
    assert await noted(app, first) == [], "the first time nothing was on file; a second photograph mends the first"
    second = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await photograph(clerk, second, "identity_card")
    await tick(clerk, second, "identity_card", "original_checked")
    assert await noted(app, second) == [("material", "identity_card", 0, "material.upload")], "one thing counts once"
    third = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await tick(clerk, third, "identity_card", "deferred", promise_date="2026-11-30")
    assert await noted(app, third) == [("material", "identity_card", 0, "material.set")]


async def test_reusing_a_paper_or_a_paper_out_of_date_is_not_asking_twice(
    app: Any, clerk: Any, somebody: str, clock: FrozenClock
) -> None:
    first = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await photograph(clerk, first, "identity_card")
    second = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await tick(clerk, second, "identity_card", "reused")
    assert await noted(app, second) == []
    await app.state.linli.database.pool.execute(
        "UPDATE paper SET valid_until = $2 WHERE resident_id = $1", somebody, clock.today() - timedelta(days=1)
    )
    third = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await photograph(clerk, third, "identity_card")
    assert await noted(app, third) == []


async def test_a_field_typed_with_what_the_registry_holds_counts_and_a_correction_does_not(
    app: Any, clerk: Any, somebody: str
) -> None:
    case = await clerk.open(ALLOWANCE, applicant_id=somebody, form={**BANK, "phone": "13900000000"})
    assert await noted(app, case) == [("field", "bank_account", 0, "open")]


async def test_what_was_typed_while_the_registry_was_away_counts_when_the_case_is_linked(
    app: Any, clerk: Any, somebody: str, neighbours: Any
) -> None:
    neighbours.down = True
    by_hand = {"name": "张桂兰", "phone": "13900000000"}
    case = await clerk.open(ALLOWANCE, applicant_id=None, applicant=by_hand, form={"address": "贺胜桥镇花坪村 3组12号"})
    neighbours.down = False
    answer = await clerk.post(f"/api/desk/v1/cases/{case['id']}/link", {"applicant_id": somebody}, 1)
    assert answer.status_code == 200, answer.text
    assert [(kind, subject) for kind, subject, _, _ in await noted(app, case)] == [
        ("field", "address"), ("field", "name"),
    ]  # fmt: skip


async def test_a_notice_that_names_what_was_given_counts_in_each_notice(app: Any, hire: Any, somebody: str) -> None:
    clerk, officer = hire(Role.CLERK), hire(Role.TOWNSHIP_OFFICER)
    case = await clerk.open(ALLOWANCE, applicant_id=somebody)
    await photograph(clerk, case, "photo")
    items = [
        {"material_id": "photo", "text": "请再拍"},
        {"field": "phone", "text": "请填写"},
        {"material_id": "bank_card", "text": "请提供"},
    ]
    await clerk.do(case["id"], "supplement", {"items": items})
    await clerk.do(case["id"], "resume")
    await officer.do(case["id"], "supplement", {"items": items[:1], "reason": "照片不清晰"})
    assert await noted(app, case) == [
        ("supplement", "phone", 1, "supplement"),
        ("supplement", "photo", 1, "supplement"),
        ("supplement", "photo", 2, "supplement"),
    ]


async def test_a_notice_that_names_only_what_is_missing_counts_nothing(app: Any, clerk: Any, somebody: str) -> None:
    case = await clerk.open(ALLOWANCE, applicant_id=somebody, form={"bank_account": None})
    answer = await clerk.command(case["id"], "supplement")
    assert answer.status_code == 200, answer.text
    assert await noted(app, case) == []


async def test_the_figures_are_by_village_matter_month_and_thing_and_stay_in_scope(
    app: Any, hire: Any, somebody: str
) -> None:
    official = hire(Role.VILLAGE_OFFICIAL)
    before = (await official.get(FIGURES)).json()["total"]
    case = await hire(Role.CLERK).open(ALLOWANCE, applicant_id=somebody, form=BANK)
    for by in ("village", "matter", "month", "thing"):
        found = (await official.get(FIGURES, params={"by": by})).json()
        assert found["total"] == {**before, **{name: before[name] + 1 for name in ("cases", "total", "field")}}
        assert sum(item["total"] for item in found["items"]) == found["total"]["total"]
    named = {
        item["key"]: item["name"] for item in (await official.get(FIGURES, params={"by": "matter"})).json()["items"]
    }
    assert named[case["matter_id"]] == ALLOWANCE
    elsewhere = hire(Role.VILLAGE_OFFICIAL, divisions=["421202104217"])
    assert (await elsewhere.get(FIGURES)).json()["total"]["total"] == 0
    other = hire(Role.DEPARTMENT_OFFICER, department="档案局")
    assert (await other.get(FIGURES)).json()["total"]["total"] == 0
    assert (await hire(Role.CLERK).get(FIGURES)).status_code == 403
    assert (await official.get(FIGURES, params={"since": "2020-01-01"})).status_code == 422


async def test_the_ledger_hears_what_was_asked_twice_and_not_of_whose(app: Any, clerk: Any, somebody: str) -> None:
    case = await clerk.open(ALLOWANCE, applicant_id=somebody, form=BANK)
    rows = await app.state.linli.database.pool.fetch(
        "SELECT data::text AS data FROM outbox WHERE data->>'action' = 'case.asked-twice' AND data->>'object_id' = $1",
        case["id"],
    )
    assert len(rows) == 1
    assert "field:bank_account" in rows[0]["data"]
    assert BANK["bank_account"] not in rows[0]["data"]
