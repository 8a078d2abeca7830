"""Staff see at once what is due and missing; everybody where the county switched it on."""

from datetime import UTC, datetime
from typing import Any

from linli_kernel.contracts import supervision as contract
from linli_supervision.disclosures import reminding

from tests.supervision.conftest import Service
from tests.supervision.disclosing import PUBLIC, TABLE, VILLAGE, Disclosing

API = "/api/supervision/v1"


async def _take_part(service: Service, since: str = "2026-01-01", division: str = VILLAGE) -> Any:
    admin = service.auth("county_admin")
    return await service.client.post(
        f"{API}/disclosure-villages", json={"division": division, "since": since}, headers=admin
    )


def _on(service: Service, month: int, day: int) -> None:
    service.clock.set(datetime(2026, month, day, 4, tzinfo=UTC))


async def _owed(service: Service, role: str = "supervisor") -> list[dict[str, Any]]:
    answer = await service.client.get(f"{API}/disclosure-duties?division={VILLAGE}", headers=service.auth(role))
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_a_village_owes_from_the_day_it_takes_part_and_publishing_meets_it(service: Service) -> None:
    _on(service, 4, 5)
    assert await _owed(service) == []
    assert (await _take_part(service)).json() == {"started": 1, "villages": 1}
    assert (await _take_part(service)).json() == {"started": 0, "villages": 1}
    states = {(one["item"], one["period_start"]): one["state"] for one in await _owed(service)}
    assert states["accounts", "2026-02-01"] == "missing"
    assert states["accounts", "2026-03-01"] == "due"
    assert states["assets", "2026-01-01"] == "due"
    village = Disclosing(service)
    draft = await village.draft(period_start="2026-03-01")
    writing = [one for one in await _owed(service) if one["disclosure_id"] == draft["id"]]
    assert [(one["state"], one["writing"]) for one in writing] == [("due", "draft")]
    await village.bring(draft)
    late = await village.publish(period_start="2026-02-01", title="二月收支")
    states = {one["disclosure_id"]: one["state"] for one in await _owed(service)}
    assert (states[draft["id"]], states[late["id"]]) == ("done", "late")


async def test_what_happens_is_owed_within_days(service: Service) -> None:
    _on(service, 4, 5)
    order = {"division": VILLAGE, "item": "decisions", "title": "修建三组道路", "day": "2026-04-01"}
    official = service.auth("village_official")
    made = await service.client.post(f"{API}/disclosure-occasions", json=order, headers=official)
    assert made.status_code == 201
    (found,) = [one for one in await _owed(service) if one["item"] == "decisions"]
    assert (found["state"], found["occasion"]["title"]) == ("missing", "修建三组道路")
    done = await Disclosing(service).publish(
        item="decisions", occasion_id=made.json()["id"], title="道路决议", tables=[]
    )
    (found,) = [one for one in await _owed(service) if one["item"] == "decisions"]
    assert (found["state"], found["disclosure_id"]) == ("late", done["id"])
    for wrong in ({"item": "accounts"}, {"day": "2026-04-06"}, {"title": "补助张三13800138000"}):
        answer = await service.client.post(f"{API}/disclosure-occasions", json={**order, **wrong}, headers=official)
        assert answer.status_code == 422
    elsewhere = {**order, "division": "421202104222"}
    answer = await service.client.post(f"{API}/disclosure-occasions", json=elsewhere, headers=official)
    assert answer.status_code == 404


async def test_what_the_year_before_left_open_stays_in_sight_after_new_year(service: Service) -> None:
    _on(service, 12, 20)
    await _take_part(service, since="2026-11-01")
    village = Disclosing(service)
    await village.publish(period_start="2026-11-01")
    service.clock.set(datetime(2027, 1, 20, 4, tzinfo=UTC))
    states = {(one["item"], one["period_start"]): one["state"] for one in await _owed(service)}
    assert states["accounts", "2026-12-01"] == "missing"
    assert states["yearly_report", "2026-01-01"] == "due"
    assert ("accounts", "2026-11-01") not in states, "what was done belongs to its own year"
    await village.publish(period_start="2026-12-01")
    assert ("accounts", "2026-12-01") not in {(one["item"], one["period_start"]) for one in await _owed(service)}


async def test_an_item_is_missing_again_when_its_last_edition_is_withdrawn(service: Service) -> None:
    _on(service, 3, 5)
    await _take_part(service, since="2026-02-01")
    village = Disclosing(service)

    async def accounts() -> list[tuple[str, str | None]]:
        return [(one["state"], one["disclosure_id"]) for one in await _owed(service) if one["item"] == "accounts"]

    first = await village.publish(period_start="2026-02-01")
    _on(service, 3, 15)
    assert await accounts() == [("done", first["id"])]
    second = await village.bring(await village.step(first, "correct", "bookkeeper", "水费多计一笔"))
    assert await accounts() == [("done", second["id"])], "a correction makes nothing late"
    await village.step(second, "withdraw", "village_official", "票据不全")
    assert await accounts() == [("missing", None)]


async def test_a_withdrawn_disclosure_lends_its_day_to_no_later_one(service: Service) -> None:
    """Something published in time, corrected and withdrawn makes nothing punctual that is published months later."""
    _on(service, 3, 5)
    await _take_part(service, since="2026-02-01")
    village = Disclosing(service)
    first = await village.publish(period_start="2026-02-01")
    second = await village.bring(await village.step(first, "correct", "bookkeeper", "笔误"))
    await village.step(second, "withdraw", "village_official", "重新核算")
    _on(service, 6, 20)
    third = await village.publish(period_start="2026-02-01", title="二月收支（重报）")
    found = {one["disclosure_id"]: one["state"] for one in await _owed(service) if one["period_start"] == "2026-02-01"}
    assert found == {third["id"]: "late"}


async def test_nothing_tells_of_a_period_before_it_is_over(service: Service) -> None:
    _on(service, 2, 27)
    await _take_part(service, since="2026-02-01")
    village = Disclosing(service)
    early = await village.post(
        "", {"division": VILLAGE, "item": "accounts", "title": "三月收支", "period_start": "2026-03-01"}, "bookkeeper"
    )
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/period_start")
    draft = await village.draft(period_start="2026-02-01", title="二月收支")
    draft = await village.step(await village.step(draft, "submit", "bookkeeper"), "check", "supervisor")
    refused = await village.post(f"/{draft['id']}/publish", {}, "village_official", draft["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "supervision.disclosure_period_running")
    assert "2026-02-28" in refused.json()["detail"]
    _on(service, 2, 28)
    await village.step(draft, "publish", "village_official")


async def test_a_heading_alone_meets_no_duty(service: Service) -> None:
    village = Disclosing(service)
    empty = {"body": "", "tables": [{**TABLE, "rows": [["", "", ""]]}]}
    draft = await village.draft(**empty)
    refused = await village.post(f"/{draft['id']}/submit", {}, "bookkeeper", draft["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "supervision.disclosure_empty")
    await village.step(await village.draft(body="见附件。", tables=[]), "submit", "bookkeeper")
    await village.step(await village.draft(body=""), "submit", "bookkeeper")


async def test_an_area_is_rolled_up_with_the_most_missing_first(service: Service) -> None:
    _on(service, 2, 20)
    for division in (VILLAGE, "421202104222"):
        await _take_part(service, division=division)
    await Disclosing(service).publish(period_start="2026-01-01")
    township = service.auth("township_officer", divisions=["421202104"])
    answer = await service.client.get(f"{API}/disclosure-duties/overview?division=421202104", headers=township)
    body = answer.json()
    assert [(one["division"], one["done"], one["missing"]) for one in body["items"]] == [
        ("421202104222", 0, 1),
        (VILLAGE, 1, 0),
    ]
    assert (body["total"]["villages"], body["total"]["done"], body["total"]["missing"]) == (2, 1, 1)
    county = service.auth("county_admin")
    (line,) = (await service.client.get(f"{API}/disclosure-duties/overview?division=421202", headers=county)).json()[
        "items"
    ]
    assert (line["division"], line["villages"]) == ("421202104", 2)
    auditor = service.auth("auditor", divisions=["4212"])
    (line,) = (await service.client.get(f"{API}/disclosure-duties/overview?division=4212", headers=auditor)).json()[
        "items"
    ]
    assert (line["division"], line["missing"]) == ("421202", 1)
    for path in ("disclosure-duties/overview?division=421202", "disclosure-duties?division=421202104223"):
        assert (await service.client.get(f"{API}/{path}", headers=service.auth("clerk"))).status_code == 404


async def test_everybody_sees_what_is_missing_once_the_county_says_so(service: Service) -> None:
    _on(service, 2, 20)
    await _take_part(service)
    await Disclosing(service).draft(period_start="2026-01-01")
    path = f"{PUBLIC}/duties?division={VILLAGE}"
    assert (await service.client.get(path)).json()["open"] is False
    assert (await service.client.get(path)).json()["items"] == []
    admin = service.auth("county_admin")
    read = await service.client.get(f"{API}/disclosure-settings", headers=admin)
    assert (read.json(), read.headers["etag"]) == ({"missing_public": False, "flags_public": "nothing"}, '"0"')
    for version, answered in (("0", 200), ("0", 412), ("1", 200)):
        answer = await service.client.put(
            f"{API}/disclosure-settings", json={"missing_public": True}, headers=admin | {"If-Match": f'"{version}"'}
        )
        assert answer.status_code == answered
    (missing,) = (await service.client.get(path)).json()["items"]
    assert (missing["state"], missing["writing"], missing["disclosure_id"]) == ("missing", None, None)
    refused = await service.client.put(
        f"{API}/disclosure-settings",
        json={"missing_public": False},
        headers=service.auth("village_official") | {"If-Match": '"1"'},
    )
    assert refused.status_code == 403


async def test_a_county_starts_all_its_villages_with_the_registrys_list(service: Service) -> None:
    _on(service, 2, 20)
    levels = {"421202000000": "county", "421202104000": "township", "421303104221": "village"}
    service.neighbours.divisions = levels | dict.fromkeys(("421202104221", "421202104222"), "village")
    assert (await _take_part(service, division="421202")).json() == {"started": 2, "villages": 2}
    service.neighbours.registry_down = True
    assert (await _take_part(service, division="421202")).status_code == 503
    assert (await _take_part(service, since="2026-02-21")).status_code == 422


async def test_what_is_near_or_newly_missing_is_told_once(service: Service) -> None:
    _on(service, 2, 8)
    await _take_part(service)
    profile = service.linli.profiles.for_tenant("421202")

    async def look() -> list[tuple[str, int]]:
        await reminding.look(service.linli.database, "421202", profile, "421202")
        told = await service.outbox(contract.DISCLOSURE_DUTY_REMINDED)
        return [(one["state"], one["days"]) for one in told]

    assert await look() == [("due", 2)]
    assert await look() == [("due", 2)]
    _on(service, 2, 11)
    assert await look() == [("due", 2), ("missing", -1)]
    _on(service, 2, 25)
    assert len(await look()) == 2
