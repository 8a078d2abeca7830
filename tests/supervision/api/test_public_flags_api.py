"""What residents see of flags: nothing, how many, what was found; from the county's switch to the public answers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from linli_kernel.ids import new_id

from tests.supervision.api.test_flags_api import NOON, VILLAGE, raised, step

SETTINGS = "/api/supervision/v1/disclosure-settings"
PUBLIC = "/api/public/v1/flags"
NOTE = "当晚防汛，由李主任口头同意"


async def show(service: Any, wanted: str | None, version: int, *, role: str = "county_admin") -> Any:
    body = {"missing_public": False} | ({"flags_public": wanted} if wanted else {})
    headers = service.auth(role) | {"If-Match": f'"{version}"'}
    return await service.client.put(SETTINGS, json=body, headers=headers)


async def read(service: Any, leaf: str = "", division: str = VILLAGE) -> Any:
    return (await service.client.get(f"{PUBLIC}{leaf}?division={division}")).json()


async def closed(service: Any) -> dict[str, Any]:
    """A flag about an official, explained and closed."""
    flag = await raised(service, str(new_id()))
    headers = service.auth("supervisor", sub=str(UUID(int=7)))
    for name in ("take", "explain", "close"):
        flag = (await step(service, flag, name, headers, NOTE)).json()
    return flag


async def test_residents_see_of_flags_what_the_county_opened_step_by_step(service: Any) -> None:
    flag = await closed(service)
    year = NOON.year
    assert await read(service) == {"division": VILLAGE, "year": year, "shown": "nothing", "items": []}
    assert await read(service, "/findings") == {"items": [], "next_cursor": None}
    skipped = await show(service, "findings", 0)
    assert (skipped.status_code, skipped.json()["code"]) == (409, "supervision.flags_step_skipped")
    first = await show(service, "counts", 0)
    assert (first.json(), first.headers["etag"]) == ({"missing_public": False, "flags_public": "counts"}, '"1"')
    counts = await read(service)
    title = {"zh": "非工作时间办理", "en": "Acts outside office hours"}
    counted = {"looking": 0, "explained": 1, "confirmed": 0, "dismissed": 0}
    assert (counts["shown"], counts["items"]) == (
        "counts",
        [{"rule": "outside_office_hours", "title": title, **counted}],
    )
    assert (await read(service, "/findings"))["items"] == []
    assert (await show(service, "findings", 0)).status_code == 412
    assert (await show(service, "findings", 1)).status_code == 200
    [finding] = (await read(service, "/findings"))["items"]
    day = {"happened": f"{flag['happened_at'][:7]}", "closed": service.clock.today().isoformat()}
    assert finding == {"rule": "outside_office_hours", "title": title, **day, "finding": "explained"}
    assert (await show(service, None, 2)).json()["flags_public"] == "findings"
    assert (await show(service, "nothing", 3)).status_code == 200
    assert (await read(service, "/findings"))["items"] == (await read(service))["items"] == []
    kept = [
        one["detail"]["flags_public"]
        for one in await service.outbox("cn.linli.act")
        if one["action"] == "disclosure.setting"
    ]
    assert kept == ["counts", "findings", "findings", "nothing"]


async def test_what_residents_see_leads_to_no_person_no_case_and_no_flag(service: Any) -> None:
    flag = await closed(service)
    for version, wanted in enumerate(("counts", "findings")):
        await show(service, wanted, version)
    headers = service.auth("auditor")
    one = (await service.client.get(f"/api/supervision/v1/flags/{flag['id']}", headers=headers)).json()
    said = "".join(
        [(await service.client.get(f"{PUBLIC}{leaf}?division={VILLAGE}")).text for leaf in ("", "/findings")]
    )
    secret = [flag["id"], NOTE, flag["happened_at"][:10], *(who["id"] for who in one["subjects"])]
    secret += [entry["object_id"] for entry in one["evidence"]] + [entry["people"][0] for entry in one["evidence"]]
    assert len(secret) == 6
    assert not [text for text in secret if text in said]


async def test_a_flag_that_nobody_closed_is_counted_and_says_no_more(service: Any) -> None:
    await raised(service, str(new_id()))
    for version, wanted in enumerate(("counts", "findings")):
        await show(service, wanted, version)
    [counted] = (await read(service))["items"]
    assert (counted["looking"], counted["confirmed"]) == (1, 0)
    assert (await read(service, "/findings"))["items"] == []
    earlier = f"{PUBLIC}?division={VILLAGE}&year={NOON.year - 1}"
    assert (await service.client.get(earlier)).json()["items"] == []
    assert (await read(service, division="421202104217"))["items"] == []


async def test_only_the_county_decides_what_is_shown_and_only_of_itself(service: Any) -> None:
    for role in ("village_official", "supervisor", "auditor", "township_officer"):
        assert (await show(service, "counts", 0, role=role)).status_code == 403
    assert (await show(service, "everything", 0)).status_code == 422
    assert (await show(service, "counts", 0)).status_code == 200
    assert (await read(service, division="511681002001"))["shown"] == "nothing"
    for wrong in ("", "?division=421202", "?division=421202104221&year=1", "?division=421202104221&who=1"):
        assert (await service.client.get(f"{PUBLIC}{wrong}")).status_code == 422
    assert (await service.client.get(f"{PUBLIC}?division=999999999999")).status_code == 404


async def test_findings_are_read_page_by_page_the_last_one_closed_first(service: Any) -> None:
    verdicts = ("confirm", "dismiss", "explain")
    insert = (
        "INSERT INTO flag (tenant, id, rule, key, severity, division, state, subjects, entries, facts, thresholds, happened_at,"
        " raised_at) VALUES ('421202', $1, 'bulk_rating', $2, 'medium', $3, 'open', '{}', '[0]', '{}', '{}', $4, $4)"
    )
    for number, verdict in enumerate(verdicts):
        made = new_id()
        await service.linli.database.pool.execute(insert, made, f"one {number}", VILLAGE, service.clock.now())
        flag, headers = {"id": made, "version": 1}, service.auth("supervisor", sub=str(UUID(int=7)))
        for name in ("take", verdict, "close"):
            flag = (await step(service, flag, name, headers)).json()
        service.clock.move(timedelta(days=1))
    for version, wanted in enumerate(("counts", "findings")):
        await show(service, wanted, version)
    first = (await service.client.get(f"{PUBLIC}/findings?division={VILLAGE}&limit=2")).json()
    path = f"{PUBLIC}/findings?division={VILLAGE}&limit=2&cursor={first['next_cursor']}"
    second = (await service.client.get(path)).json()
    assert [one["finding"] for one in first["items"] + second["items"]] == ["explained", "dismissed", "confirmed"]
    assert second["next_cursor"] is None
    assert (await service.client.get(f"{PUBLIC}/findings?division={VILLAGE}&cursor=x")).status_code == 422
