"""The review queue, merges and their undoing over HTTP; who is registered in the next county."""

import itertools
from datetime import date, timedelta

import pytest
from linli_kernel.codes import identity
from linli_kernel.identity import Role
from linli_registry.population.known import ZHANG_GUILAN

VILLAGE, NEXT_VILLAGE = "421202104221", "421202104217"
NEXT_COUNTY, NEXT_COUNTY_VILLAGE = "421224", "421224106214"
NOBODY = "01a00000-0000-7000-8000-000000000001"
PATHS = ("duplicates/scans", "duplicates/merges", f"duplicates/merges/{NOBODY}/undo", f"duplicates/{NOBODY}/dismiss")
_days = itertools.count()


@pytest.fixture
def born():
    """A birth date that no other test uses."""
    return (date(1931, 1, 1) + timedelta(days=next(_days))).isoformat()


async def register(registry, name, born, *, expect=201, **more):
    headers = more.pop("headers", None)
    body = {"name": name, "sex": "2", "birth_date": born, "division": VILLAGE, **more}
    answer = await registry.call("POST", "residents", body, headers=headers)
    assert answer.status_code == expect, answer.text
    return answer.json()["id"]


async def household(registry, head, *members, **more):
    body = {"division": VILLAGE, "head_id": head, "members": list(members), "date": "2015-01-01", **more}
    answer = await registry.call("POST", "households", body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def number(born, sequence=812, region="421202"):
    return identity.make(region, date.fromisoformat(born), sequence)


async def pair_of(registry, *people):
    answer = await registry.call("GET", "duplicates?limit=200")
    assert answer.status_code == 200, answer.text
    found = [p for p in answer.json()["items"] if {p["a"]["id"], p["b"]["id"]} == set(people)]
    return found[0] if found else None


async def merge(registry, kept, absorbed, expect=201, **more):
    body = {"kept_id": kept, "absorbed_id": absorbed, "reason": "同一人重复登记", **more}
    answer = await registry.call("POST", "duplicates/merges", body)
    assert answer.status_code == expect, answer.text
    return answer.json()


async def undo(registry, merge_id, expect=200):
    answer = await registry.call("POST", f"duplicates/merges/{merge_id}/undo", {"reason": "看错了"})
    assert answer.status_code == expect, answer.text
    return answer.json()


async def person(registry, key):
    return (await registry.call("GET", f"residents/{key}")).json()


async def rows(registry, table, key, column="resident"):
    pool = registry.app.state.linli.database.pool
    found = await pool.fetch(f"SELECT * FROM {table} WHERE {column} = $1 ORDER BY id", key)  # type: ignore
    return [dict(row) for row in found]


async def image(registry, *people):
    """Everything that a merge may touch, without versions."""
    pool = registry.app.state.linli.database.pool
    keep = "tenant, id, division, grid, name, pinyin, initials, grams, document_kind, number_index, tail_index, phone_index, sex, birth_date, ethnic_group, education, marriage, political_status, hukou_division, presence, death_date"
    found = []
    for key in people:
        found += [tuple(r) for r in await pool.fetch(f"SELECT {keep} FROM resident WHERE id = $1", key)]
        found += [
            tuple(r)
            for r in await pool.fetch(
                "SELECT m.id, household, resident, relation, since, until, h.closed_on FROM membership m"
                " JOIN household h ON h.tenant = m.tenant AND h.id = m.household"
                " WHERE household IN (SELECT household FROM membership WHERE resident = $1)"
                " AND (until IS NULL OR until > since) ORDER BY m.id",
                key,
            )
        ]
        found += [
            tuple(r)
            for r in await pool.fetch(
                "SELECT * FROM kinship WHERE $1 IN (a, b) AND (until IS NULL OR until > since) ORDER BY id", key
            )
        ]
    return found


async def test_a_new_record_that_looks_like_another_is_queued_with_score_and_reasons(registry, born):
    first = await register(registry, "冯雨薇", born, identity_number=number(born))
    second = await register(registry, "冯雨薇", born)
    pair = await pair_of(registry, first, second)
    assert pair["score"] == 60
    assert pair["reasons"] == ["same_name", "same_birth", "number_missing"]
    assert (pair["state"], pair["source"]) == ("open", "registration")
    assert number(born) not in str(pair)


async def test_two_people_are_compared_side_by_side_masked_with_what_differs(registry, born):
    first = await register(registry, "冯雨薇", born, identity_number=number(born), phone="13800001111")
    second = await register(registry, "冯雨微", born, phone="13800001111")
    pair = await pair_of(registry, first, second)
    answer = await registry.call("GET", f"duplicates/{pair['id']}")
    fields = {d["field"]: d for d in answer.json()["differences"]}
    assert not fields["name"]["same"]
    assert fields["phone"]["same"]
    assert not fields["identity_number"]["same"]
    assert "13800001111" not in answer.text
    by_hand = await registry.call("POST", "duplicates/compare", {"a": first, "b": second})
    assert by_hand.json()["differences"] == answer.json()["differences"]


async def test_a_dismissed_pair_keeps_its_reason_and_is_not_asked_again(registry, born):
    first, second = await register(registry, "冯雨薇", born), await register(registry, "冯雨薇", born)
    pair = await pair_of(registry, first, second)
    answer = await registry.call("POST", f"duplicates/{pair['id']}/dismiss", {"reason": "同名同日两人"})
    assert answer.json()["decision_reason"] == "同名同日两人"
    again = await registry.call("POST", f"duplicates/{pair['id']}/dismiss", {"reason": "再次"})
    assert (again.status_code, again.json()["code"]) == (409, "registry.pair_decided")
    assert (await registry.call("POST", "duplicates/scans", {})).status_code == 202
    while await registry.app.state.linli.jobs.run_one():
        pass
    assert await pair_of(registry, first, second) is None


async def test_a_scan_finds_what_was_never_looked_at(registry, born):
    first, second = await register(registry, "冯雨薇", born), await register(registry, "冯雨薇", born)
    pool = registry.app.state.linli.database.pool
    # As after an import that looked at nothing.
    await pool.execute("UPDATE duplicate_pair SET a = b, b = a, state = 'dismissed' WHERE a = $1", first)
    job = (await registry.call("POST", "duplicates/scans", {"division": VILLAGE})).json()["id"]
    while await registry.app.state.linli.jobs.run_one():
        pass
    shown = (await registry.call("GET", f"jobs/{job}", role=Role.COUNTY_ADMIN)).json()
    assert (shown["state"], shown["done"]) == ("done", shown["total"])
    assert (await pair_of(registry, first, second))["source"] == "scan"


async def test_a_merge_moves_everything_and_the_absorbed_record_stays_readable(registry, born):
    kept = await register(registry, "冯雨薇", born, ethnic_group="01")
    absorbed = await register(registry, "冯雨薇", born, identity_number=number(born), phone="13800002222")
    child = await register(registry, "冯小宝", "1999-05-01", sex="1")
    home = await household(registry, absorbed, child, relations={child: "20"}, address="花坪村9组8号")
    phone = await registry.call("POST", f"residents/{absorbed}/phones", {"phone": "13700008888", "kind": "family"})
    assert phone.status_code == 201
    done = await merge(registry, kept, absorbed)
    assert len((await registry.call("GET", f"residents/{kept}/phones")).json()["items"]) == 1
    assert done["kept"]["household_id"] == home
    assert done["kept"]["identity_masked"]
    assert done["kept"]["ethnic_group"] == "01"
    shown = await person(registry, absorbed)
    assert shown["merged_into"] == kept
    assert shown["phone_masked"]
    found = (await registry.search(identity_number=number(born)))["items"]
    assert [p["id"] for p in found] == [kept]
    view = (await registry.call("GET", f"households/{home}")).json()
    assert {m["id"]: m["relation"] for m in view["members"]} == {kept: "02", child: "20"}
    refused = await registry.call("POST", f"residents/{absorbed}/prefill", {"fields": ["name"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "registry.resident_merged")
    pool = registry.app.state.linli.database.pool
    event = await pool.fetchval(
        "SELECT data FROM outbox WHERE type = 'cn.linli.registry.resident.merged.v1' ORDER BY seq DESC LIMIT 1"
    )
    assert event == {"kept": kept, "absorbed": absorbed, "merge": done["id"], "division": VILLAGE}


async def test_a_merge_undone_restores_both_people(registry, born):
    kept = await register(registry, "冯雨薇", born, phone="13800003333")
    absorbed = await register(registry, "冯雨微", born, identity_number=number(born), phone="13800004444")
    husband = await register(registry, "冯大海", "1955-05-01", sex="1")
    await household(registry, kept, address="花坪村9组9号")
    await household(registry, husband, absorbed, relations={absorbed: "12"}, address="花坪村9组10号")
    before = await image(registry, kept, absorbed, husband)
    chosen = ["name", "phone", "identity_number"]
    done = await merge(registry, kept, absorbed, from_absorbed=chosen, home="absorbed")
    assert done["kept"]["name"] == "冯雨微"
    assert await image(registry, kept, absorbed, husband) != before
    undone = await undo(registry, done["id"])
    assert undone["undone_at"]
    assert await image(registry, kept, absorbed, husband) == before
    pair = await pair_of(registry, kept, absorbed)
    assert pair["state"] == "open"
    reveal = {"fields": ["phone"], "purpose": "handle_case"}
    phones = [(await registry.call("POST", f"residents/{key}/reveal", reveal)).json() for key in (kept, absorbed)]
    assert [answer["values"]["phone"] for answer in phones] == ["13800003333", "13800004444"]
    again = await registry.call("POST", f"duplicates/merges/{done['id']}/undo", {"reason": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "registry.merge_undone")


async def test_an_undo_after_later_edits_keeps_the_edits(registry, born):
    kept = await register(registry, "冯雨薇", born, education="70")
    absorbed = await register(registry, "冯雨微", born, phone="13800005555", education="60")
    done = await merge(registry, kept, absorbed, from_absorbed=["name", "education"])
    shown = done["kept"]
    patch = {"education": "20", "marriage": "20", "reason": "核实"}
    edited = await registry.call("PATCH", f"residents/{kept}", patch, match=shown["version"])
    assert edited.status_code == 200, edited.text
    await undo(registry, done["id"])
    one, other = await person(registry, kept), await person(registry, absorbed)
    assert (one["name"], one["education"], one["marriage"], one["phone_masked"]) == ("冯雨薇", "20", "20", None)
    assert (other["name"], other["education"], other.get("merged_into")) == ("冯雨微", "60", None)
    assert other["phone_masked"]


async def test_a_chosen_number_that_contradicts_the_record_is_refused_at_its_field(registry, born):
    other = (date.fromisoformat(born) + timedelta(days=400)).isoformat()
    kept = await register(registry, "冯雨薇", born)
    absorbed = await register(registry, "冯雨薇", other, identity_number=number(other))
    refused = await merge(registry, kept, absorbed, 422)
    assert refused["errors"][0]["pointer"] == "/from_absorbed/birth_date"
    await merge(registry, kept, absorbed, from_absorbed=["birth_date", "identity_number"])


async def test_a_merge_of_itself_of_the_merged_or_of_one_dead_is_refused(registry, born):
    first, second, third = [await register(registry, "冯雨薇", born) for _ in range(3)]
    assert (await merge(registry, first, first, 409))["code"] == "registry.same_record"
    done = await merge(registry, first, second)
    assert (await merge(registry, third, second, 409))["code"] == "registry.resident_merged"
    await merge(registry, third, first)
    assert (await person(registry, second))["merged_into"] == third
    assert (await undo(registry, done["id"], 409))["code"] == "registry.later_merge_first"


async def test_two_merges_are_undone_in_their_reverse_order(registry, born):
    first, second, third = [await register(registry, "冯雨薇", born) for _ in range(3)]
    before = await image(registry, first, second, third)
    one, other = await merge(registry, first, second), await merge(registry, third, first)
    await undo(registry, other["id"])
    await undo(registry, one["id"])
    assert await image(registry, first, second, third) == before


@pytest.mark.parametrize("path", PATHS)
async def test_who_may_not_register_people_may_not_decide_on_duplicates(registry, path):
    for role in (Role.GRID_WORKER, Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.RESIDENT):
        assert (await registry.call("POST", path, {}, role)).status_code == 403
    assert (await registry.client.post(f"/api/registry/v1/{path}", json={})).status_code == 401


async def test_what_lies_out_of_the_area_does_not_exist(registry, born):
    first, second = await register(registry, "冯雨薇", born), await register(registry, "冯雨薇", born)
    pair = await pair_of(registry, first, second)
    done = await merge(registry, first, second)
    elsewhere = registry.auth(Role.CLERK, divisions=[NEXT_VILLAGE])
    for headers in (elsewhere, registry.foreign()):
        for path in (f"duplicates/{pair['id']}", f"duplicates/merges/{done['id']}"):
            assert (await registry.call("GET", path, headers=headers)).status_code == 404
        body = {"kept_id": first, "absorbed_id": second, "reason": "x"}
        assert (await registry.call("POST", "duplicates/merges", body, headers=headers)).status_code == 404
        assert (await registry.call("POST", "duplicates/compare", {"a": first, "b": second}, headers=headers)).status_code == 404  # fmt: skip
        undoing = await registry.call("POST", f"duplicates/merges/{done['id']}/undo", {"reason": "x"}, headers=headers)
        assert undoing.status_code == 404
        listed = await registry.call("GET", "duplicates", headers=headers)
        assert pair["id"] not in listed.text
        assert done["id"] not in (await registry.call("GET", "duplicates/merges", headers=headers)).text
    scan = await registry.call("POST", "duplicates/scans", {"division": VILLAGE}, headers=elsewhere)
    assert scan.status_code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("duplicates/merges", {}),
        ("duplicates/merges", {"kept_id": "x", "absorbed_id": "y", "reason": "z"}),
        ("duplicates/merges", {"kept_id": NOBODY, "absorbed_id": NOBODY, "reason": ""}),
        ("duplicates/scans", {"division": "0"}),
        ("duplicates/compare", {"a": 1}),
        ("duplicates/x/dismiss", {"reason": "x"}),
    ],
)
async def test_malformed_requests_are_named(registry, path, body):
    assert (await registry.call("POST", path, body)).status_code == 422


async def test_the_same_person_in_the_next_county_shows_as_county_and_presence_only(registry, born):
    own = await register(registry, "冯雨薇", born, identity_number=number(born), presence="registered_away")
    there = registry.tokens.auth(Role.CLERK, tenant=NEXT_COUNTY, divisions=[NEXT_COUNTY_VILLAGE])
    more = {"division": NEXT_COUNTY_VILLAGE, "identity_number": number(born), "presence": "unregistered_here"}
    other = await register(registry, "冯雨薇化名", born, headers=there, phone="13900009999", **more)
    answer = await registry.call("GET", f"residents/{own}/elsewhere")
    assert answer.json() == {
        "items": [{"county": NEXT_COUNTY, "county_name": "通山县", "presence": "unregistered_here"}],
        "next_cursor": None,
    }
    back = await registry.call("GET", f"residents/{other}/elsewhere", headers=there)
    assert [item["county"] for item in back.json()["items"]] == ["421202"]
    pool = registry.app.state.linli.database.pool
    kept = await pool.fetch("SELECT data::text FROM outbox WHERE data->>'action' = 'resident.elsewhere'")
    assert kept
    assert not [row for row in kept if other in row[0] and own in row[0]]
    # Another prefecture's county holds the same number and stays unseen.
    far = registry.foreign()
    far_village = {**more, "division": "511681002001"}
    await register(registry, "冯雨薇", born, headers=far, **far_village)
    again = await registry.call("GET", f"residents/{own}/elsewhere")
    assert [item["county"] for item in again.json()["items"]] == [NEXT_COUNTY]


async def test_registrations_elsewhere_need_a_person_of_the_own_area(registry):
    guilan = (await registry.known(ZHANG_GUILAN))["id"]
    assert (await registry.call("GET", f"residents/{guilan}/elsewhere")).json() == {"items": [], "next_cursor": None}
    assert (await registry.call("GET", f"residents/{guilan}/elsewhere", headers=registry.foreign())).status_code == 404
    assert (await registry.call("GET", f"residents/{guilan}/elsewhere", role=Role.SUPERVISOR)).status_code == 403
    assert (await registry.call("GET", "residents/x/elsewhere")).status_code == 422


async def test_the_pairs_of_one_person_are_found_by_either_side(registry, born):
    first, second = await register(registry, "冯雨薇", born), await register(registry, "冯雨薇", born)
    pair = await pair_of(registry, first, second)
    for who in (first, second):
        found = (await registry.call("GET", f"duplicates?resident_id={who}")).json()["items"]
        assert [one["id"] for one in found] == [pair["id"]]
    theirs = await registry.call("GET", f"duplicates?resident_id={first}", headers=registry.foreign())
    assert theirs.json()["items"] == []
    assert (await registry.call("GET", "duplicates?resident_id=x")).status_code == 422


async def test_the_birth_of_a_record_that_absorbed_another_is_not_corrected(registry):
    mother = await register(registry, "舒大妈", "1990-05-05")
    home = await household(registry, mother, address="花坪村2组61号")
    older = await register(registry, "舒小妹", "2026-10-30")
    shown = (await registry.call("GET", f"households/{home}")).json()
    child = {"name": "舒小妹", "sex": "2", "birth_date": "2026-10-30"}
    body = {"kind": "birth", "date": "2026-10-30", "resident": child, "parents": [mother]}
    birth = (await registry.call("POST", f"households/{home}/events", body, match=shown["version"])).json()
    done = await merge(registry, birth["resident_id"], older)

    async def correct(status):
        version = (await registry.call("GET", f"households/{home}")).json()["version"]
        body = {"kind": "correction", "date": "2026-11-01", "corrects": birth["event_id"]}
        answer = await registry.call("POST", f"households/{home}/events", body, match=version)
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await correct(409))["code"] == "registry.not_the_last_event"
    await undo(registry, done["id"])
    await correct(201)
    assert (await registry.call("GET", f"residents/{older}")).status_code == 200
