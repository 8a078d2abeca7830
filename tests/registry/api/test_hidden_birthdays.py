"""The birthday of a child that a viewer sees masked can be found out from no answer about the past."""

from datetime import date, timedelta

import pytest
from linli_kernel.identity import Role

from .test_households import happen, household, register

BORN = date(2022, 3, 5)
VEILED = Role.COUNTY_ADMIN
DAYS = [BORN - timedelta(days=800), BORN - timedelta(days=1), BORN, BORN + timedelta(days=1), date(2022, 12, 31)]


@pytest.fixture(scope="module")
async def family(registry):
    """Parents and the child they had on BORN; (household, child)."""
    man = await register(registry, "钱大海", "1", "1990-03-01")
    woman = await register(registry, "冯小溪", "2", "1991-04-01")
    home = (await household(registry, man, woman, relations={woman: "12"}, address="花坪村5组8号"))["id"]
    child = {"name": "钱一一", "sex": "2"}
    born = await happen(registry, home, "birth", date=BORN.isoformat(), resident=child, parents=[man, woman])
    version = (await registry.call("GET", f"residents/{born['resident_id']}")).json()["version"]
    edited = {"education": "90", "effective_on": "2022-09-01"}
    await registry.call("PATCH", f"residents/{born['resident_id']}", edited, match=version)
    return home, born["resident_id"]


async def told(registry, path, role=VEILED):
    answer = await registry.call("GET", path, role=role)
    body = answer.json()
    return answer.status_code, body.get("code"), body


async def test_every_day_up_to_the_end_of_the_year_of_birth_gets_one_answer(registry, family):
    _, child = family
    answers = {(await told(registry, f"residents/{child}/on/{day}"))[:2] for day in DAYS}
    assert answers == {(404, "registry.past_not_told")}
    status, _, shown = await told(registry, f"residents/{child}/on/2023-01-01")
    assert (status, shown["masked"], shown["birth_date"], shown["member_since"]) == (200, True, None, None)
    assert (await told(registry, f"residents/{child}/on/2026-11-20"))[0] == 200


@pytest.mark.parametrize("path", ["on/{}", "kinship?on={}"])
async def test_a_household_of_those_days_is_shown_as_if_the_child_were_not_born(registry, family, path):
    home, child = family
    shown = {day: await told(registry, f"households/{home}/{path.format(day)}") for day in DAYS[1:]}
    assert {status for status, _, _ in shown.values()} == {200}
    assert not [day for day, (_, _, body) in shown.items() if child in str(body)]
    later = (await told(registry, f"households/{home}/{path.format('2023-01-01')}"))[2]
    assert child in str(later)


async def test_the_events_of_the_household_tell_the_year_of_the_birth_and_no_day(registry, family):
    home, _ = family
    events = (await told(registry, f"households/{home}/events"))[2]["items"]
    assert {one["kind"]: (one["date"], one["year"]) for one in events} == {
        "found": ("2015-01-01", 2015),
        "birth": (None, 2022),
    }
    assert BORN.isoformat() not in str(events)


async def test_the_correction_of_a_birth_is_as_hidden_as_the_birth(registry):
    man = await register(registry, "冯大江", "1", "1990-03-01")
    home = (await household(registry, man, address="花坪村5组9号"))["id"]
    born = await happen(
        registry, home, "birth", date="2022-03-05", resident={"name": "冯一", "sex": "1"}, parents=[man]
    )
    await happen(registry, home, "correction", date="2022-03-05", corrects=born["event_id"])
    events = (await told(registry, f"households/{home}/events"))[2]["items"]
    assert [one["date"] for one in events if one["kind"] != "found"] == [None, None]


async def test_the_lines_of_the_childs_history_name_no_day_of_that_year(registry, family):
    _, child = family
    lines = (await told(registry, f"residents/{child}/history"))[2]["items"]
    # What was recorded later keeps its day.
    assert {line["day"] for line in lines} == {None, "2026-11-20"}


async def test_no_act_quotes_the_day_of_a_birth(registry, family):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type LIKE '%act%' AND data::text LIKE '%household.birth%'"
    )
    assert rows
    assert not [row for row in rows if BORN.isoformat() in str(row["data"])]


async def test_who_works_with_childrens_papers_reads_the_days(registry, family):
    home, child = family
    role = Role.CLERK
    assert (await told(registry, f"residents/{child}/on/{BORN}", role))[2]["birth_date"] == BORN.isoformat()
    assert (await told(registry, f"residents/{child}/on/{BORN - timedelta(days=1)}", role))[:2] == (404, "not_found")
    assert child in str((await told(registry, f"households/{home}/on/{BORN}", role))[2])
    events = (await told(registry, f"households/{home}/events", role))[2]["items"]
    assert BORN.isoformat() in {one["date"] for one in events}
    lines = (await told(registry, f"residents/{child}/history", role))[2]["items"]
    assert "2022-09-01" in {line["day"] for line in lines}
