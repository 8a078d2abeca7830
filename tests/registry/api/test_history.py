"""The past over HTTP: as of a day, line by line, confirmed field by field."""

from datetime import date, timedelta
from random import Random

import pytest
from linli_kernel.identity import Role

from .test_households import happen, household, register, relations

VILLAGE = "421202104221"


@pytest.fixture
async def family(registry):
    """A couple in a household of their own since 2015."""
    man = await register(registry, "周有田", "1", "1985-03-01", phone="13800001111")
    woman = await register(registry, "吴秀英", "2", "1987-04-01")
    home = await household(registry, man, woman, relations={woman: "12"}, address="花坪村7组3号")
    return home["id"], man, woman


async def edit(registry, who, **fields):
    shown = await registry.call("GET", f"residents/{who}")
    answer = await registry.call("PATCH", f"residents/{who}", fields, match=shown.json()["version"])
    assert answer.status_code == 200, answer.text
    return answer.json()


async def on(registry, path, day, expect=200, **more):
    answer = await registry.call("GET", f"{path}/on/{day}", **more)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def test_a_person_is_read_as_of_a_past_day(registry, family):
    home, man, _ = family
    await edit(
        registry, man, phone="13900002222", education="70", effective_on="2026-10-01", reason="换号", source="visit"
    )
    before, after = [await on(registry, f"residents/{man}", day) for day in ("2026-09-30", "2026-10-01")]
    assert (before["phone_masked"], before["education"]) == ("138****1111", None)
    assert (after["phone_masked"], after["education"]) == ("139****2222", "70")
    assert (before["household_id"], before["address"], before["as_of"]) == (home, "花坪村7组3号", "2026-09-30")
    assert (await on(registry, f"residents/{man}", "2014-12-31"))["household_id"] is None
    assert after["registered_on"] == "2026-11-20"


async def test_who_is_registered_early_in_the_morning_is_so_on_that_day_here(registry):
    clock = registry.app.state.linli.clock
    clock.move(-timedelta(hours=4))
    try:
        body = {"name": "早起", "sex": "1", "birth_date": "1980-01-01", "division": VILLAGE}
        made = (await registry.call("POST", "residents", body)).json()
        assert (await on(registry, f"residents/{made['id']}", "2026-11-20"))["registered_on"] == "2026-11-20"
    finally:
        clock.move(timedelta(hours=4))


async def test_a_household_is_read_as_of_a_past_day(registry, family):
    home, man, woman = family
    child = (
        await happen(
            registry, home, "birth", date="2026-05-06", resident={"name": "周一", "sex": "1"}, parents=[man, woman]
        )
    )["resident_id"]
    await happen(registry, home, "death", date="2026-08-01", resident_id=man)
    assert relations(await on(registry, f"households/{home}", "2026-05-05")) == {man: "02", woman: "12"}
    assert relations(await on(registry, f"households/{home}", "2026-05-06")) == {man: "02", woman: "12", child: "20"}
    now = await on(registry, f"households/{home}", "2026-08-01")
    assert relations(now) == {woman: "02", child: "20"}
    assert now["head"]["id"] == woman
    await on(registry, f"households/{home}", "2014-12-31", expect=404)
    assert (await on(registry, f"residents/{man}", "2026-07-31"))["alive"] is True
    assert (await on(registry, f"residents/{man}", "2026-08-01"))["alive"] is False


async def test_a_corrected_death_never_was(registry, family):
    home, man, _ = family
    wrong = (await happen(registry, home, "death", date="2026-08-01", resident_id=man))["event_id"]
    await happen(registry, home, "correction", corrects=wrong, reason="登记错人")
    assert (await on(registry, f"residents/{man}", "2026-09-01"))["alive"] is True
    history = (await registry.call("GET", f"residents/{man}/history")).json()["items"]
    assert [(line["event_kind"], line["undone"]) for line in history[:2]] == [("correction", True), ("death", True)]


async def test_an_event_is_not_corrected_after_the_field_was_edited_even_to_and_fro(registry, family):
    home, _, woman = family
    away = {"resident_id": woman, "presence": "registered_away"}
    wrong = (await happen(registry, home, "return", date="2026-08-01", **away))["event_id"]
    await edit(registry, woman, presence="short_stay")
    await edit(registry, woman, presence="registered_away")
    refused = await happen(registry, home, "correction", expect=409, corrects=wrong)
    assert refused["code"] == "registry.not_the_last_event"


async def test_a_line_of_history_tells_who_when_why_and_from_where(registry, family):
    home, man, _ = family
    await edit(registry, man, phone="13900002222", reason="换号", source="visit")
    await happen(
        registry,
        home,
        "move_out",
        date="2026-10-10",
        members=[man],
        new_head_id=family[2],
        reason="务工",
        evidence=["迁移证"],
    )
    moved, edited = (await registry.call("GET", f"residents/{man}/history")).json()["items"][:2]
    assert (moved["event_kind"], moved["day"], moved["reason"], moved["evidence"]) == (
        "move_out",
        "2026-10-10",
        "务工",
        ["迁移证"],
    )
    assert moved["changes"]["household"] == [home, None]
    assert (edited["source"], edited["reason"], edited["day"]) == ("visit", "换号", "2026-11-20")
    assert edited["changes"] == {"phone": ["138****1111", "139****2222"]}
    assert edited["actor"]


async def test_a_changed_name_is_kept_as_former_name(registry, family):
    man = family[1]
    await edit(registry, man, name="周有粮", effective_on="2026-02-01")
    assert (await on(registry, f"residents/{man}", "2026-01-31"))["name"] == "周有田"
    kept = (await registry.call("GET", f"residents/{man}/former-names")).json()["items"]
    assert [(one["name"], one["until"]) for one in kept] == [("周有田", "2026-02-01")]


async def test_a_field_knows_when_it_was_confirmed_and_by_whom(registry, family):
    man = family[1]
    version = (await registry.call("GET", f"residents/{man}")).json()["version"]
    path = f"residents/{man}/confirm"
    done = await registry.call("POST", path, {"fields": ["phone"], "source": "visit"}, Role.GRID_WORKER, match=version)
    assert done.status_code == 200, done.text
    shown = {c["field"]: c for c in (await registry.call("GET", f"residents/{man}/confirmations")).json()["items"]}
    assert shown["phone"]["by"]
    assert shown["phone"]["source"] == "visit"
    assert (shown["name"]["source"], shown["name"]["by"]) == ("registration", None)
    await edit(registry, man, education="70")
    again = {c["field"]: c for c in (await registry.call("GET", f"residents/{man}/confirmations")).json()["items"]}
    assert again["education"]["source"] == "window"
    assert again["phone"] == shown["phone"]


@pytest.mark.parametrize(
    "body", [{}, {"fields": []}, {"fields": ["shoe_size"]}, {"fields": ["name"], "source": "rumour"}]
)
async def test_a_malformed_confirmation_is_refused(registry, family, body):
    assert (await registry.call("POST", f"residents/{family[1]}/confirm", body, match=1)).status_code == 422


async def test_a_confirmation_is_for_the_version_that_was_seen(registry, family):
    path, body = f"residents/{family[1]}/confirm", {"fields": ["name"]}
    assert (await registry.call("POST", path, body)).status_code == 428
    assert (await registry.call("POST", path, body, match=99)).status_code == 412
    assert (await registry.call("POST", path, body, Role.AUDITOR, match=1)).status_code == 403
    assert (await registry.call("POST", path, body, match=1, headers=registry.foreign())).status_code == 404


async def test_the_past_is_read_by_whom_the_present_is(registry, family):
    home, man, _ = family
    for path in (
        f"residents/{man}/on/2026-01-01",
        f"households/{home}/on/2026-01-01",
        f"residents/{man}/confirmations",
        f"households/{home}/history",
    ):
        assert (await registry.call("GET", path)).status_code == 200
        assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404
        assert (await registry.call("GET", path, role=Role.SUPERVISOR)).status_code == 403
    await on(registry, f"residents/{man}", "2027-01-01", expect=422)
    await on(registry, f"residents/{man}", "yesterday", expect=422)
    await on(registry, f"residents/{man}", "1980-01-01", expect=404)
    assert (await on(registry, f"residents/{man}", "2026-01-01", role=Role.AUDITOR))["masked"] is True


async def test_a_change_from_a_future_day_is_refused(registry, family):
    version = (await registry.call("GET", f"residents/{family[1]}")).json()["version"]
    body = {"education": "70", "effective_on": "2026-12-24"}
    assert (await registry.call("PATCH", f"residents/{family[1]}", body, match=version)).status_code == 422


@pytest.mark.parametrize("seed", range(3))
async def test_any_sequence_of_edits_and_moves_reads_as_it_was_replayed(registry, family, seed):
    """The same as the property test of the rules, through the routes and the database."""
    random, first = Random(seed), date(2026, 1, 1)
    home, _, woman = family
    facts = ("education", "phone_masked", "presence", "household_id")
    start = await on(registry, f"residents/{woman}", "2026-01-01")
    table = [{name: start[name] for name in facts} for _ in range(300)]
    for _ in range(8):
        n = random.randrange(300)
        day, said = (first + timedelta(days=n)).isoformat(), {}
        match random.randrange(3):
            case 0:
                said = {"education": random.choice(["70", "80", "90"])}
                await edit(registry, woman, effective_on=day, **said)
            case 1:
                phone = f"1380000{random.randrange(10_000):04d}"
                await edit(registry, woman, effective_on=day, phone=phone)
                said = {"phone_masked": f"{phone[:3]}****{phone[-4:]}"}
            case 2:
                version = (await registry.call("GET", f"households/{home}")).json()["version"]
                inside = (await registry.call("GET", f"residents/{woman}")).json()["household_id"] == home
                kind = {"kind": "move_out", "members": [woman]} if inside else {"kind": "move_in", "members": [woman]}
                done = await registry.call("POST", f"households/{home}/events", {"date": day, **kind}, match=version)
                if done.status_code == 201:
                    said = {
                        "household_id": None if inside else home,
                        "presence": "moved_out" if inside else "registered_here",
                    }
        for row in table[n:]:
            row |= said
    for n in range(0, 300, 23):
        was = await on(registry, f"residents/{woman}", (first + timedelta(days=n)).isoformat())
        assert {name: was[name] for name in facts} == table[n], n


async def test_the_tree_of_a_past_day_has_the_kinship_of_that_day(registry, family):
    home, man, woman = family
    father = await register(registry, "周老汉", "1", "1950-01-01")
    away = (await household(registry, father))["id"]
    bride = await register(registry, "郑新妇", "2", "2000-04-01")
    groom = (
        await happen(
            registry, home, "adoption", date="2020-01-01",
            resident={"name": "周养子", "sex": "1", "birth_date": "1999-05-06"}, parents=[man, woman],
        )
    )["resident_id"]  # fmt: skip
    await happen(registry, home, "marriage_in", date="2025-01-01", resident_id=bride, spouse_id=groom)
    await happen(registry, home, "death", date="2026-03-01", resident_id=groom)

    async def links(day=None):
        path = f"households/{home}/kinship" + (f"?on={day}" if day else "")
        answer = await registry.call("GET", path)
        assert answer.status_code == 200, answer.text
        return {(link["kind"], frozenset((link["a"], link["b"]))) for link in answer.json()["links"]}

    child = {("parent", frozenset((parent, groom))) for parent in (man, woman)}
    married = ("spouse", frozenset((groom, bride)))
    assert await links("2019-12-31") == set()
    assert await links("2024-12-31") == child
    assert await links("2025-06-01") == child | {married}
    assert married not in await links("2026-03-01")
    assert married not in await links()
    path = f"households/{home}/kinship"
    assert (await registry.call("GET", f"{path}?on=2027-01-01")).status_code == 422
    assert (await registry.call("GET", f"{path}?on=then")).status_code == 422
    assert (await registry.call("GET", f"{path}?on=2014-12-31")).status_code == 404
    assert (await registry.call("GET", f"{path}?on=2025-06-01", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", f"{path}?on=2025-06-01", role=Role.SUPERVISOR)).status_code == 403
    assert away


async def test_relatives_of_a_past_day_are_shown_as_they_were(registry, family):
    home, man, _ = family
    son = (
        await happen(registry, home, "birth", date="2016-05-06", resident={"name": "周小", "sex": "1"}, parents=[man])
    )["resident_id"]
    await happen(registry, home, "move_out", date="2026-06-01", members=[son])
    await edit(registry, son, name="周大", effective_on="2026-08-01")

    async def relative(day):
        answer = await registry.call("GET", f"households/{home}/kinship?on={day}")
        return [(one["name"], one["presence"]) for one in answer.json()["relatives"]]

    assert await relative("2026-07-01") == [("周小", "moved_out")]
    assert await relative("2026-08-01") == [("周大", "moved_out")]
    assert await relative("2026-05-01") == []
