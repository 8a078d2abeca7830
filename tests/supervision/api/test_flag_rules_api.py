"""A county's rules: what is written wrongly is refused in words, and a back-test counts as a flag would be raised."""

from datetime import datetime
from typing import Any

import pytest
from linli_kernel.clock import SHANGHAI
from linli_kernel.ids import new_id
from linli_supervision.flags.watching import look

RULES = "/api/supervision/v1/flag-rules"
VILLAGE = "421202104221"
BEFORE_DAWN = datetime(2026, 11, 18, 2, 30, tzinfo=SHANGHAI)
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=SHANGHAI)
HOURS = {"from_hour": 22, "to_hour": 6, "days_off": False, "least": 1}
BENEFIT = {"matter_types": ["05"], "grace_days": 30, "departed": True}


async def changed(service: Any, rule: str, thresholds: dict[str, Any], version: int = 0, on: Any = True) -> Any:
    headers = service.auth("county_admin") | {"If-Match": f'"{version}"'}
    body = {"on": on, "thresholds": thresholds}
    return await service.client.put(f"{RULES}/{rule}", json=body, headers=headers)


@pytest.mark.parametrize(
    ("rule", "thresholds", "pointer", "words"),
    [
        ("outside_office_hours", HOURS | {"until": 1}, "/thresholds/until", "没有这个阈值"),
        ("outside_office_hours", {"from_hour": 22, "to_hour": 6, "least": 1}, "/thresholds/days_off", "没有填"),
        ("outside_office_hours", HOURS | {"from_hour": "22"}, "/thresholds/from_hour", "不在允许的范围"),
        ("benefit_to_dead_or_departed", BENEFIT | {"matter_types": ["五"]}, "/thresholds/matter_types/0", "范围"),
        (
            "benefit_to_dead_or_departed",
            BENEFIT | {"matter_types": ["05" * 50_000]},
            "/thresholds/matter_types/0",
            "范围",
        ),
        ("lookups_without_case", {}, "/thresholds", "至少保留一项"),
    ],
)
async def test_a_rule_written_wrongly_is_refused_in_words(
    service: Any, rule: str, thresholds: dict[str, Any], pointer: str, words: str
) -> None:
    refused = await changed(service, rule, thresholds)
    assert refused.status_code == 422
    [fault] = refused.json()["errors"]
    assert fault["pointer"] == pointer
    assert words in fault["detail"]


async def test_a_rule_is_on_or_off_and_nothing_like_it(service: Any) -> None:
    assert (await changed(service, "bulk_rating", {"ratings": 3}, on="yes")).status_code == 422


async def test_a_version_that_never_was_changes_no_rule(service: Any) -> None:
    assert (await changed(service, "bulk_rating", {"ratings": 3}, version=7)).status_code == 412
    assert (await changed(service, "bulk_rating", {"ratings": 4})).json()["version"] == 1
    assert (await changed(service, "bulk_rating", {"ratings": 5}, version=1)).json()["version"] == 2


async def test_thresholds_kept_before_a_range_was_narrowed_stop_no_other_rule(service: Any) -> None:
    await service.linli.database.pool.execute(
        """INSERT INTO flag_rule (tenant, rule, "on", thresholds, changed_by, changed_at, version)
        VALUES ('421202', 'benefit_to_dead_or_departed', true, '{"matter_types": ["all"]}', $1, now(), 1)""",
        new_id(),
    )
    await acted(service, VILLAGE)
    assert await look(service.linli.database, service.linli.extra["registry"], "421202", "421202") == 1
    listed = (await service.client.get(RULES, headers=service.auth("auditor"))).json()["items"]
    [held] = [one for one in listed if one["id"] == "benefit_to_dead_or_departed"]
    assert held["thresholds"] == BENEFIT


async def acted(service: Any, division: str) -> None:
    """Somebody approves before dawn of the eighteenth, which is the day before in Greenwich."""
    service.clock.set(BEFORE_DAWN)
    case = str(new_id())
    act = {"action": "case.decide", "object_kind": "case", "object_id": case, "case_id": case, "division": division}
    act |= {"actor": str(new_id()), "role": "county_admin", "people": [], "detail": {"outcome": "approved"}}
    await service.deliver([act], source="desk")
    service.clock.set(NOON)


@pytest.mark.parametrize(("division", "shown"), [(VILLAGE, VILLAGE), ("", "421202")])
async def test_a_back_test_counts_by_chinas_days_and_what_is_no_villages_with_the_county(
    service: Any, division: str, shown: str
) -> None:
    await acted(service, division)
    admin = service.auth("county_admin")
    asked = await service.client.post(
        f"{RULES}/outside_office_hours/back-tests", json={"days": 30, "thresholds": HOURS}, headers=admin
    )
    await service.linli.jobs.run_one()
    told = (await service.client.get(asked.json()["href"], headers=admin)).json()["result"]
    assert (told["found"], told["by_division"], told["by_day"]) == (1, {shown: 1}, {"2026-11-18": 1})
