"""An auditor of a prefecture reads cases, ratings and whistles of its other counties: masked, recorded there, and never writing."""

from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from linli_kernel.http import only_reads
from linli_kernel.identity import Role
from linli_kernel.ids import new_id
from linli_kernel.testing import FOREIGN_TENANT, TENANT

from tests.services_desk.conftest import ELDER_FACTS, Hire
from tests.services_desk.flow import decided_case
from tests.services_desk.whistle_story import LIGHT, whistled

HOME = "421221"
"""The county of the same prefecture in which whoever asks works."""
LISTS = (
    "cases",
    "evaluations",
    "whistles",
    "rectifications",
    "evaluations/figures",
    "whistle-counts",
    "whistle-settings",
)
LISTED = {"cases": "id", "evaluations": "case_id", "whistles": "id"}
Made = dict[str, dict[str, Any]]
OUTSIDE: dict[str, tuple[Role, dict[str, Any], str]] = {
    "another prefecture": (Role.AUDITOR, {"tenant": HOME}, FOREIGN_TENANT),
    "an auditor of another prefecture": (
        Role.AUDITOR, {"tenant": FOREIGN_TENANT, "divisions": ["5116"], "counties": [FOREIGN_TENANT]}, TENANT,
    ),
    "an auditor of one county": (Role.AUDITOR, {"tenant": HOME, "divisions": [HOME]}, TENANT),
    "counties beyond the area": (
        Role.AUDITOR, {"tenant": HOME, "divisions": [HOME], "counties": [HOME, TENANT]}, TENANT,
    ),
    "a clerk": (Role.CLERK, {"tenant": HOME, "divisions": ["421221103201"]}, TENANT),
    "a county's administrator": (Role.COUNTY_ADMIN, {"tenant": HOME, "divisions": [HOME]}, TENANT),
    "no county at all": (Role.AUDITOR, {"tenant": HOME}, "421299"),
}  # fmt: skip


@pytest.fixture
async def made(http: httpx.AsyncClient, hire: Hire) -> Made:
    """A case that was rated and a whistle, in a county that is not the auditor's."""
    case = await decided_case(hire)
    rated = await http.post(
        f"/api/public/v1/evaluations/{case['receipt_token']}", json={"level": 2, "comment": "等太久"}
    )
    assert rated.status_code == 201, rated.text
    whistle = await whistled(hire(Role.CLERK), hire(Role.TOWNSHIP_OFFICER))
    return {"cases": case, "evaluations": case, "whistles": whistle}


async def test_lists_lead_to_the_records_of_another_county_of_the_prefecture(hire: Hire, made: Made) -> None:
    auditor = hire(Role.AUDITOR, tenant=HOME)
    for name, key in LISTED.items():
        path, wanted = f"/api/desk/v1/{name}", made[name]["id"]
        there = {"county": TENANT, "division": "421202104221", "limit": 200}
        listed = (await auditor.get(path, params=there)).json()["items"]
        assert wanted in [one[key] for one in listed], name
        assert wanted not in [one[key] for one in (await auditor.get(path)).json()["items"]]
    for name in ("cases", "whistles"):
        path = f"/api/desk/v1/{name}/{made[name]['id']}"
        assert (await auditor.get(path)).status_code == 404
        assert (await auditor.get(path, params={"county": TENANT})).json()["commands"] == []


async def test_an_auditor_is_shown_the_course_of_a_case_and_none_of_its_people(hire: Hire, made: Made) -> None:
    auditor, case = hire(Role.AUDITOR, tenant=HOME), made["cases"]
    there = {"county": TENANT}
    listed = await auditor.get("/api/desk/v1/cases", params=there)
    whole = await auditor.get(f"/api/desk/v1/cases/{case['id']}", params=there)
    assert (whole.json()["applicant_name"], whole.json()["state"]) == ("张*", "decided")
    assert {entry["note"] for entry in whole.json()["history"]} == {""}
    hidden = [ELDER_FACTS[name] for name in ("name", "identity_number", "phone", "address")]
    for text in (listed.text, whole.text):
        assert not [value for value in (*hidden, "6217001234567890123", case["receipt_token"]) if value in text]
    by_name = await auditor.get("/api/desk/v1/cases", params={**there, "q": ELDER_FACTS["name"]})
    assert by_name.json()["items"] == []
    numbered = await auditor.get("/api/desk/v1/cases", params={**there, "q": case["number"]})
    assert [one["id"] for one in numbered.json()["items"]] == [case["id"]]
    closed = ("documents", "signatures", f"attachments/{new_id()}")
    for path in (f"/api/desk/v1/cases/{case['id']}/{below}" for below in closed):
        assert (await auditor.get(path)).status_code == 403
    told = (await auditor.get(f"/api/desk/v1/whistles/{made['whistles']['id']}", params=there)).json()
    assert (told["description"], told["photos"]) == (LIGHT, [])


async def test_a_look_into_another_county_is_an_entry_of_that_county(app: Any, hire: Hire, made: Made) -> None:
    auditor, there = hire(Role.AUDITOR, tenant=HOME), {"county": TENANT}
    await auditor.get("/api/desk/v1/cases", params=there)
    await auditor.get(f"/api/desk/v1/cases/{made['cases']['id']}", params=there)
    await auditor.get(f"/api/desk/v1/whistles/{made['whistles']['id']}", params=there)
    rows = await app.state.linli.database.pool.fetch(
        "SELECT tenant, data->>'action' AS action FROM outbox WHERE data->>'actor' = $1", str(auditor.subject)
    )
    assert sorted((row["tenant"], row["action"]) for row in rows) == [
        (TENANT, "case.list"), (TENANT, "case.read"), (TENANT, "whistle.read"),
    ]  # fmt: skip


@pytest.mark.parametrize("who", OUTSIDE)
async def test_beyond_the_reach_of_a_post_there_is_nothing(hire: Hire, made: Made, who: str) -> None:
    role, claims, county = OUTSIDE[who]
    person = hire(role, **claims)
    records = [f"{name}/{made[name]['id']}" for name in ("cases", "whistles")]
    for name in (*LISTS, *records):
        answer = await person.get(f"/api/desk/v1/{name}", params={"county": county})
        assert answer.status_code == 404, name


@pytest.mark.parametrize("name", LISTS)
async def test_a_county_is_named_well_and_only_by_those_who_read_there(hire: Hire, name: str) -> None:
    path = f"/api/desk/v1/{name}"
    for malformed in ("", "42 1202", "4" * 21, "421202'"):
        answer = await hire(Role.AUDITOR, tenant=HOME).get(path, params={"county": malformed})
        assert answer.status_code == 422, malformed
    assert (await hire(Role.RESIDENT).get(path, params={"county": TENANT})).status_code == 403
    # The own county may be named by anybody who reads there.
    assert (await hire(Role.COUNTY_ADMIN).get(path, params={"county": TENANT})).status_code == 200


async def test_no_command_can_name_a_county(app: Any, hire: Hire, made: Made) -> None:
    naming = [
        route
        for route in app.routes
        if isinstance(route, APIRoute)
        and any(getattr(one.call, "only_reads", False) for one in route.dependant.dependencies)
    ]
    assert len(naming) >= len(LISTS) + 2
    assert all(only_reads(route) for route in naming)
    clerk = hire(Role.CLERK)
    refused = await clerk.post(f"/api/desk/v1/cases/{made['cases']['id']}/deliver?county={TENANT}", {}, 1)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "query.unknown")
