"""Nobody real is turned away: every kind of document, former codes, people without papers and from elsewhere."""

import pytest
from linli_kernel.codes.identity import check_character

VILLAGE = "421202104221"
REAL = {
    "a citizen": ("42122119900101001X", "resident_id", "1990-01-01", "1"),
    "an old number of fifteen digits": ("421221900303003", "resident_id", "1990-03-03", "1"),
    "Hong Kong": ("810000199001010019", "hmt_residence_permit", "1990-01-01", "1"),
    "Macau": ("820000199001010010", "hmt_residence_permit", "1990-01-01", "1"),
    "Taiwan": ("830000199001010012", "hmt_residence_permit", "1990-01-01", "1"),
    "a foreigner of today": ("911840198101150013", "foreign_permanent_residence", "1981-01-15", "1"),
    "a foreigner of before": ("USA110080010101", "foreign_permanent_residence", None, "2"),
    "a passport": ("E12345678", "passport", None, "1"),
    "a Taiwan compatriot permit": ("12345678", "passport", None, "2"),
    "no papers yet": (None, "none", "2026-11-01", "2"),
}


@pytest.mark.parametrize(("number", "kind", "born", "sex"), REAL.values(), ids=REAL)
async def test_everybody_is_registered(registry, number, kind, born, sex):
    body = {"name": "欧阳远", "sex": sex, "division": VILLAGE, "presence": "unregistered_here"}
    body |= {"identity_number": number} if number else {"birth_date": born}
    answer = await registry.call("POST", "residents", body)
    assert answer.status_code == 201, answer.text
    shown = answer.json()
    assert (shown["document_kind"], shown["birth_date"], shown["sex"]) == (kind, born, sex)


async def test_a_region_that_is_gone_or_strange_only_warns(registry):
    for region, sequence in (("422322", "011"), ("359999", "013")):
        first = f"{region}19700101{sequence}"
        body = {"name": "嘉鱼人", "identity_number": first + check_character(first), "division": VILLAGE}
        answer = await registry.call("POST", "residents", body)
        assert answer.status_code == 201, answer.text
        assert len(answer.json()["warnings"]) == 1


async def test_a_wrong_check_digit_is_refused_with_its_reason(registry):
    body = {"name": "错号", "identity_number": "421221199001010011", "division": VILLAGE}
    answer = await registry.call("POST", "residents", body)
    assert answer.status_code == 422
    fault = answer.json()["errors"][0]
    assert (fault["pointer"], fault["code"]) == ("/identity_number", "identity.check_digit")
    assert "校验" in fault["detail"]


async def test_a_number_must_belong_to_the_document_that_is_named(registry):
    body = {"name": "护照", "document_kind": "passport", "identity_number": "511681197005200030", "division": VILLAGE}
    answer = await registry.call("POST", "residents", body)
    assert [e["code"] for e in answer.json()["errors"]] == ["identity.kind"]


async def test_somebody_with_hukou_elsewhere_is_registered_alike(registry):
    body = {"name": "外来", "sex": "2", "birth_date": "1995-05-05", "division": VILLAGE}
    body |= {"hukou_division": "654325101001", "presence": "short_stay"}
    answer = await registry.call("POST", "residents", body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["hukou_division"] == "654325101001"


@pytest.fixture
async def person(registry):
    body = {"name": "多号", "sex": "2", "birth_date": "1995-05-05", "division": VILLAGE, "phone": "13800000001"}
    return (await registry.call("POST", "residents", body)).json()["id"]


async def test_several_phones_are_kept_masked_and_revealed_for_a_purpose(registry, person):
    path = f"residents/{person}/phones"
    for phone, kind in (("13911110001", "family"), ("0715-8888888", "work")):
        added = await registry.call("POST", path, {"phone": phone, "kind": kind})
        assert added.status_code == 201, added.text
    twice = await registry.call("POST", path, {"phone": "13911110001"})
    assert twice.json()["code"] == "registry.phone_known"
    shown = (await registry.call("GET", path)).json()["items"]
    assert [(p["kind"], p["phone_masked"][:3]) for p in shown] == [
        ("family", "139"),
        ("work", shown[1]["phone_masked"][:3]),
    ]
    assert "13911110001" not in str(shown)
    revealed = await registry.call(
        "POST", f"residents/{person}/reveal", {"fields": ["other_phones"], "purpose": "handle_case"}
    )
    assert revealed.json()["values"] == {"other_phones": "13911110001、07158888888"}
    assert (await registry.call("DELETE", f"{path}/{shown[0]['id']}")).status_code == 204
    assert (await registry.call("DELETE", f"{path}/{shown[0]['id']}")).status_code == 404
    assert (await registry.call("POST", path, {"phone": "12"})).status_code == 422
    assert (await registry.call("GET", path, headers=registry.foreign())).status_code == 404


async def test_a_former_name_from_before_the_registration_is_added_and_taken_back(registry, person):
    path = f"residents/{person}/former-names"
    key = (await registry.call("POST", path, {"name": "旧 名", "until": "2000-01-01"})).json()["id"]
    assert [n["name"] for n in (await registry.call("GET", path)).json()["items"]] == ["旧名"]
    assert (await registry.call("POST", path, {"name": "R2-D2"})).status_code == 422
    assert (await registry.call("DELETE", f"{path}/{key}")).status_code == 204
    assert (await registry.call("GET", path)).json()["items"] == []
    assert (await registry.call("POST", path, {"name": "某"}, headers=registry.foreign())).status_code == 404
