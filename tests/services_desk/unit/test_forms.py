"""What is said about a form, in which field and in which words."""

from datetime import date
from typing import Any

import pytest
from linli_services_desk.cases.masking import masked_form, unmasked_changes
from linli_services_desk.matters.domain import Definition, sample_matters
from linli_services_desk.matters.forms import problems

TODAY = date(2026, 11, 23)
ALLOWANCE = next(one for one in sample_matters() if one["code"] == "LL-MZ-0101")
COMPLETE = {
    "name": "张桂兰",
    "identity_number": "421202194306110025",
    "birth_date": "1943-06-11",
    "address": "花坪村3组12号",
    "bank_account": "6217001234567890123",
}


def found(form: dict[str, Any], *, complete: bool = True) -> dict[str, str]:
    return {one.pointer: one.code for one in problems(ALLOWANCE["form_schema"], form, TODAY, complete=complete)}


def test_a_complete_form_has_no_problem() -> None:
    assert found(COMPLETE) == {}


def test_a_draft_may_be_incomplete_but_not_malformed() -> None:
    assert found({"bank_account": "abc"}, complete=False) == {"/form/bank_account": "form.pattern"}


def test_everything_that_is_missing_is_named_at_once() -> None:
    assert set(found({})) == {f"/form/{name}" for name in COMPLETE}
    assert set(found({}).values()) == {"form.required"}


def test_a_person_of_79_is_too_young_for_the_allowance() -> None:
    assert found({**COMPLETE, "birth_date": "1946-11-24"}) == {"/form/birth_date": "form.too_young"}
    assert found({**COMPLETE, "birth_date": "1946-11-23"}) == {}


def test_a_day_that_does_not_exist_is_a_wrong_format() -> None:
    assert found({**COMPLETE, "birth_date": "1943-02-30"}) == {"/form/birth_date": "form.format"}


def test_a_field_that_the_form_does_not_have_is_refused_by_its_pointer() -> None:
    assert found({**COMPLETE, "a/b": "x"}) == {"/form/a~1b": "form.unknown_field"}


def test_the_message_names_the_field_in_both_languages() -> None:
    (problem,) = problems(ALLOWANCE["form_schema"], {**COMPLETE, "bank_account": "1"}, TODAY, complete=True)
    assert "银行卡" in problem.zh
    assert "Bank account" in problem.en


def test_a_masked_value_that_comes_back_changes_nothing() -> None:
    shown, masked = masked_form(ALLOWANCE, dict(COMPLETE))
    assert set(masked) == {"identity_number", "bank_account"}
    assert shown["identity_number"] != COMPLETE["identity_number"]
    assert (
        unmasked_changes(ALLOWANCE, dict(COMPLETE), {**shown, "address": "花坪村4组1号"})["address"] == "花坪村4组1号"
    )
    assert not {"identity_number", "bank_account"} & set(unmasked_changes(ALLOWANCE, dict(COMPLETE), shown))


def in_days(limit: dict[str, Any]) -> float:
    return float(limit["number"]) * {"working_day": 7 / 5, "calendar_day": 1, "month": 30}[limit["unit"]]


@pytest.mark.parametrize("matter", sample_matters(), ids=lambda one: one["code"])
def test_a_sample_matter_is_complete(matter: Definition) -> None:
    assert matter["sample"] is True
    assert set(matter["form_order"]) == set(matter["form_schema"]["properties"])
    assert matter["materials"]
    assert all(material["name"] and material["name_en"] for material in matter["materials"])
    # Where the law sets no limit, the promise is all there is.
    statutory = matter["limits"].get("statutory")
    assert statutory is None or in_days(matter["limits"]["promised"]) <= in_days(statutory)
    assert matter["legal_basis"]
