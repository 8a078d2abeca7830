"""Households and life events over HTTP: consistent before and after, told to the others, undone by correction."""

import asyncio
from uuid import uuid4

import pytest
from linli_kernel.identity import Role
from linli_kernel.ids import new_id

VILLAGE = "421202104221"
DAY = "2026-11-02"


async def register(registry, name, sex, born, **more):
    body = {"name": name, "sex": sex, "birth_date": born, "division": VILLAGE, **more}
    answer = await registry.call("POST", "residents", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def household(registry, head, *members, **more):
    body = {"division": VILLAGE, "head_id": head, "members": list(members), "date": "2015-01-01", **more}
    answer = await registry.call("POST", "households", body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def happen(registry, home, kind, expect=201, **more):
    shown = await registry.call("GET", f"households/{home}")
    body = {"kind": kind, "date": DAY, **more}
    answer = await registry.call("POST", f"households/{home}/events", body, match=shown.json()["version"])
    assert answer.status_code == expect, answer.text
    return answer.json()


def relations(view):
    return {member["id"]: member["relation"] for member in view["members"]}


@pytest.fixture
async def family(registry):
    """A couple in a household of their own."""
    man = await register(registry, "赵大山", "1", "1985-03-01")
    woman = await register(registry, "孙小梅", "2", "1987-04-01")
    home = await household(registry, man, woman, relations={woman: "12"}, address="花坪村9组1号")
    return home["id"], man, woman


async def announced(registry, kind):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = $1 ORDER BY seq", f"cn.linli.registry.{kind}.v1"
    )
    return [row["data"] for row in rows]


async def test_a_household_shows_head_members_and_address(registry, family):
    home, man, woman = family
    answer = await registry.call("GET", f"households/{home}")
    shown = answer.json()
    assert answer.headers["etag"] == f'"{shown["version"]}"'
    assert (shown["head"]["id"], shown["address"], shown["needs_guardian"]) == (man, "花坪村9组1号", False)
    assert relations(shown) == {man: "02", woman: "12"}
    assert shown["household_number"].startswith("10422")
    found = await registry.search(q="9组1号")
    assert {man, woman} <= {item["id"] for item in found["items"]}


async def test_a_household_out_of_the_area_does_not_exist(registry, family):
    home, man, _ = family
    for path in (f"households/{home}", f"households/{home}/events"):
        assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404
        assert (await registry.call("GET", path, role=Role.SUPERVISOR)).status_code == 403
        assert (await registry.call("GET", path.replace(home, "x"))).status_code == 422
    event = {"kind": "death", "date": DAY, "resident_id": man}
    path = f"households/{home}/events"
    assert (await registry.call("POST", path, event, match=1, headers=registry.foreign())).status_code == 404
    assert (await registry.call("POST", path, event, Role.GRID_WORKER, match=1)).status_code == 403
    assert (await registry.call("POST", path, event)).status_code == 428
    assert (await registry.call("POST", path, event, match=999)).status_code == 412


async def test_a_birth_registers_the_child_in_its_mothers_household(registry, family):
    home, man, woman = family
    child = {"name": "赵一诺", "sex": "2"}
    done = await happen(registry, home, "birth", resident=child, parents=[man, woman])
    baby = done["resident_id"]
    assert relations(done["household"])[baby] == "30"
    shown = (await registry.call("GET", f"residents/{baby}")).json()
    assert (shown["birth_date"], shown["household_id"], shown["division"]) == (DAY, home, VILLAGE)
    assert (await announced(registry, "household.changed"))[-1]["kind"] == "birth"


async def test_a_death_names_the_widow_head_and_tells_the_others(registry, family):
    home, man, woman = family
    done = await happen(registry, home, "death", resident_id=man, reason="死亡证明", evidence=["证明编号 A-1"])
    assert relations(done["household"]) == {woman: "02"}
    dead = (await registry.call("GET", f"residents/{man}")).json()
    assert (dead["alive"], dead["death_date"], dead["household_id"]) == (False, DAY, None)
    assert (await announced(registry, "resident.died"))[-1] == {
        "resident": man,
        "division": VILLAGE,
        "date": DAY,
        "reversed": False,
    }
    history = (await registry.call("GET", f"residents/{man}/history")).json()["items"]
    assert history[0]["event"] == done["event_id"]
    listed = (await registry.call("GET", f"households/{home}/events")).json()["items"]
    assert [event["kind"] for event in listed] == ["death", "found"]


async def test_a_wrong_death_is_taken_back(registry, family):
    home, man, woman = family
    done = await happen(registry, home, "death", resident_id=man)
    undone = await happen(registry, home, "correction", corrects=done["event_id"], date="2026-11-05", reason="误报")
    assert relations(undone["household"]) == {man: "02", woman: "12"}
    assert (await registry.call("GET", f"residents/{man}")).json()["alive"]
    assert (await announced(registry, "resident.died"))[-1]["reversed"]
    again = await happen(registry, home, "correction", 409, corrects=done["event_id"])
    assert again["code"] == "registry.already_corrected"


async def test_a_wrong_birth_voids_the_registration(registry, family):
    home, _man, woman = family
    done = await happen(registry, home, "birth", resident={"name": "赵二诺", "sex": "1"}, parents=[woman])
    await happen(registry, home, "correction", corrects=done["event_id"])
    assert (await registry.call("GET", f"residents/{done['resident_id']}")).status_code == 404
    assert (await registry.search(q="赵二诺"))["items"] == []


async def test_an_event_is_corrected_only_before_later_ones(registry, family):
    home, man, woman = family
    first = await happen(registry, home, "change_of_head", new_head_id=woman)
    second = await happen(registry, home, "move_out", members=[man])
    refused = await happen(registry, home, "correction", 409, corrects=first["event_id"])
    assert refused["code"] == "registry.not_the_last_event"
    await happen(registry, home, "correction", corrects=second["event_id"])
    await happen(registry, home, "correction", corrects=first["event_id"])


async def test_moving_out_and_coming_back(registry, family):
    home, _man, woman = family
    await happen(registry, home, "move_out", members=[woman], date="2026-10-01")
    gone = (await registry.call("GET", f"residents/{woman}")).json()
    assert (gone["presence"], gone["household_id"]) == ("moved_out", None)
    back = await happen(registry, home, "return", resident_id=woman, relation="12")
    assert relations(back["household"])[woman] == "12"
    assert (await announced(registry, "resident.moved"))[-1]["presence"] == "registered_here"


async def test_a_stranger_moves_in(registry, family):
    home, *_ = family
    lodger = {"name": "刘外来", "sex": "1", "birth_date": "1990-01-01"}
    done = await happen(registry, home, "move_in", resident=lodger, relation="99", presence="unregistered_here")
    assert relations(done["household"])[done["resident_id"]] == "99"
    shown = (await registry.call("GET", f"residents/{done['resident_id']}")).json()
    assert shown["presence"] == "unregistered_here"


async def test_split_and_join(registry, family):
    home, man, woman = family
    split = await happen(registry, home, "split", new_head_id=woman, address="花坪村9组2号")
    new = split["other_household_id"]
    view = (await registry.call("GET", f"households/{new}")).json()
    assert (relations(view), view["address"]) == ({woman: "02"}, "花坪村9组2号")
    joined = await happen(registry, home, "join", other_household_id=new, relations={woman: "12"}, date="2026-11-03")
    assert relations(joined["household"]) == {man: "02", woman: "12"}
    assert (await registry.call("GET", f"households/{new}")).json()["closed_on"] == "2026-11-03"


async def test_marriage_and_adoption(registry):
    son = await register(registry, "周男", "1", "2000-01-01")
    bride = await register(registry, "吴女", "2", "2001-01-01")
    home = (await household(registry, son))["id"]
    hers = (await household(registry, bride))["id"]
    done = await happen(registry, home, "marriage_in", resident_id=bride, spouse_id=son)
    assert (relations(done["household"])[bride], done["other_household_id"]) == ("12", hers)
    child = {"name": "周养女", "sex": "2", "birth_date": "2024-05-05"}
    adopted = await happen(registry, home, "adoption", resident=child, parents=[son, bride])
    assert relations(adopted["household"])[adopted["resident_id"]] == "37"


async def test_nobody_is_in_two_households(registry, family):
    _home, man, _woman = family
    other = (await household(registry, await register(registry, "钱三", "1", "1970-01-01")))["id"]
    refused = await happen(registry, other, "move_in", 409, members=[man])
    assert refused["code"] == "registry.already_in_household"
    body = {"division": VILLAGE, "head_id": man, "date": DAY}
    assert (await registry.call("POST", "households", body)).json()["code"] == "registry.already_in_household"


async def test_a_refused_event_leaves_nothing_behind(registry, family):
    home, man, _woman = family
    child = {"name": "赵未生", "sex": "1"}
    await happen(registry, home, "birth", 409, resident=child, parents=[man], date="1986-01-01")
    await happen(registry, home, "birth", 404, resident=child, parents=[str(new_id())])
    assert (await registry.search(q="赵未生"))["items"] == []
    assert (await registry.call("GET", f"households/{home}")).json()["version"] == 1


async def test_two_events_at_once_do_not_both_happen(registry, family):
    home, _man, woman = family
    body = {"kind": "change_of_head", "date": DAY, "new_head_id": woman}
    path = f"households/{home}/events"
    answers = await asyncio.gather(*(registry.call("POST", path, body, match=1) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "birth", "parents": []}, "/parents"),
        ({"kind": "death"}, "/resident_id"),
        ({"kind": "split"}, "/new_head_id"),
        ({"kind": "correction"}, "/corrects"),
        ({"kind": "move_out"}, "/members"),
        ({"kind": "feast"}, "/kind"),
        ({"kind": "death", "resident_id": "x"}, "/resident_id"),
        ({"kind": "move_out", "members": [str(uuid4())], "resident": {"name": "某", "sex": "1"}}, "/resident"),
        (
            {
                "kind": "birth",
                "resident": {"name": "某", "identity_number": "421202199001010011"},
                "parents": [str(uuid4())],
            },
            None,
        ),
    ],
)
async def test_what_is_missing_is_named(registry, family, body, pointer):
    home, *_ = family
    answer = await registry.call("POST", f"households/{home}/events", {"date": DAY, **body}, match=1)
    assert answer.status_code == 422, answer.text
    assert pointer in (None, *[error["pointer"] for error in answer.json()["errors"]])


async def test_a_correction_names_an_event_of_this_household(registry, family):
    home, *_ = family
    refused = await happen(registry, home, "correction", 409, corrects=str(new_id()))
    assert refused["code"] == "registry.event_of_another_household"


async def test_a_new_household_needs_its_people_and_a_free_number(registry, family):
    home, _man, _woman = family
    number = (await registry.call("GET", f"households/{home}")).json()["household_number"]
    head = await register(registry, "郑四", "1", "1970-01-01")
    body = {"division": VILLAGE, "head_id": head, "date": DAY, "household_number": number}
    assert (await registry.call("POST", "households", body)).json()["code"] == "registry.household_number_taken"
    assert (await registry.call("POST", "households", body | {"head_id": str(new_id())})).status_code == 404
    assert (await registry.call("POST", "households", body | {"division": "421202104217"})).status_code == 404
    assert (await registry.call("POST", "households", body | {"dwelling_id": str(new_id())})).status_code == 422
    assert (await registry.call("POST", "households", body, Role.AUDITOR)).status_code == 403


async def test_kinship_reaches_beyond_the_household(registry, family):
    home, man, woman = family
    child = (await happen(registry, home, "birth", resident={"name": "赵小树", "sex": "1"}, parents=[man, woman]))[
        "resident_id"
    ]
    new = {"members": [woman, child], "new_head_id": woman, "address": "花坪村9组8号"}
    other = (await happen(registry, home, "split", **new))["other_household_id"]
    shown = (await registry.call("GET", f"households/{other}/kinship")).json()
    assert [r["id"] for r in shown["relatives"]] == [man]
    assert {(x["kind"], x["a"], x["b"]) for x in shown["links"]} == {("parent", man, child), ("parent", woman, child)}
    assert (await registry.call("GET", f"households/{other}/kinship", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", f"households/{other}/kinship", role=Role.SUPERVISOR)).status_code == 403


async def test_the_divorced_may_marry_again(registry):
    man = await register(registry, "田分离", "1", "1985-03-01")
    woman = await register(registry, "田前妻", "2", "1986-03-01")
    bride = await register(registry, "田再来", "2", "1990-03-01")
    home = (await household(registry, man))["id"]
    await happen(registry, home, "marriage_in", resident_id=woman, spouse_id=man, date="2016-01-01")
    refused = await happen(registry, home, "marriage_in", 409, resident_id=bride, spouse_id=man)
    assert refused["code"] == "registry.already_married"
    done = await happen(registry, home, "divorce", resident_id=man)
    assert relations(done["household"]) == {man: "02", woman: "99"}
    assert (await registry.call("GET", f"residents/{woman}")).json()["marriage"] == "40"
    await happen(registry, home, "divorce", 409, resident_id=man)
    await happen(registry, home, "divorce", 422)
    await happen(registry, home, "marriage_in", resident_id=bride, spouse_id=man)


async def test_the_head_is_named_first_whoever_was_there_before(registry, family):
    home, _man, _woman = family
    new = await register(registry, "赵新主", "1", "1990-03-01")
    await happen(registry, home, "move_in", members=[new], relations={new: "73"})
    done = await happen(registry, home, "change_of_head", new_head_id=new)
    assert next(member["id"] for member in done["household"]["members"]) == new
