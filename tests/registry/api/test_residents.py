"""One person: shown masked, revealed for a purpose, registered, changed, and kept in history."""

from datetime import date
from uuid import uuid4

import pytest
from linli_kernel.codes import identity
from linli_kernel.identity import Role
from linli_registry.population.known import ZHANG_GUILAN, ZHANG_JIANGUO, ZHANG_WEI, ZHANG_ZIHAN

NUMBER = ZHANG_GUILAN.number("421202")
VILLAGE = "421202104221"
PURPOSE = {"fields": ["identity_number"], "purpose": "handle_case"}


async def acts(registry, action):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT data FROM outbox WHERE type = 'cn.linli.act.v1' AND data->>'action' = $1 ORDER BY seq", action
    )
    return [row["data"] for row in rows]


async def events(registry, noun):
    rows = await registry.app.state.linli.database.pool.fetch(
        "SELECT subject, data FROM outbox WHERE type LIKE $1 ORDER BY seq", f"cn.linli.registry.{noun}.v1"
    )
    return [(row["subject"], row["data"]) for row in rows]


@pytest.fixture
async def guilan(registry):
    return (await registry.known())["id"]


async def test_a_person_is_shown_masked_with_a_version(registry, guilan):
    answer = await registry.call("GET", f"residents/{guilan}")
    shown = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == f'"{shown["version"]}"'
    assert NUMBER not in answer.text
    assert shown["ethnic_group_name"]
    assert shown["household_number"]
    assert (await acts(registry, "resident.read"))[-1]["people"] == [guilan]


@pytest.mark.parametrize("path", ["", "/history"])
async def test_a_person_out_of_the_area_does_not_exist(registry, guilan, path):
    answer = await registry.call("GET", f"residents/{guilan}{path}", headers=registry.foreign())
    assert answer.status_code == 404
    elsewhere = registry.auth(Role.CLERK, divisions=["421202104217"])
    assert (await registry.call("GET", f"residents/{guilan}{path}", headers=elsewhere)).status_code == 404
    assert (await registry.call("GET", f"residents/{uuid4()}{path}")).status_code == 404
    assert (await registry.call("GET", f"residents/x{path}")).status_code == 422
    assert (await registry.call("GET", f"residents/{guilan}{path}", role=Role.SYSTEM_ADMIN)).status_code == 403
    assert (await registry.client.get(f"/api/registry/v1/residents/{guilan}{path}")).status_code == 401


async def test_a_whole_number_is_revealed_for_a_purpose_and_recorded_without_it(registry, guilan):
    case = str(uuid4())
    body = {
        "fields": ["identity_number", "phone", "address", "bank_account"],
        "purpose": "handle_case",
        "case_id": case,
    }
    answer = await registry.call("POST", f"residents/{guilan}/reveal", body)
    values = answer.json()["values"]
    assert (values["identity_number"], values["phone"], values["bank_account"]) == (NUMBER, ZHANG_GUILAN.phone, None)
    assert answer.json()["expires_in"] == 60
    assert answer.headers["cache-control"] == "no-store"
    entry = (await acts(registry, "resident.reveal"))[-1]
    assert (entry["purpose"], entry["case_id"], entry["people"]) == ("handle_case", case, [guilan])
    assert NUMBER not in str(entry)
    pool = registry.app.state.linli.database.pool
    kept = await pool.fetchrow("SELECT * FROM reveal WHERE case_id = $1::uuid", case)
    assert kept["purpose"] == "handle_case"
    assert (kept["expires_at"] - kept["at"]).total_seconds() == 60


async def test_a_revealed_value_is_not_kept_for_a_retry(registry, guilan):
    headers = registry.auth() | {"Idempotency-Key": "reveal-once"}
    assert (await registry.call("POST", f"residents/{guilan}/reveal", PURPOSE, headers=headers)).status_code == 200
    kept = await registry.app.state.linli.database.pool.fetchval(
        "SELECT count(*) FROM idempotency_key WHERE key = 'reveal-once'"
    )
    assert kept == 0


@pytest.mark.parametrize(
    "body",
    [
        {"fields": ["identity_number"], "purpose": "curiosity"},
        {"fields": ["identity_number"]},
        {"fields": [], "purpose": "handle_case"},
        {"fields": ["name"], "purpose": "handle_case"},
        {"fields": ["phone"], "purpose": "handle_case", "colour": 1},
    ],
)
async def test_a_reveal_without_a_known_purpose_or_field_is_malformed(registry, guilan, body):
    assert (await registry.call("POST", f"residents/{guilan}/reveal", body)).status_code == 422


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COUNTY_ADMIN, Role.SUPERVISOR, Role.SYSTEM_ADMIN, Role.SERVICE])
async def test_who_may_not_reveal_is_refused(registry, guilan, role):
    assert (await registry.call("POST", f"residents/{guilan}/reveal", PURPOSE, role)).status_code == 403


async def test_a_childs_number_is_revealed_only_to_who_works_with_children(registry):
    child = (await registry.known(ZHANG_ZIHAN))["id"]
    assert (await registry.call("POST", f"residents/{child}/reveal", PURPOSE)).status_code == 200
    refused = await registry.call("POST", f"residents/{child}/reveal", PURPOSE, Role.GRID_WORKER)
    assert (refused.status_code, refused.json()["code"]) == (403, "registry.child_protected")


async def test_reveal_and_prefill_of_another_county_find_nobody(registry, guilan):
    foreign = registry.foreign()
    assert (await registry.call("POST", f"residents/{guilan}/reveal", PURPOSE, headers=foreign)).status_code == 404
    asked = {"fields": ["name"], "matter_code": "x"}
    assert (await registry.call("POST", f"residents/{guilan}/prefill", asked, headers=foreign)).status_code == 404


async def test_the_first_day_in_the_household_does_not_tell_a_hidden_birth_date(registry, guilan):
    home = await household_of(registry, guilan)
    child = next(m for m in home["members"] if m["name"] == "张子涵")
    assert child["since"] == child["birth_date"]
    for path in (f"residents/{child['id']}", f"households/{home['id']}", f"households/{home['id']}/on/2026-11-01"):
        for role in (Role.GRID_WORKER, Role.AUDITOR, Role.DEPARTMENT_OFFICER):
            assert child["birth_date"] not in (await registry.call("GET", path, role=role)).text, (path, role)


async def test_a_form_names_no_child_to_whom_children_are_masked(registry, guilan):
    child = next(m for m in (await household_of(registry, guilan))["members"] if m["name"] == "张子涵")
    for role in (Role.GRID_WORKER, Role.DEPARTMENT_OFFICER):
        answer = await registry.call("POST", f"residents/{guilan}/prefill", {"fields": ["members"]}, role)
        members = answer.json()["values"]["members"]
        assert "张子涵" not in str(members)
        assert child["birth_date"] not in {member["birth_date"] for member in members}
        assert "张建国" in {member["name"] for member in members}
    assert child["id"] in (await acts(registry, "resident.prefill"))[-1]["people"]


async def household_of(registry, person):
    home = (await registry.call("GET", f"residents/{person}")).json()["household_id"]
    return (await registry.call("GET", f"households/{home}")).json()


async def test_what_a_kept_number_says_is_not_contradicted(registry):
    code = identity.make("421202", date(1977, 7, 7), 611)
    body = {"name": "穆守一", "identity_number": code, "division": VILLAGE}
    made = (await registry.call("POST", "residents", body)).json()
    for field, wrong in (("birth_date", "1987-07-07"), ("sex", "2"), ("document_kind", "passport")):
        refused = await registry.call("PATCH", f"residents/{made['id']}", {field: wrong}, match=made["version"])
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{field}"), refused.text
    right = {"birth_date": "1977-07-07", "education": "20"}
    done = await registry.call("PATCH", f"residents/{made['id']}", right, match=made["version"])
    assert done.status_code == 200, done.text


async def test_a_form_is_prefilled_with_whole_values(registry, guilan):
    fields = [
        "name",
        "age",
        "identity_number",
        "phone",
        "address",
        "division_name",
        "head_name",
        "relation_name",
        "members",
    ]
    answer = await registry.call("POST", f"residents/{guilan}/prefill", {"fields": fields, "matter_code": "M1"})
    values = answer.json()["values"]
    assert (values["name"], values["age"], values["identity_number"]) == ("张桂兰", 83, NUMBER)
    assert (values["head_name"], values["relation_name"], values["division_name"]) == ("张建国", "母亲", "花坪村")
    assert {member["name"] for member in values["members"]} >= {"张桂兰", "张建国", "张子涵"}
    assert (await acts(registry, "resident.prefill"))[-1]["detail"]["matter"] == "M1"
    unknown = await registry.call("POST", f"residents/{guilan}/prefill", {"fields": ["name", "salary"]})
    assert unknown.json()["errors"][0]["pointer"] == "/fields/1"
    assert (
        await registry.call("POST", f"residents/{guilan}/prefill", {"fields": ["name"]}, Role.AUDITOR)
    ).status_code == 403


def new_person(sequence, **more):
    number = identity.make("421202", date(1990, 2, 3), sequence)
    return {"name": "王小明", "division": VILLAGE, "identity_number": number, "phone": "13800001111", **more}


async def test_a_registered_person_is_found_by_number_and_pinyin(registry):
    body = new_person(961)
    answer = await registry.call("POST", "residents", body)
    made = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"].endswith(made["id"])
    assert (made["sex"], made["birth_date"], made["version"], made["warnings"]) == ("1", "1990-02-03", 1, [])
    assert [i["id"] for i in (await registry.search(q=body["identity_number"]))["items"]] == [made["id"]]
    assert made["id"] in [i["id"] for i in (await registry.search(q="wxm"))["items"]]
    assert (made["id"], {"resident": made["id"], "division": VILLAGE, "presence": "registered_here"}) in await events(
        registry, "resident.registered"
    )
    again = await registry.call("POST", "residents", body)
    assert (again.status_code, again.json()["code"]) == (409, "registry.identity_number_taken")


async def test_a_retry_of_a_registration_makes_nobody_twice(registry):
    headers = registry.auth() | {"Idempotency-Key": "register-1"}
    first = await registry.call("POST", "residents", new_person(963), headers=headers)
    second = await registry.call("POST", "residents", new_person(963), headers=headers)
    assert first.json() == second.json()
    assert second.headers["idempotent-replayed"] == "true"


async def test_an_old_number_of_fifteen_digits_finds_the_same_person(registry):
    body = new_person(965)
    made = (await registry.call("POST", "residents", body)).json()
    number = body["identity_number"]
    found = await registry.search(identity_number=number[:6] + number[8:17])
    assert [item["id"] for item in found["items"]] == [made["id"]]


async def test_a_former_region_is_a_warning_only(registry):
    number = identity.make("422322", date(1975, 2, 3), 11)
    answer = await registry.call("POST", "residents", new_person(1, identity_number=number))
    assert answer.status_code == 201
    assert answer.json()["warnings"][0]["code"] == "identity.region_unknown"


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        (
            {"identity_number": NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")},
            "/identity_number",
            "identity.check_digit",
        ),
        ({"identity_number": "42120219901301001X"}, "/identity_number", "identity.birth_date"),
        ({"birth_date": "1991-01-01"}, "/birth_date", "identity.mismatch"),
        ({"sex": "2"}, "/sex", "identity.mismatch"),
        ({"phone": "12345"}, "/phone", "registry.phone_invalid"),
        ({"bank_account": "1"}, "/bank_account", "registry.bank_account_invalid"),
        ({"name": "王123"}, "/name", "registry.name_invalid"),
        ({"name": "·"}, "/name", "registry.name_invalid"),
        ({"name": "- '"}, "/name", "registry.name_invalid"),
        # One sign that stands for eighteen letters.
        ({"name": "\ufdfa" * 30}, "/name", "registry.name_invalid"),
        ({"ethnic_group": "77"}, "/ethnic_group", "registry.code_unknown"),
        ({"division": "421202104999"}, "/division", "registry.division_unknown"),
        ({"grid_id": "01900000-0000-7000-8000-000000000000"}, "/grid_id", "registry.grid_unknown"),
        ({"identity_number": None}, "/sex", "registry.required"),
    ],
)
async def test_what_is_wrong_in_a_registration_is_named_at_its_field(registry, more, pointer, code):
    headers = registry.auth(Role.CLERK, divisions=["421202104"])
    answer = await registry.call("POST", "residents", new_person(967, **more), headers=headers)
    assert answer.status_code == 422, answer.text
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_all_faults_are_named_at_once(registry):
    answer = await registry.call("POST", "residents", new_person(967, phone="1", name="9", education="x"))
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/phone", "/name", "/education"}


async def test_nobody_is_registered_in_another_village(registry):
    assert (await registry.call("POST", "residents", new_person(967, division="421202104217"))).status_code == 404
    assert (await registry.call("POST", "residents", new_person(967), Role.GRID_WORKER)).status_code == 403


async def test_a_change_keeps_history_and_tells_the_others(registry):
    known = await registry.known(ZHANG_JIANGUO)
    person = known["id"]
    version = (await registry.call("GET", f"residents/{person}")).json()["version"]
    body = {"phone": "13911113333", "education": "60", "reason": "本人到窗口更正"}
    answer = await registry.call("PATCH", f"residents/{person}", body, match=version)
    assert answer.status_code == 200
    assert answer.json()["version"] == version + 1
    assert answer.json()["phone_masked"] == "139****3333"
    assert [i["id"] for i in (await registry.search(q="13911113333"))["items"]] == [person]
    change = (await registry.call("GET", f"residents/{person}/history")).json()["items"][0]
    assert change["changes"] == {"phone": [known["phone_masked"], "139****3333"], "education": ["70", "60"]}
    assert (change["reason"], change["source"]) == ("本人到窗口更正", "window")
    subject, data = (await events(registry, "resident.changed"))[-1]
    assert (subject, data["fields"]) == (person, ["education", "phone"])


async def test_a_confirmation_changes_nothing_but_the_day(registry):
    person = (await registry.known(ZHANG_WEI))["id"]
    version = (await registry.call("GET", f"residents/{person}")).json()["version"]
    body = {"phone": ZHANG_WEI.phone, "reason": "入户核实"}
    answer = await registry.call("PATCH", f"residents/{person}", body, match=version)
    assert answer.json()["confirmed_at"].startswith("2026-11-20")
    assert (await registry.call("GET", f"residents/{person}/history")).json()["items"][0]["changes"] == {
        "confirmed": True
    }


async def test_a_change_needs_the_version_that_was_read(registry):
    person = (await registry.known())["id"]
    path = f"residents/{person}"
    assert (await registry.call("PATCH", path, {"education": "60"})).status_code == 428
    assert (await registry.call("PATCH", path, {"education": "60"}, match=999)).status_code == 412
    assert (await registry.call("PATCH", path, {"name": None}, match=1)).status_code == 422
    assert (await registry.call("PATCH", path, {"division": VILLAGE}, match=1)).status_code == 422
    assert (await registry.call("PATCH", path, {"identity_number": ""}, match=1)).status_code == 409
    assert (await registry.call("PATCH", path, {}, match=1, headers=registry.foreign())).status_code == 404
    assert (await registry.call("PATCH", path, {}, Role.AUDITOR, match=1)).status_code == 403


async def test_services_find_a_resident_by_phone_and_nobody_else_does(registry):
    path, body = "/internal/v1/residents/by-phone", {"phone": ZHANG_GUILAN.phone}
    found = (await registry.call("POST", path, body, Role.SERVICE)).json()["items"]
    assert {item["tenant"] for item in found} == {"421202", "511681"}
    one = await registry.call("POST", path, body | {"tenant": "511681"}, Role.SERVICE)
    assert [item["division"] for item in one.json()["items"]] == ["511681002001"]
    assert (await registry.call("POST", path, body)).status_code == 403
    assert (await registry.call("POST", path, {"phone": "x"}, Role.SERVICE)).json() == {"items": []}
    # Two counties' demo villages have her under two numbers: these are two people.
    assert len({item["person"] for item in found}) == 2
    tail = ZHANG_GUILAN.number("421202")[-4:]
    named = (await registry.call("POST", path, body | {"identity_tail": tail.lower()}, Role.SERVICE)).json()["items"]
    assert "421202" in {item["tenant"] for item in named}
    assert (await registry.call("POST", path, body | {"identity_tail": "0000"}, Role.SERVICE)).json() == {"items": []}
    assert (await registry.call("POST", path, body | {"identity_tail": "0"}, Role.SERVICE)).status_code == 422


async def test_a_document_without_its_number_is_refused_at_the_number(registry):
    body = {"name": "文件缺", "sex": "1", "division": "421202104221"}
    refused = await registry.call("POST", "residents", body | {"document_kind": "resident_id"})
    assert refused.status_code == 422
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/identity_number", "registry.number_needed")
    ]
    made = (await registry.call("POST", "residents", body | {"document_kind": "none"})).json()
    changed = await registry.call(
        "PATCH", f"residents/{made['id']}", {"document_kind": "passport"}, match=made["version"]
    )
    assert [one["code"] for one in changed.json()["errors"]] == ["registry.number_needed"]


async def test_a_document_is_not_changed_without_its_number(registry):
    number = identity.make("421221", date(1990, 1, 1), 187)
    body = {"name": "文件齐", "identity_number": number, "division": "421202104221"}
    kept = await registry.call("POST", "residents", body)
    assert kept.status_code == 201, kept.text
    path, version = f"residents/{kept.json()['id']}", kept.json()["version"]
    for kind in ("passport", "none"):
        refused = await registry.call("PATCH", path, {"document_kind": kind}, match=version)
        assert [one["code"] for one in refused.json()["errors"]] == ["identity.kind"]
    same = await registry.call("PATCH", path, {"document_kind": "resident_id"}, match=version)
    assert same.status_code == 200
