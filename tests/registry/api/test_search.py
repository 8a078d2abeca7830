"""Finding people by whatever a clerk types, within the area and with a trace."""

import pytest
from linli_kernel.identity import Role
from linli_registry.population.known import LI_XIUFANG, ZHANG_GUILAN, ZHANG_ZIHAN

NUMBER = ZHANG_GUILAN.number("421202")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        (NUMBER, "identity_number"),
        (NUMBER.lower(), "identity_number"),
        (f"张桂兰 女 汉 19430611 花坪村 {NUMBER}", "identity_number"),
        (ZHANG_GUILAN.phone, "phone"),
        (f"+86 {ZHANG_GUILAN.phone}", "phone"),
        (NUMBER[-4:], "identity_tail"),
        (f"张桂兰{NUMBER[-4:]}", "identity_tail"),
        (f"张 {NUMBER[-4:]}", "identity_tail"),
        ("张桂兰", "name"),
        ("张桂", "name"),
        ("桂兰", "name"),
        ("zhangguilan", "pinyin"),
        ("Zhang Gui", "pinyin"),
        ("zgl", "initials"),
        ("花坪村1组1号", "address"),
        ("1组1号", "address"),
    ],
)
async def test_a_clerk_finds_her_by_whatever_she_types(registry, query, kind):
    found = await registry.search(q=query, limit=50)
    assert found["recognised_as"] == kind
    assert "张桂兰" in [item["name"] for item in found["items"]]


@pytest.mark.parametrize("role", [Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN])
@pytest.mark.parametrize("query", [NUMBER, NUMBER[-4:], "张桂兰", "桂兰", "zhangguilan", "zgl", "贺胜桥镇花坪村1组1号"])
async def test_wider_areas_find_her_too(registry, role, query):
    found = await registry.search(role, q=query, limit=50)
    assert "张桂兰" in [item["name"] for item in found["items"]]


async def test_people_are_found_whose_names_look_like_addresses_and_whose_documents_like_no_card(registry):
    told = {"sex": "1", "birth_date": "1980-01-01", "division": "421202104221", "presence": "short_stay"}
    made = [
        ("刘晓路", {}),
        ("刘晓路", {}),
        ("买买提吐尔逊", {}),
        ("史密斯", {"identity_number": "G55512345", "document_kind": "passport"}),
        ("林台生", {"identity_number": "55512346", "document_kind": "passport"}),
    ]
    for name, more in made:
        answer = await registry.call("POST", "residents", {**told, "name": name, **more})
        assert answer.status_code == 201, answer.text
    for query, name in (("买买提吐尔逊", "买买提吐尔逊"), ("g55512345", "史密斯"), ("55512346", "林台生")):
        assert [one["name"] for one in (await registry.search(q=query))["items"]] == [name]
    first = await registry.search(q="刘晓路", limit=1)
    second = await registry.search(q="刘晓路", limit=1, cursor=first["next_cursor"])
    assert (first["recognised_as"], second["next_cursor"]) == ("name", None)
    pages = [page["items"] for page in (first, second)]
    assert [[one["name"] for one in page] for page in pages] == [["刘晓路"], ["刘晓路"]]
    assert pages[0][0]["id"] != pages[1][0]["id"]


async def test_eight_digits_that_are_nobodys_number_are_called_incomplete(registry):
    refused = await registry.call("POST", "residents/search", {"q": "19430611"})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "registry.query_incomplete")


async def test_a_list_shows_no_whole_number(registry):
    answer = await registry.call("POST", "residents/search", {"q": "张桂兰"})
    item = answer.json()["items"][0]
    assert NUMBER not in answer.text
    assert ZHANG_GUILAN.phone not in answer.text
    assert item["identity_masked"] == f"{NUMBER[:6]}********{NUMBER[-4:]}"
    assert item["age"] == 83
    assert item["relation_name"] == "母亲"
    assert item["division_name"] == "花坪村"
    assert item["address"].startswith("花坪村")


async def test_a_clerk_of_another_county_finds_nobody(registry):
    for query in (NUMBER, ZHANG_GUILAN.phone):
        answer = await registry.call("POST", "residents/search", {"q": query}, headers=registry.foreign())
        names = [item["division"] for item in answer.json()["items"]]
        assert "421202104221" not in names


async def test_the_same_name_in_two_counties_stays_apart(registry):
    mine = await registry.search(q="张桂兰")
    theirs = await registry.call("POST", "residents/search", {"q": "张桂兰"}, headers=registry.foreign())
    assert {item["division"] for item in mine["items"]} == {"421202104221"}
    assert {item["division"] for item in theirs.json()["items"]} == {"511681002001"}


async def test_pages_follow_each_other_without_gap_or_double(registry):
    for query in ("z", "张", "花坪村", "兰"):
        whole = (
            await registry.search(q=query, limit=200)
            if query != "花坪村"
            else await registry.search(address=query, limit=200)
        )
        asked = {"address": query} if query == "花坪村" else {"q": query}
        seen, cursor = [], None
        for _ in range(200):
            page = (
                await registry.search(**asked, limit=7, cursor=cursor)
                if cursor
                else await registry.search(**asked, limit=7)
            )
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None or len(seen) >= 200:
                break
        assert len(seen) == len(set(seen))
        assert seen[: len(whole["items"])] == [item["id"] for item in whole["items"]][: len(seen)]


async def test_names_that_begin_with_the_query_come_first(registry):
    found = await registry.search(q="桂", limit=200)
    places = [item["name"].find("桂") for item in found["items"]]
    assert all(place >= 0 for place in places)
    assert places == sorted(places, key=lambda place: place > 0)


async def test_a_grid_worker_sees_only_the_own_grids(registry):
    grids = (await registry.call("GET", "grids")).json()["items"]
    somewhere = await registry.search(q="张")
    other = (
        next(grid for grid in grids if grid["name"] != somewhere["items"][0]["grid_name"]) if len(grids) > 1 else None
    )
    bound = {"grids": [other["id"] if other else "01900000-0000-7000-8000-000000000000"]}
    answer = await registry.call("POST", "residents/search", {"q": "张"}, Role.GRID_WORKER, **bound)
    assert {item["grid_name"] for item in answer.json()["items"]} <= ({other["name"]} if other else set())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "registry.one_criterion"),
        ({"q": "张", "name": "张"}, "registry.one_criterion"),
        ({"q": NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")}, "identity.check_digit"),
        ({"q": "123456"}, "registry.query_incomplete"),
        ({"identity_tail": "12"}, "registry.tail_invalid"),
        ({"phone": "12"}, "registry.phone_invalid"),
        ({"pinyin": "张"}, "registry.pinyin_invalid"),
        ({"q": "张", "cursor": "x"}, "cursor.invalid"),
        ({"q": "张", "division": "123"}, "division.invalid"),
        ({"q": "张", "colour": "red"}, None),
        ({"q": "张", "limit": 0}, None),
        ({"q": "a\u0000b"}, None),
    ],
)
async def test_malformed_searches_are_named(registry, body, code):
    answer = await registry.call("POST", "residents/search", body)
    assert answer.status_code == 422
    assert code in (None, *[error["code"] for error in answer.json()["errors"]])


@pytest.mark.parametrize(
    "role", [Role.SYSTEM_ADMIN, Role.SUPERVISOR, Role.BOOKKEEPER, Role.CUSTODIAN, Role.INTEGRATION, Role.RESIDENT]
)
async def test_who_has_no_business_with_people_is_refused(registry, role):
    assert (await registry.call("POST", "residents/search", {"q": "张"}, role)).status_code == 403


async def test_an_auditor_sees_neither_names_nor_birth_dates(registry):
    found = await registry.search(Role.AUDITOR, q=NUMBER)
    item = found["items"][0]
    assert (item["name"], item["birth_date"], item["age"], item["masked"]) == ("张*", None, None, True)
    assert item["address"].endswith("**")


async def test_children_are_hidden_from_who_does_not_work_with_them(registry):
    number = ZHANG_ZIHAN.number("421202")
    assert (await registry.search(q=number))["items"][0]["name"] == "张子涵"
    hidden = (await registry.search(Role.GRID_WORKER, q=number))["items"][0]
    assert (hidden["name"], hidden["birth_date"]) == ("张*", None)


async def test_every_search_leaves_an_entry_without_what_was_typed(registry):
    await registry.search(q=LI_XIUFANG.number("421202"))
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.act.v1' AND data->>'action' = 'resident.search' ORDER BY seq DESC LIMIT 1"
    )
    entry = rows[0]["data"]
    assert entry["detail"] == {"recognised_as": "identity_number", "count": 1}
    assert len(entry["people"]) == 1
    assert LI_XIUFANG.number("421202") not in str(entry)


@pytest.fixture
async def renamed(registry):
    """Somebody whose name and phone changed: two names and two more phones from before."""
    body = {
        "name": "欧阳新颖",
        "sex": "2",
        "birth_date": "1991-02-03",
        "division": "421202104221",
        "phone": "13511110001",
    }
    who = (await registry.call("POST", "residents", body)).json()["id"]
    for name in ("司徒旧梦", "司徒旧曲"):
        assert (await registry.call("POST", f"residents/{who}/former-names", {"name": name})).status_code == 201
    for phone in ("13511110002", "13511110001"):
        added = await registry.call("POST", f"residents/{who}/phones", {"phone": phone, "kind": "work"})
        assert added.status_code == 201
    yield who
    for kind in ("former-names", "phones"):
        for item in (await registry.call("GET", f"residents/{who}/{kind}")).json()["items"]:
            await registry.call("DELETE", f"residents/{who}/{kind}/{item['id']}")


@pytest.mark.parametrize("role", [Role.CLERK, Role.TOWNSHIP_OFFICER, Role.COUNTY_ADMIN])
@pytest.mark.parametrize(
    "query",
    ["司徒旧梦", "司徒", "司", "situjiumeng", "situ", "stjm", "stj", "s", "13511110001", "13511110002", "欧阳", "oyxy"],
)
async def test_a_former_name_and_a_further_phone_find_the_person_once(registry, renamed, role, query):
    found = await everybody(registry, role, query)
    assert [item["id"] for item in found].count(renamed) == 1
    assert next(i["name"] for i in found if i["id"] == renamed) == "欧阳新颖"


async def everybody(registry, role, query, limit=200):
    """All pages of a search."""
    page = await registry.search(role, q=query, limit=limit)
    found = page["items"]
    while page["next_cursor"]:
        page = await registry.search(role, q=query, limit=limit, cursor=page["next_cursor"])
        found += page["items"]
    return found


@pytest.mark.parametrize("query", ["situ", "stj", "s", "sit"])
async def test_pages_by_pinyin_of_former_names_follow_each_other_without_gap_or_double(registry, renamed, query):
    whole = [item["id"] for item in await everybody(registry, Role.CLERK, query)]
    single = [item["id"] for item in await everybody(registry, Role.CLERK, query, limit=1)]
    assert single == whole
    assert whole.count(renamed) == 1


async def test_who_is_found_by_the_present_name_comes_before_a_former_one(registry, renamed):
    body = {"name": "司徒今日", "sex": "1", "birth_date": "1992-02-03", "division": "421202104221"}
    now = (await registry.call("POST", "residents", body)).json()["id"]
    seen, cursor = [], None
    while True:
        page = await registry.search(q="司徒", limit=1, **({"cursor": cursor} if cursor else {}))
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen.index(now) < seen.index(renamed)
    assert len(seen) == len(set(seen))


async def test_what_was_removed_or_lies_elsewhere_is_not_found(registry, renamed):
    for query in ("司徒旧梦", "situjiu", "stjq", "13511110002"):
        elsewhere = await registry.call("POST", "residents/search", {"q": query}, headers=registry.foreign())
        assert elsewhere.json()["items"] == []
        next_village = await registry.call("POST", "residents/search", {"q": query}, divisions=["421202104001"])
        assert next_village.json()["items"] == []
    for kind in ("former-names", "phones"):
        for item in (await registry.call("GET", f"residents/{renamed}/{kind}")).json()["items"]:
            gone = await registry.call("DELETE", f"residents/{renamed}/{kind}/{item['id']}")
            assert gone.status_code == 204
    for query in ("司徒旧梦", "situjiu", "stjq", "13511110002"):
        assert (await registry.search(q=query))["items"] == []
