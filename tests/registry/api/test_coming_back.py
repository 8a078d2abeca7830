"""Who was transferred away comes back by a transfer, into the record of before; anything else is refused with the way back."""

from datetime import date

import pytest
from linli_kernel.testing import FOREIGN_TENANT

from tests.registry.importing import Clerk, listed, person

from .test_duplicates import merge
from .test_evidence import bring
from .test_households import VILLAGE, household, register
from .test_transfers import ACCEPT, HERE, advance, ask, command, mover, number, side, states
from .test_transfers import family as family
from .test_without_household import event

ARRIVAL, AWAY = "2026-09-01", "registry.transferred_away"
WAY_BACK = {"date": "2026-11-10", "address": "花坪村5组61号"}


@pytest.fixture
async def gone(registry, family):
    """A man with a number and a woman without one, who live in the other county; his mother-in-law stayed."""
    home, man, _woman, _mother = family
    code = number(date(1985, 3, 1))
    await edit(registry, man, identity_number=code)
    key = await ask(registry, family)
    await advance(registry, key)
    await command(registry, key, "accept", ACCEPT | {"date": ARRIVAL})
    await advance(registry, key)
    assert await states(registry, key) == ("done", "done")
    there = (await side(registry, key, True))["household_id"]
    members = (await registry.call("GET", f"households/{there}", headers=registry.foreign())).json()["members"]
    return home, man, code, there, {one["name"]: one["id"] for one in members}


async def edit(registry, person, expect=200, **fields):
    version = (await registry.call("GET", f"residents/{person}")).json()["version"]
    answer = await registry.call("PATCH", f"residents/{person}", fields, match=version)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def happen(registry, home, kind, expect=201, headers=None, **more):
    version = (await registry.call("GET", f"households/{home}", headers=headers)).json()["version"]
    body = {"kind": kind, "date": "2026-11-10", **more}
    answer = await registry.call("POST", f"households/{home}/events", body, match=version, headers=headers)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def they_leave(registry, gone, day="2026-11-05"):
    _, _, _, there, people = gone
    return await happen(registry, there, "move_out", headers=registry.foreign(), members=[*people.values()], date=day)


async def test_the_number_of_who_was_transferred_away_registers_nobody(registry, gone):
    home, _man, code, _, _ = gone
    body = {"name": "郑远方", "identity_number": code, "division": VILLAGE}
    for path, given, language in (("residents", body, "zh"), ("residents", body, "en")):
        headers = {**registry.auth(), "Accept-Language": language}
        refused = await registry.call("POST", path, given, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (409, AWAY)
        way = ("华蓥市", "跨县转移") if language == "zh" else ("华蓥市", "transfer")
        assert all(word in refused.json()["detail"] for word in way)
    new = {"name": "郑远方", "identity_number": code, "birth_date": "1985-03-01"}
    for kind, more in (("move_in", {}), ("birth", {"parents": [gone[1]]}), ("marriage_in", {"spouse_id": gone[1]})):
        assert (await happen(registry, home, kind, 409, resident=new, **more))["code"] == AWAY
    nobody = await register(registry, "郑无号", "1", "1985-03-01")
    assert (await edit(registry, nobody, 409, identity_number=code))["code"] == AWAY


async def test_the_record_of_who_was_transferred_away_enters_nothing_while_the_other_county_has_them(registry, gone):
    home, man, _, _, _ = gone
    file = (await bring(registry, home)).json()["id"]
    for kind, who in (("move_in", {"members": [man]}), ("return", {"resident_id": man})):
        assert (await happen(registry, home, kind, 409, files=[file], **who))["code"] == AWAY
    body = {"division": VILLAGE, "head_id": man, "date": "2026-11-10", "evidence": ["准迁证 3 号"]}
    assert (await registry.call("POST", "households", body)).json()["code"] == AWAY
    assert (await edit(registry, man, 409, presence="registered_here"))["code"] == AWAY


async def test_a_double_that_lives_here_brings_nobody_back_whom_the_other_county_has(registry, gone):
    _home, man, _, _, _ = gone
    double = await register(registry, "郑远方", "1", "1985-03-01")
    for kept, absorbed in ((man, double), (double, man)):
        assert (await merge(registry, kept, absorbed, 409))["code"] == "registry.merge_one_elsewhere"
    await event(registry, double, "move_out")
    assert (await merge(registry, man, double))["kept"]["presence"] == "moved_out"


async def test_a_transfer_back_goes_on_in_the_records_of_before_with_a_number_and_without(registry, gone):
    home, man, _, there, people = gone
    theirs = registry.foreign()
    body = {"household_id": there, "people": [*people.values()], "to_division": VILLAGE}
    back = (await registry.call("POST", "transfers", body, headers=theirs)).json()["id"]
    await mover(registry).advance(FOREIGN_TENANT, HERE, back)
    await command(registry, back, "accept", WAY_BACK, there=False)
    await mover(registry).advance(FOREIGN_TENANT, HERE, back)
    own = await side(registry, back)
    assert own["state"] == "done"
    woman = next(one["id"] for one in own["people"] if one["name"] == "王远嫁")
    assert man in {one["id"] for one in own["people"]}
    for one in (man, woman):
        days = {"2026-08-31": home, "2026-10-01": None, "2026-11-10": own["household_id"]}
        lived = {day: (await registry.call("GET", f"residents/{one}/on/{day}")).json()["household_id"] for day in days}
        assert lived == days


async def test_who_left_the_other_county_returns_by_an_event_with_papers(registry, gone):
    home, man, code, there, people = gone
    left = await they_leave(registry, gone)
    body = {"name": "郑远方", "identity_number": code, "division": VILLAGE}
    assert (await registry.call("POST", "residents", body)).json()["code"] == "registry.left_there_too"
    assert (await edit(registry, man, 409, presence="registered_here"))["code"] == "registry.left_there_too"
    bare = await happen(registry, home, "return", 422, resident_id=man, relations={man: "97"})
    assert bare["errors"][0]["code"] == "registry.return_needs_papers"
    early = await happen(
        registry, home, "return", 409, resident_id=man, evidence=["户口迁移证 7 号"], date="2026-10-20"
    )
    assert early["code"] == "registry.lived_elsewhere_then"
    more = {"resident_id": man, "evidence": ["户口迁移证 7 号"], "relation": "97"}
    await happen(registry, home, "return", **more)
    for day, lives in (("2026-08-31", home), ("2026-10-01", None), ("2026-11-10", home)):
        was = await registry.call("GET", f"residents/{man}/on/{day}")
        assert was.json()["household_id"] == lives
    # What was registered there cannot be undone any more: the first county has him.
    wrong = {"corrects": left["event_id"], "reason": "登记错误", "headers": registry.foreign()}
    assert (await happen(registry, there, "correction", 409, **wrong))["code"] in (AWAY, "registry.household_closed")
    again = {"division": "511681002001", "head_id": people["郑远方"], "date": "2026-11-15", "evidence": ["证 8 号"]}
    assert (await registry.call("POST", "households", again, headers=registry.foreign())).json()["code"] == AWAY


async def test_who_left_by_no_transfer_moves_in_as_ever(registry):
    man, wife = (
        await register(registry, "平常回", "1", "1985-03-01"),
        await register(registry, "平常在", "2", "1985-03-01"),
    )
    home = (await household(registry, man, wife, relations={wife: "12"}))["id"]
    await happen(registry, home, "move_out", members=[wife], date="2026-11-01")
    await happen(registry, home, "move_in", members=[wife], relations={wife: "12"})


async def test_a_row_of_a_list_with_somebody_who_was_transferred_away_is_an_error_at_the_number(registry, gone):
    _, _, code, _, _ = gone
    clerk = Clerk(registry)
    made = await clerk.checked(listed(person("郑远方", "户主", code)))
    (row,) = await clerk.rows(made)
    assert row["outcome"] == "error"
    found = {(one["code"], one["field"]): one["detail"] for one in row["findings"]}
    assert "华蓥市" in found[AWAY, "identity_number"]
