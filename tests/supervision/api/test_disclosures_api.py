"""The public list of disclosures says what is in the table and nothing else."""

import pytest
from linli_kernel.codes.succession import Succession
from linli_kernel.ids import new_id

from tests.supervision.conftest import Service

PATH = "/api/public/v1/disclosures"


async def _publish(service: Service, tenant: str, division: str, title: str) -> None:
    await service.linli.database.pool.execute(
        "INSERT INTO disclosure (tenant, id, division, category, item, title, body, published_at)"
        " VALUES ($1, $2, $3, 'finance', 'accounts', $4, '…', now())",
        tenant,
        new_id(),
        division,
        title,
    )


async def test_an_empty_table_is_an_empty_list(service: Service) -> None:
    answer = await service.client.get(f"{PATH}?division=421202104221")
    assert answer.json() == {"items": [], "next_cursor": None}


async def test_an_area_shows_its_own_disclosures_newest_first(service: Service) -> None:
    await _publish(service, "421202", "421202104221", "三月收支")
    await _publish(service, "421202", "421202104221", "四月收支")
    await _publish(service, "421202", "421202104222", "别村")
    await _publish(service, "511681", "511681002001", "别县")
    answer = await service.client.get(f"{PATH}?division=421202104221")
    assert [item["title"] for item in answer.json()["items"]] == ["四月收支", "三月收支"]
    county = await service.client.get(f"{PATH}?division=421202&limit=2")
    assert len(county.json()["items"]) == 2
    more = await service.client.get(f"{PATH}?division=421202&cursor={county.json()['next_cursor']}")
    assert len(more.json()["items"]) == 1


async def test_malformed_questions_are_refused(service: Service) -> None:
    for query in ("", "division=1", "division=42120210422x", "division=421202&cursor=x", "division=421202&x=1"):
        assert (await service.client.get(f"{PATH}?{query}")).status_code == 422


async def test_todays_township_shows_what_was_disclosed_under_the_code_of_before(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _publish(service, "421202", "421202119203", "合并前的收支")
    assert (await service.client.get(f"{PATH}?division=421202104")).json()["items"] == []
    monkeypatch.setitem(service.linli.extra, "succession", Succession([("421202119000", "421202104000")]))
    shown = (await service.client.get(f"{PATH}?division=421202104")).json()["items"]
    assert [one["title"] for one in shown] == ["合并前的收支"]
