"""Every place's file is valid, and a wrong one says where it is wrong."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from linli_kernel.profile import Profile, ProfileError, Profiles
from linli_kernel.profile.papers import CertificateText, PaperTexts

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "profiles"
DIVISIONS = ROOT / "services/registry/src/linli_registry/data/divisions-pilot.csv"
PROFILES = Profiles.load(FOLDER)


def write(folder: Path, file: str, change: dict[str, Any]) -> None:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    raw = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
    (folder / file).write_text(yaml.safe_dump({**raw, **change}, allow_unicode=True), encoding="utf-8")


def test_the_five_places_are_loaded() -> None:
    assert sorted(profile.id for profile in PROFILES.all()) == ["hezhou", "huaying", "jianghai", "majia", "xianning"]


def test_tenants_are_exactly_the_counties_of_the_pilot_file() -> None:
    with DIVISIONS.open(encoding="utf-8") as file:
        counties = {row["code"]: row["name"] for row in csv.DictReader(file) if row["level"] == "county"}
    assert {tenant.division: tenant.name.zh for tenant in PROFILES.tenants()} == counties


@pytest.mark.parametrize("profile", PROFILES.all(), ids=lambda profile: profile.id)
def test_pilot_villages_of_a_place_exist(profile: Profile) -> None:
    with DIVISIONS.open(encoding="utf-8") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    for kind in profile.registry.community_types:
        assert set(kind.villages) <= codes


def test_a_tenant_finds_its_place() -> None:
    assert PROFILES.for_tenant("421202").id == "xianning"
    assert PROFILES.for_tenant("511681").id == "huaying"
    with pytest.raises(KeyError):
        PROFILES.for_tenant("110101")


def test_seals_have_three_pieces_in_xianning_and_two_in_huaying() -> None:
    assert PROFILES.for_tenant("421202").supervision.seal.pieces == 3
    assert PROFILES.for_tenant("511681").supervision.seal.pieces == 2


def test_xianning_has_seven_windows_and_five_disclosure_categories() -> None:
    profile = PROFILES.for_tenant("421202")
    assert {category.name.zh for category in profile.desk.categories} == {
        "党建廉政",
        "社会救助",
        "劳动保障",
        "人口计生",
        "文明创建",
        "综治信访",
        "便民服务",
    }
    assert [category.name.zh for category in profile.supervision.disclosure.categories] == [
        "党务",
        "村务",
        "财务",
        "服务",
        "事务",
    ]


def test_xiannings_committees_have_its_four_inquiries_five_things_and_three_groups() -> None:
    """Source: the city's own account of its 二三四四五 mechanism."""
    rules = PROFILES.for_tenant("421202").supervision.oversight
    assert [one.zh.partition("，")[2] for one in rules.inquiries] == ["查纪律", "查公开", "查账务", "查整改"]
    five = ["办事有人员", "办公有场所", "工作有制度", "监审有印章", "活动有记录"]
    assert [one.name.zh for one in rules.checklist] == five
    assert [one.name.zh for one in rules.groups] == ["纪律监督小组", "村务监督小组", "民主理财小组"]


def test_the_forbidden_list_has_20_certificates_nationally_and_21_in_hubei() -> None:
    counts = {profile.id: len(profile.desk.forbidden_certificates) for profile in PROFILES.all()}
    assert counts == {"xianning": 21, "huaying": 20, "hezhou": 20, "jianghai": 20, "majia": 20}


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ("无犯罪记录证明", "无犯罪记录证明"),
        ("单身证明", "婚姻状况证明"),
        ("缴费票据遗失证明", "缴费票据遗失证明"),
        ("身份证遗失证明", "证件遗失证明"),
        ("居住证明", None),
        ("养犬登记", None),
        ("解除劳动关系证明", None),
    ],
)
def test_a_forbidden_certificate_is_recognised_by_name_and_synonym(wanted: str, refused: str | None) -> None:
    found = PROFILES.for_tenant("421202").desk.refused_certificate(wanted)
    assert (found.name.zh if found else None) == refused


def test_a_certificate_of_being_alive_is_forbidden_in_huaying_but_not_on_hubeis_list() -> None:
    assert PROFILES.for_tenant("511681").desk.refused_certificate("健在证明") is not None
    assert PROFILES.for_tenant("421202").desk.refused_certificate("健在证明") is None


def test_an_allowance_is_decided_by_the_township_in_xianning_and_by_the_department_in_huaying() -> None:
    xianning = PROFILES.for_tenant("421202").desk.step_sets["allowance"]
    huaying = PROFILES.for_tenant("511681").desk.step_sets["allowance"]
    assert [step.role for step in xianning.steps] == ["village_official", "township_officer"]
    assert [step.role for step in huaying.steps] == ["village_official", "township_officer", "department_officer"]


def test_parallel_steps_wait_for_the_same_step_and_are_waited_for_together() -> None:
    joint = PROFILES.for_tenant("421202").desk.step_sets["joint_check"]
    assert [step.code for step in joint.ready({"village_check"})] == ["township_check", "department_check"]
    assert [step.code for step in joint.ready({"village_check", "township_check"})] == ["department_check"]
    assert [len(wave) for wave in joint.waves()] == [1, 2, 1]


def test_numbers_of_documents_follow_the_pattern_of_the_place() -> None:
    numbering = PROFILES.for_tenant("421202").desk.numbering
    assert numbering.render("certificate", seq=7, facts={"village": "花坪村", "year": 2026}) == "花坪村证〔2026〕0007号"


def test_a_law_is_found_in_the_version_in_force_on_the_day() -> None:
    profile = PROFILES.for_tenant("421202")
    before, after = (
        profile.law("villagers_committees", date(2025, 12, 31)),
        profile.law("villagers_committees", date(2026, 1, 1)),
    )
    assert before is not None
    assert after is not None
    assert "修正前" in before.title.zh
    assert after.valid_from == date(2026, 1, 1)


def test_merged_steps_sit_together_in_zhichong() -> None:
    procedure = PROFILES.for_tenant("440704").supervision.procedure("four_deliberations_merged")
    assert procedure.steps[2].bodies == ("party_members", "representatives")


def test_two_thirds_and_more_than_half_are_exact() -> None:
    resolve = PROFILES.for_tenant("421202").supervision.procedures[0].steps[3]
    assert resolve.quorum is not None
    assert resolve.majority is not None
    assert resolve.quorum.met(20, 30)
    assert not resolve.quorum.met(19, 30)
    assert not resolve.majority.met(10, 20)
    assert resolve.majority.met(11, 20)
    assert not resolve.majority.met(0, 0)


def test_an_unknown_key_names_the_file_and_the_path(tmp_path: Path) -> None:
    write(tmp_path, "huaying.yaml", {"desk": {"clock": {"amber_dayz": 3}}})
    with pytest.raises(ProfileError, match=r"huaying\.yaml: .*desk\.clock\.amber_dayz"):
        Profiles.load(tmp_path)


def test_a_step_after_an_unknown_step_names_the_place(tmp_path: Path) -> None:
    step = {
        "code": "decide",
        "name": {"zh": "决定", "en": "decide"},
        "kind": "decide",
        "role": "clerk",
        "level": "village",
        "after": ["nowhere"],
    }
    broken = {"allowance": {"name": {"zh": "津贴", "en": "allowance"}, "standing": "local", "steps": [step]}}
    write(tmp_path, "majia.yaml", {"desk": {"step_sets": broken}})
    with pytest.raises(ProfileError, match=r"majia\.yaml: .*desk\.step_sets\.allowance.*nowhere"):
        Profiles.load(tmp_path)


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "hezhou.yaml").write_text("name: [", encoding="utf-8")
    with pytest.raises(ProfileError, match=r"hezhou\.yaml"):
        Profiles.load(tmp_path)


def test_a_tenant_cannot_belong_to_two_places(tmp_path: Path) -> None:
    tenants = [{"key": "421202", "division": "511681000000", "prefecture": "5116", "name": {"zh": "华蓥市", "en": "H"}}]
    write(tmp_path, "huaying.yaml", {"tenants": tenants})
    with pytest.raises(ProfileError, match="421202 already belongs to"):
        Profiles.load(tmp_path)


def test_the_digest_changes_with_any_rule_and_only_then(tmp_path: Path) -> None:
    write(tmp_path, "huaying.yaml", {"version": 99})
    changed = Profiles.load(tmp_path)
    assert changed.for_tenant("511681").digest != PROFILES.for_tenant("511681").digest
    assert changed.for_tenant("421202").digest == PROFILES.for_tenant("421202").digest


@pytest.mark.parametrize("profile", PROFILES.all(), ids=lambda profile: profile.id)
def test_a_profile_survives_its_own_json(profile: Profile) -> None:
    again = Profile.model_validate_json(profile.model_dump_json())
    assert again.model_dump() == profile.model_dump()


@pytest.mark.parametrize("profile", PROFILES.all(), ids=lambda profile: profile.id)
def test_every_matter_of_the_pilot_catalogue_finds_a_category_and_steps(profile: Profile) -> None:
    catalogue = ROOT / "services/services-desk/src/linli_services_desk/data/matters-guangan.csv"
    with catalogue.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            assert profile.desk.step_set_for(row["task_type"], row["name"]) in profile.desk.step_sets
            assert profile.desk.category_for(row["name"]) in profile.desk.categories


@pytest.mark.parametrize(
    ("certificate", "said"),
    [
        ({"paragraphs": ["兹证明{name}有{wealth}。"]}, "nothing is known of"),
        ({"paragraphs": ["兹证明{name.__class__}。"]}, "plain names between braces"),
        ({"paragraphs": ["兹证明{name}。"], "fields": ["farm"]}, "listed and not used"),
    ],
)
def test_a_certificate_that_cannot_be_filled_in_stops_the_start(certificate: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        CertificateText.model_validate({"title": "某项证明", "standing": "practice", **certificate})


@pytest.mark.parametrize("profile", PROFILES.all(), ids=lambda profile: profile.id)
def test_no_certificate_of_a_place_is_on_its_own_list_of_refusals(profile: Profile) -> None:
    titles = [one.title for one in profile.desk.papers.certificates.values()]
    assert titles
    assert [title for title in titles if profile.desk.refused_certificate(title)] == []


# 民发〔2020〕20号, and what Hubei does otherwise.
# fmt: off
NATIONAL = {
    "亲属关系", "居民身份信息", "户口登记项目内容变更申请", "居民养犬", "无犯罪记录", "社区戒毒社区康复人员情况", "人员失踪",
    "婚姻状况", "出生", "健在", "死亡", "疾病状况", "残疾状况", "婚育状况",
    "居民就业状况", "居民个人档案", "居民财产", "遗产继承权", "市场主体住所", "证件遗失",
}
# fmt: on
HUBEI = (NATIONAL - {"健在", "婚育状况"}) | {"生育状况", "缴费票据遗失", "转学"}


@pytest.mark.parametrize("profile", PROFILES.all(), ids=lambda profile: profile.id)
def test_the_list_of_refusals_is_the_provinces_and_every_line_says_who_issues_it(profile: Profile) -> None:
    refused = profile.desk.forbidden_certificates.values()
    assert {one.name.zh.removesuffix("证明") for one in refused} == (HUBEI if profile.id == "xianning" else NATIONAL)
    assert all(one.issuer.zh and one.issuer.en for one in refused)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"decision": None}, "words exactly"),
        ({"thanks": {"opening": ["谢谢。"], "standing": "assumed"}}, "words exactly"),
        ({"decision": {"opening": ["你有{wealth}。"], "standing": "assumed"}}, "notices.decision: nothing is known of"),
        ({"decision": {"opening": ["{matter.__class__}"], "standing": "assumed"}}, "plain names between braces"),
        ({"decision": {"opening": [], "standing": "assumed"}}, "at least 1 item"),
    ],
)
def test_a_notice_that_cannot_be_filled_in_stops_the_start(change: dict[str, Any], said: str) -> None:
    papers = PROFILES.for_tenant("421202").desk.papers.model_dump()
    notices = {kind: text for kind, text in {**papers["notices"], **change}.items() if text is not None}
    with pytest.raises(ValueError, match=said):
        PaperTexts.model_validate({**papers, "notices": notices})
