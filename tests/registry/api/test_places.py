"""Divisions, grids, dictionaries and figures."""

import pytest
from linli_kernel.identity import Role

VILLAGE = "421202104221"


async def test_divisions_are_found_by_parent_code_and_name(registry):
    below = (await registry.call("GET", "divisions?parent=421202104000")).json()["items"]
    assert VILLAGE in [item["code"] for item in below]
    named = (await registry.call("GET", "divisions?q=花坪")).json()["items"]
    assert [(item["code"], item["short_name"], item["prefix"]) for item in named] == [
        (VILLAGE, "花坪村", VILLAGE),
        ("451123104203", "花坪村", "451123104203"),
    ]
    one = (await registry.call("GET", "divisions?code=421202104000")).json()["items"]
    assert (one[0]["level"], one[0]["prefix"]) == ("township", "421202104")
    top = (await registry.call("GET", "divisions")).json()["items"]
    assert {item["level"] for item in top} == {"province"}


async def test_divisions_are_public_and_paged(registry):
    seen, cursor = [], ""
    while True:
        suffix = f"&cursor={cursor}" if cursor else ""
        page = (await registry.client.get(f"/api/public/v1/divisions?parent=421202104000&limit=3{suffix}")).json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == 8


async def test_a_division_shows_what_lies_above_it_and_what_it_was_before(registry):
    shown = (await registry.call("GET", "divisions/511703108000")).json()
    assert [one["code"] for one in shown["above"]] == ["510000000000", "511700000000", "511703000000"]
    before = [(one["code"], one["short_name"], one["valid_to"]) for one in shown["formerly"]]
    assert before == [("511703119000", "马家镇", "2019-12-31")]
    ended = (await registry.call("GET", "divisions/511703119000")).json()
    assert (ended["successor"], ended["formerly"]) == ("511703108000", [])
    assert (await registry.call("GET", "divisions/999999999999")).status_code == 404
    assert (await registry.call("GET", "divisions/42")).status_code == 422
    assert (await registry.client.get("/api/registry/v1/divisions/511703108000")).status_code == 401


@pytest.mark.parametrize("query", ["parent=42", "colour=1", "limit=0", "limit=201", "cursor=x", "q="])
async def test_malformed_division_queries_are_refused(registry, query):
    assert (await registry.call("GET", f"divisions?{query}")).status_code == 422


async def test_grids_are_those_of_the_area(registry):
    mine = (await registry.call("GET", f"grids?division={VILLAGE}")).json()["items"]
    assert mine[0]["name"] == "第一网格"
    assert {item["division"] for item in mine} == {VILLAGE}
    theirs = await registry.call("GET", f"grids?division={VILLAGE}", headers=registry.foreign())
    assert theirs.json()["items"] == []
    assert (await registry.call("GET", "grids", role=Role.SYSTEM_ADMIN)).status_code == 403
    assert (await registry.call("GET", "grids?division=42120210422")).status_code == 422


async def test_dictionaries_have_chinese_and_english_words(registry):
    table = (await registry.call("GET", "dictionaries/relation")).json()
    assert {"code": "02", "zh": "户主", "en": table["entries"][1]["en"]} in table["entries"]
    assert (await registry.call("GET", "dictionaries/colours")).status_code == 404
    assert (await registry.client.get("/api/registry/v1/dictionaries/sex")).status_code == 401


async def test_figures_add_up(registry):
    figures = (await registry.call("GET", f"statistics/population?division={VILLAGE}")).json()
    assert figures["residents"] >= 400
    assert sum(figures["by_presence"].values()) == figures["residents"]
    bands = figures["by_age"]
    assert sum(band["male"] + band["female"] + band["other"] for band in bands) == figures["residents"]
    assert figures["actual"] == figures["residents"] - figures["by_presence"]["registered_away"]
    assert 1.8 < figures["residents"] / figures["households"] < 2.9


async def test_figures_are_for_who_oversees_and_of_the_own_area(registry):
    assert (await registry.call("GET", "statistics/population", role=Role.SUPERVISOR)).status_code == 200
    assert (await registry.call("GET", "statistics/population", role=Role.SYSTEM_ADMIN)).status_code == 403
    foreign = await registry.call("GET", f"statistics/population?division={VILLAGE}", headers=registry.foreign())
    assert foreign.json()["residents"] == 0
