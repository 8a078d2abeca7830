"""An auditor of a prefecture reads what supervision keeps in its other counties, by every list down to the record, and writes nothing there."""

from typing import Any

from fastapi.routing import APIRoute
from linli_kernel.http import only_reads
from linli_kernel.ids import new_id
from linli_kernel.testing import FOREIGN_TENANT, TENANT, VILLAGE

from tests.supervision.api.test_flags_api import raised
from tests.supervision.conftest import Service
from tests.supervision.deciding import Deciding
from tests.supervision.disclosing import Disclosing

BASE = "/api/supervision/v1"
HOME = "421221"
"""The county of the same prefecture in which the auditor works."""
LISTS = {
    "disclosures": "id", "deliberations": "id", "flags": "id", "inquiries": "id", "committee/meetings": "id",
    "disclosure-questions": "id",
}  # fmt: skip
OTHERS = (
    "disclosures/catalogue", "deliberations/procedures", "flags/counts", "flag-rules", "disclosure-settings",
    f"disclosure-duties?division={VILLAGE}", "disclosure-duties/overview?division=421202104",
    f"committee?division={VILLAGE}", f"committee/activity?division={VILLAGE}",
)  # fmt: skip
SINGLE = ("disclosures", "deliberations", "flags", "inquiries", "disclosure-questions")


async def made(service: Service) -> dict[str, str]:
    """One record of each noun in a county that is not the auditor's; their ids by the list they are found in."""
    flag = await raised(service, str(new_id()))
    published = await Disclosing(service).publish()
    asked = {"kind": "question", "text": "水费为什么比上月多？"}
    await service.client.post(f"/api/public/v1/disclosures/{published['id']}/questions", json=asked)
    supervisor = service.auth("supervisor")
    [question] = (await service.client.get(f"{BASE}/disclosure-questions", headers=supervisor)).json()["items"]
    order = {"division": VILLAGE, "question": 1, "origin": "planned", "subject": "窗口服务态度"}
    inquiry = (await service.client.post(f"{BASE}/inquiries", json=order, headers=supervisor)).json()
    held = {"division": VILLAGE, "day": "2026-11-18", "present": 3, "topics": "三季度账目", "decisions": "账目相符"}
    meeting = (await service.client.post(f"{BASE}/committee/meetings", json=held, headers=supervisor)).json()
    deliberation = await Deciding(service).open()
    found = {
        "disclosures": published, "deliberations": deliberation, "flags": flag, "inquiries": inquiry,
        "committee/meetings": meeting, "disclosure-questions": question,
    }  # fmt: skip
    return {name: one["id"] for name, one in found.items()}


async def get(service: Service, path: str, county: str | None, role: str = "auditor", **claims: Any) -> Any:
    sign = "&" if "?" in path else "?"
    named = "" if county is None else f"{sign}county={county}"
    return await service.client.get(f"{BASE}/{path}{named}", headers=service.auth(role, **{"tenant": HOME} | claims))


async def test_every_list_leads_to_the_record_in_another_county_of_the_prefecture(service: Service) -> None:
    there = await made(service)
    auditor = str(new_id())
    for name, key in LISTS.items():
        assert [one[key] for one in (await get(service, name, TENANT)).json()["items"]] == [there[name]], name
        assert (await get(service, name, None)).json()["items"] == []
    for name in SINGLE:
        path = f"{name}/{there[name]}"
        assert (await get(service, path, TENANT, sub=auditor)).json()["id"] == there[name], path
        assert (await get(service, path, None)).status_code == 404
    for path in OTHERS:
        assert (await get(service, path, TENANT)).status_code == 200, path
    rows = await service.linli.database.pool.fetch(
        "SELECT tenant, data->>'action' AS action FROM outbox WHERE data->>'actor' = $1", auditor
    )
    assert [(row["tenant"], row["action"]) for row in rows] == [(TENANT, "flag.read")]
    # What is behind a flag is read and proved in the log of its own county.
    flag = (await get(service, f"flags/{there['flags']}", TENANT)).json()
    assert flag["steps"] == []
    entry = f"ledger/{TENANT}/entries/{flag['evidence'][0]['index']}"
    assert (await get(service, entry, None)).json()["action"] == "case.decide"
    assert (await get(service, f"{entry}/extract", None)).status_code == 200
    for claims in (
        {"tenant": FOREIGN_TENANT, "divisions": ["5116"], "counties": [FOREIGN_TENANT]},
        {"divisions": [HOME]},
    ):
        for path in (entry, f"{entry}/extract", f"ledger/{TENANT}/entries"):
            assert (await get(service, path, None, **claims)).status_code == 404


async def test_beyond_the_reach_of_a_post_there_is_nothing(service: Service) -> None:
    there = await made(service)
    paths = [*LISTS, *OTHERS, *(f"{name}/{there[name]}" for name in SINGLE)]
    foreign = {"tenant": FOREIGN_TENANT, "divisions": ["5116"], "counties": [FOREIGN_TENANT]}
    beyond: list[tuple[str, str, dict[str, Any]]] = [
        ("auditor", FOREIGN_TENANT, {}),
        ("auditor", TENANT, foreign),
        ("auditor", TENANT, {"divisions": [HOME], "counties": [HOME, TENANT]}),
        ("supervisor", TENANT, {"divisions": ["421221103201"]}),
        ("county_admin", TENANT, {"divisions": [HOME]}),
    ]
    for role, county, claims in beyond:
        for path in paths:
            assert (await get(service, path, county, role, **claims)).status_code == 404, (role, county, path)
    for path in paths:
        assert (await get(service, path, TENANT, "resident")).status_code == 403, path
        assert (await get(service, path, "42 1202")).status_code == 422, path
        assert (await get(service, path, TENANT, "auditor", tenant=TENANT)).status_code == 200, path


async def test_no_command_can_name_a_county(service: Service) -> None:
    naming = [
        route
        for route in service.app.routes
        if isinstance(route, APIRoute)
        and any(getattr(one.call, "only_reads", False) for one in route.dependant.dependencies)
    ]
    assert len(naming) > len(LISTS) + len(OTHERS)
    assert all(only_reads(route) for route in naming)
    there = await made(service)
    auditor = service.auth("auditor", tenant=HOME) | {"If-Match": '"1"'}
    path, body = f"{BASE}/flags/{there['flags']}/take", {"note": "我来"}
    assert (await service.client.post(path, json=body, headers=auditor)).status_code == 404
    assert (await service.client.post(f"{path}?county={TENANT}", json=body, headers=auditor)).status_code == 422
