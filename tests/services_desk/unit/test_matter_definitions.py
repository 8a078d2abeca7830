"""What a matter may contain, what keeps it from review, and how two versions differ."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from linli_kernel.profile import Profiles
from linli_services_desk.matters.checking import malformed, unready
from linli_services_desk.matters.comparison import compare
from linli_services_desk.matters.domain import sample_matters
from linli_services_desk.matters.editing import content_of
from linli_services_desk.matters.errors import DraftCommandNotAllowed
from linli_services_desk.matters.plan import plan_of

PROFILES = Profiles.load(Path(__file__).parents[3] / "profiles")
ALLOWANCE = next(one for one in sample_matters() if one["code"] == "LL-MZ-0101")
HOUSE = next(one for one in sample_matters() if one["code"] == "LL-ZJ-0801")


@pytest.fixture
def content() -> dict[str, Any]:
    return deepcopy(content_of(PROFILES.for_tenant("421202"), ALLOWANCE))


@pytest.mark.parametrize("tenant", ["421202", "511681"])
def test_at_least_thirty_samples_are_complete_with_form_materials_steps_and_limits(tenant: str) -> None:
    profile = PROFILES.for_tenant(tenant)
    contents = [content_of(profile, sample) for sample in sample_matters()]
    texts = profile.desk.papers.certificates
    assert [(one["name"], found) for one in contents if (found := [*malformed(one), *unready(one, texts)])] == []
    assert all(one["limits"]["promised"] and one["legal_basis"] for one in contents)
    assert sum(1 for one in contents if one["materials"]) >= 30
    assert all(sample["sample"] for sample in sample_matters()), "a county adapts them"


def test_every_window_of_xianning_has_a_matter() -> None:
    profile = PROFILES.for_tenant("421202")
    offered = {content_of(profile, sample)["category"] for sample in sample_matters()}
    assert offered == {category.code for category in profile.desk.categories}
    assert len(offered) == 7


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"$ref": "https://example.org/form.json"}, "/form_schema"),
        ({"properties": {"x": {"type": "object", "title": "对象"}}}, "/form_schema/properties/x"),
        ({"properties": {"Bad Name": {"type": "string", "title": "名"}}}, "/form_schema/properties"),
        (
            {"properties": {"x": {"type": "string", "title": "名", "x-prefill": "salary"}}},
            "/form_schema/properties/x/x-prefill",
        ),
        ({"additionalProperties": True}, "/form_schema/additionalProperties"),
    ],
)
def test_a_form_that_screens_cannot_draw_is_refused_with_its_place(
    content: dict[str, Any], change: dict[str, Any], pointer: str
) -> None:
    content["form_schema"].update(change)
    assert malformed(content)[0].pointer.startswith(pointer)


@pytest.mark.parametrize("pattern", ["(", "(a+)+$", "^([0-9]{1,9}[a-z]*)*$"])
def test_a_pattern_that_is_broken_or_never_ends_is_refused(content: dict[str, Any], pattern: str) -> None:
    content["form_schema"]["properties"]["name"]["pattern"] = pattern
    assert [fault.code for fault in malformed(content)] == ["matter.pattern"]


def test_the_patterns_of_the_samples_are_usable(content: dict[str, Any]) -> None:
    assert content["form_schema"]["properties"]["phone"]["pattern"].endswith("$")
    assert malformed(content) == []


def test_steps_follow_only_earlier_ones_and_keys_are_not_used_twice(content: dict[str, Any]) -> None:
    content["steps"][0]["after"] = [content["steps"][-1]["key"]]
    content["materials"].append(content["materials"][0])
    assert {fault.code for fault in malformed(content)} == {"matter.step_after", "matter.twice"}


def test_a_draft_is_told_at_once_everything_that_keeps_it_from_review(content: dict[str, Any]) -> None:
    content.update(steps=[], form_order=[], conditions="", limits={"promised": None})
    content["fee"] = {"charged": True, "basis": "", "amount_fen": 500, "waived_fen": 600, "exemption_basis": ""}
    assert {lack.code for lack in unready(content, {})} == {
        "matter.no_fields", "matter.no_steps", "matter.no_limit", "matter.no_conditions", "matter.no_fee_basis",
        "matter.no_exemption_basis", "matter.waived_too_much",
    }  # fmt: skip


def test_only_the_last_step_decides(content: dict[str, Any]) -> None:
    content["steps"].reverse()
    for step in content["steps"]:
        step["after"] = []
    assert [lack.code for lack in unready(content, {})] == ["matter.one_decision"]


def test_steps_written_for_a_matter_go_before_the_places_step_sets() -> None:
    plan = {step.key: step for step in plan_of(PROFILES.for_tenant("511681"), HOUSE)}
    assert plan["means"].department == "民政局"
    assert plan["means"].post == "department_officer:民政局"
    assert {key for key, step in plan.items() if step.after == ("village_check",)} == {
        "safety",
        "means",
        "township_check",
    }
    assert plan["decide"].decides


def test_a_comparison_names_added_removed_changed_and_moved(content: dict[str, Any]) -> None:
    after = deepcopy(content)
    after["conditions"] = "年满90周岁"
    after["limits"]["shortened"] = {"number": 3, "unit": "working_day"}
    after["form_order"] = [
        "sex",
        "name",
        *(key for key in content["form_order"] if key not in ("sex", "name", "payee")),
    ]
    after["form_schema"]["required"].remove("address")
    after["materials"] = [*content["materials"][1:], {**content["materials"][1], "id": "lease", "name": "租约"}]
    found = {(one.part, one.key): one.kind for one in compare(content, after)}
    assert found == {
        ("facts", "conditions"): "changed",
        ("limits", "shortened"): "added",
        ("form", "payee"): "removed",
        ("form", "address"): "changed",
        ("form", found and next(key for part, key in found if part == "form" and key in ("sex", "name"))): "moved",
        ("materials", content["materials"][0]["id"]): "removed",
        ("materials", "lease"): "added",
    }
    changed = next(one for one in compare(content, after) if one.key == "address")
    assert (changed.before, changed.after) == ({"required": True}, {"required": False})


def test_a_version_compared_with_itself_has_no_difference(content: dict[str, Any]) -> None:
    assert compare(content, deepcopy(content)) == []


@pytest.mark.parametrize("template", ["residence_certificate", "farming"])
def test_a_certificate_keeps_what_it_is_drawn_up_from(template: str) -> None:
    profile = PROFILES.for_tenant("421202")
    sample = next(one for one in sample_matters() if one["result"].get("template") == template)
    content = deepcopy(content_of(profile, sample))
    texts = profile.desk.papers.certificates
    assert unready(content, texts) == []
    content["result"]["valid_days"] = None
    content["form_schema"]["required"].remove("purpose")
    content["form_schema"]["required"].remove("address")
    assert [one.code for one in unready(content, texts)] == ["matter.no_valid_days", "matter.certificate_fields"]
    content = deepcopy(content_of(profile, sample))
    content["form_schema"]["properties"]["birth_date"].pop("format")
    days = [] if template == "farming" else ["matter.certificate_day"]
    assert [one.code for one in unready(content, texts)] == days


def test_a_published_draft_takes_no_command() -> None:
    from linli_services_desk.matters.drafting import DraftCommand, DraftState, offered, step

    for command in DraftCommand:
        with pytest.raises(DraftCommandNotAllowed):
            step(DraftState.PUBLISHED, command)
    assert offered(DraftState.REVIEW, author=True) == [DraftCommand.DISCARD]
