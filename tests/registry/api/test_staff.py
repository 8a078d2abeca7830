"""Which resident a staff account is, and who is near to such a person."""

from datetime import date

from linli_kernel.identity import Role
from linli_kernel.ids import new_id

VILLAGE = "421202104221"


async def family(registry):
    """A man of a household with his wife, their son, and the ids of all three."""
    names = (("卫国强", "1", "1970-01-01"), ("秦玉兰", "2", "1972-02-02"))
    ids = []
    for name, sex, born in names:
        body = {"name": name, "sex": sex, "birth_date": born, "division": VILLAGE, "presence": "registered_here"}
        answer = await registry.call("POST", "residents", body)
        assert answer.status_code == 201, answer.text
        ids.append(answer.json()["id"])
    return ids


async def link(registry, account, resident, role=Role.COUNTY_ADMIN, **more):
    return await registry.call("PUT", f"staff/{account}", {"resident_id": resident}, role=role, **more)


async def ask(registry, question, body, role=Role.SERVICE):
    headers = registry.auth(role, tenant="*", divisions=[""]) if role is Role.SERVICE else registry.auth(role)
    return await registry.client.post(f"/internal/v1/residents/{question}", json=body, headers=headers)


async def near(registry, account, *people):
    looks = [{"account": account, "person": str(person)} for person in people]
    answer = await ask(registry, "near", {"tenant": "421202", "looks": looks})
    assert answer.status_code == 200, answer.text
    return {one["person"]: (one["relative"], one["neighbour"]) for one in answer.json()["items"]}


async def test_relatives_the_own_person_and_neighbours_of_an_account_are_told_apart(registry):
    pool = registry.app.state.linli.database.pool
    row = await pool.fetchrow(
        "SELECT k.a AS parent, k.b AS child, r.grid FROM kinship k"
        " JOIN resident r ON r.tenant = k.tenant AND r.id = k.a WHERE k.tenant = '421202' AND r.division = $1"
        " AND k.kind = 'parent' AND k.until IS NULL AND r.presence <> 'void' AND r.grid IS NOT NULL LIMIT 1",
        VILLAGE,
    )
    others = await pool.fetch(
        "SELECT id FROM resident r WHERE tenant = '421202' AND division = $1 AND grid = $2 AND presence <> 'void'"
        " AND NOT EXISTS (SELECT FROM kinship k WHERE k.tenant = r.tenant AND (k.a = r.id OR k.b = r.id))"
        " AND NOT EXISTS (SELECT FROM membership m, membership n WHERE m.resident = r.id AND n.resident = $3"
        " AND m.household = n.household) LIMIT 1",
        VILLAGE,
        row["grid"],
        row["parent"],
    )
    stranger = (await family(registry))[0]
    account = str(new_id())
    assert await near(registry, account, row["child"]) == {}
    assert (await link(registry, account, str(row["parent"]))).status_code == 200
    neighbour = others[0]["id"]
    assert await near(registry, account, row["parent"], row["child"], neighbour, stranger) == {
        str(row["parent"]): (True, False),
        str(row["child"]): (True, False),
        str(neighbour): (False, True),
    }


async def test_a_merged_record_stands_for_the_person_it_became(registry):
    kept, absorbed = await family(registry)
    account = str(new_id())
    assert (await link(registry, account, kept)).status_code == 200
    body = {"kept_id": kept, "absorbed_id": absorbed, "reason": "同一人"}
    done = await registry.call("POST", "duplicates/merges", body, role=Role.CLERK)
    assert done.status_code == 201, done.text
    assert await near(registry, account, absorbed) == {absorbed: (True, False)}
    for record in (kept, absorbed):
        same = (await ask(registry, "same", {"tenant": "421202", "resident": record})).json()["items"]
        assert set(same) == {kept, absorbed}
    await registry.call("POST", f"duplicates/merges/{done.json()['id']}/undo", {"reason": "弄错"}, role=Role.CLERK)
    assert (await ask(registry, "same", {"tenant": "421202", "resident": kept})).json()["items"] == [kept]


async def test_a_link_is_listed_replaced_and_taken_away(registry):
    first, second = await family(registry)
    account = str(new_id())
    assert (await link(registry, account, first)).status_code == 200
    assert (await link(registry, account, second)).json()["resident_id"] == second
    items = (await registry.call("GET", "staff?limit=200", role=Role.COUNTY_ADMIN)).json()["items"]
    assert [one["resident_id"] for one in items if one["account"] == account] == [second]
    foreign = registry.foreign(Role.COUNTY_ADMIN)
    assert (await registry.call("GET", "staff", headers=foreign)).json()["items"] == []
    assert (await registry.call("DELETE", f"staff/{account}", headers=foreign)).status_code == 404
    assert (await registry.call("DELETE", f"staff/{account}", role=Role.COUNTY_ADMIN)).status_code == 204
    assert (await registry.call("DELETE", f"staff/{account}", role=Role.COUNTY_ADMIN)).status_code == 404


async def test_only_the_countys_administrator_links_and_only_services_ask(registry):
    person, _ = await family(registry)
    account = str(new_id())
    for role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.RESIDENT):
        assert (await link(registry, account, person, role)).status_code == 403
        assert (await registry.call("GET", "staff", role=role)).status_code == 403
        assert (await ask(registry, "near", {"tenant": "421202", "looks": []}, role)).status_code == 403
        assert (await ask(registry, "same", {"tenant": "421202", "resident": person}, role)).status_code == 403
    foreign = registry.foreign(Role.COUNTY_ADMIN)
    answer = await registry.call("PUT", f"staff/{account}", {"resident_id": person}, headers=foreign)
    assert answer.status_code == 404
    assert (await link(registry, "x", person)).status_code == 422
    assert (await link(registry, account, "x")).status_code == 422
    assert (await registry.client.get("/api/registry/v1/staff")).status_code == 401


async def test_two_accounts_of_one_person_are_told_without_saying_who_it_is(registry):
    person, other = await family(registry)
    first, second, third, unknown = (str(new_id()) for _ in range(4))
    for account, resident in ((first, person), (second, person), (third, other)):
        assert (await link(registry, account, resident)).status_code == 200
    body = {"tenant": "421202", "accounts": [third, second, unknown, first]}
    answer = await ask(registry, "accounts", body)
    assert [set(group) for group in answer.json()["items"]] == [{first, second}]
    assert person not in answer.text
    alone = {"tenant": "421202", "accounts": [first, third]}
    assert (await ask(registry, "accounts", alone)).json()["items"] == []
    assert (await ask(registry, "accounts", body | {"tenant": "511681"})).json()["items"] == []
    assert (await ask(registry, "accounts", body, Role.COUNTY_ADMIN)).status_code == 403
    assert (await ask(registry, "accounts", {"tenant": "421202"})).status_code == 422


async def test_who_is_a_relative_at_the_edges_of_a_family(registry):
    """A marriage that has ended is none, in-laws are near, a namesake is not."""
    people = []
    for name in ("卫建国", "秦玉兰", "秦德山", "卫小军", "何秀英", "卫建国", "吴桂香"):
        sex, born = ("1", "1970-01-01") if name.startswith("卫") else ("2", "1972-02-02")
        body = {"name": name, "sex": sex, "birth_date": born, "division": VILLAGE, "presence": "registered_here"}
        made = await registry.call("POST", "residents", body)
        assert made.status_code == 201, made.text
        people.append(made.json()["id"])
    own, wife, wifes_father, son, sons_wife, namesake, former = people
    pool = registry.app.state.linli.database.pool

    async def kin(kind, a, b, until=None):
        a, b = sorted((a, b)) if kind == "spouse" else (a, b)
        row = "INSERT INTO kinship (tenant, id, kind, a, b, since, until) VALUES ('421202', $1, $2, $3, $4, $5, $6)"
        await pool.execute(row, new_id(), kind, a, b, date(2000, 1, 1), until)

    await kin("spouse", own, former, until=date(2010, 5, 1))
    await kin("spouse", own, wife)
    await kin("parent", wifes_father, wife)
    await kin("parent", own, son)
    await kin("spouse", son, sons_wife)
    account = str(new_id())
    assert (await link(registry, account, own)).status_code == 200
    found = await near(registry, account, *people)
    assert {person for person, (relative, _) in found.items() if relative} == {own, wife, wifes_father, son, sons_wife}
    assert (namesake not in found, former not in found) == (True, True)
    # Once it has ended, her family is nobody's any more.
    await pool.execute("UPDATE kinship SET until = $2 WHERE kind = 'spouse' AND $1 IN (a, b)", wife, date(2026, 1, 1))
    assert {
        person for person, (relative, _) in (await near(registry, account, wife, wifes_father)).items() if relative
    } == set()
