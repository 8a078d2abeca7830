"""What is wrong with a matter's definition: what may not be stored at all, and what keeps a draft from review.

A form that passes can be drawn by every screen and checked without a fetch and without a pattern that never ends.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

from jsonschema import Draft202012Validator
from linli_kernel.errors import FieldError
from linli_kernel.profile.papers import CertificateText
from linli_kernel.yaml_data import read_yaml

from linli_services_desk.cases.workflow import DECISIONS
from linli_services_desk.documents.papers import DocumentKind
from linli_services_desk.matters.domain import Definition

# A repeated group that repeats inside, such as (a+)+: its time grows without bound on a crafted text.
_ENDLESS = re.compile(r"\((?:[^()\\]|\\.)*[+*{](?:[^()\\]|\\.)*\)[+*{]")

# What the certificate of residence takes from its form, and which of it are days.
_RESIDENCE = ("name", "birth_date", "identity_number", "address", "purpose")
_RESIDENCE_DAYS = frozenset({"birth_date", "since"})
# What the place's own certificates have without the form.
_GIVEN = frozenset({"name", "identity_number", "sex", "village", "issued_on", "valid_until"})


@cache
def _dialect() -> Draft202012Validator:
    text = (files("linli_services_desk") / "data" / "form-dialect.yaml").read_text(encoding="utf-8")
    return Draft202012Validator(read_yaml(text))


def malformed(definition: Mapping[str, Any]) -> list[FieldError]:
    """Return what no draft may contain."""
    return [*_form(definition["form_schema"], definition["form_order"]), *_twice(definition), *_steps(definition)]


def unready(definition: Definition, certificates: Mapping[str, CertificateText]) -> list[FieldError]:
    """Return what keeps a draft from review: everything at once. `certificates` are the place's own, by template."""
    return [*_unready(definition), *_certificate(definition, certificates)]


def _unready(definition: Definition) -> Iterator[FieldError]:
    steps, limits = definition["steps"], definition["limits"]
    if not definition["form_order"]:
        yield _fault("/form_schema", "matter.no_fields", "表单还没有字段", "The form has no field yet")
    if not steps:
        yield _fault("/steps", "matter.no_steps", "还没有办理环节", "There are no steps yet")
    elif [step["kind"] in DECISIONS for step in steps].count(True) != 1 or steps[-1]["kind"] not in DECISIONS:
        yield _fault(
            "/steps", "matter.one_decision", "须有且只有一个决定环节，并在最后", "Exactly one step decides: the last"
        )
    if not limits.get("promised") and definition["handling"] != "immediate":
        yield _fault("/limits/promised", "matter.no_limit", "承诺件须有承诺时限", "A promised matter needs its limit")
    if not definition["conditions"]:
        yield _fault("/conditions", "matter.no_conditions", "请写明受理条件", "Say who may apply")
    if not definition["department"]:
        yield _fault("/department", "matter.no_department", "请选择承办部门", "Choose the department")
    fee = definition["fee"]
    if fee.get("charged") and not fee.get("basis"):
        yield _fault("/fee/basis", "matter.no_fee_basis", "收费须写明依据", "A fee needs its basis")
    if fee.get("waived_fen") and not fee.get("exemption_basis"):
        yield _fault("/fee/exemption_basis", "matter.no_exemption_basis", "减免须写明依据", "A waiver needs its basis")
    if (fee.get("waived_fen") or 0) > (fee.get("amount_fen") or 0):
        yield _fault("/fee/waived_fen", "matter.waived_too_much", "减免金额大于收费金额", "More is waived than charged")


def _certificate(definition: Definition, certificates: Mapping[str, CertificateText]) -> Iterator[FieldError]:
    """A certificate is drawn up from the form when it is decided: what it names must be there by then."""
    template = definition["result"].get("template")
    if template == DocumentKind.RESIDENCE_CERTIFICATE:
        needed = set(_RESIDENCE)
    elif template in certificates:
        named = (name for text in certificates[template].paragraphs for _, name, _, _ in Formatter().parse(text))
        needed = {name for name in named if name} - _GIVEN
    else:
        return
    if not definition["result"].get("valid_days"):
        yield _fault("/result/valid_days", "matter.no_valid_days", "证明须写明有效天数", "Say how long it is good")
    schema = definition["form_schema"]
    lost = sorted(needed - set(schema.get("required", ())))
    if lost:
        names = "、".join(lost)
        zh, en = f"证明要用到的必填项：{names}", f"The certificate needs these required fields: {names}"
        yield _fault("/form_schema", "matter.certificate_fields", zh, en)
    for name in sorted(_RESIDENCE_DAYS & set(schema["properties"]) if template not in certificates else ()):
        if schema["properties"][name].get("format") != "date":
            zh, en = f"“{schema['properties'][name]['title']}”须为日期", f"{name} must be a day"
            yield _fault(f"/form_schema/properties/{name}", "matter.certificate_day", zh, en)


def _form(schema: Any, order: list[str]) -> Iterator[FieldError]:
    for error in _dialect().iter_errors(schema):
        path = "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path)
        yield _fault(f"/form_schema/{path}", "matter.form", "表单定义不合规范", "Not part of what a form may contain")
        return
    names = set(schema["properties"])
    if sorted(order) != sorted(names):
        yield _fault("/form_order", "matter.form_order", "字段顺序与字段不一致", "The order does not name the fields")
    if not set(schema.get("required", ())) <= names:
        yield _fault("/form_schema/required", "matter.form_required", "必填项不在字段中", "A required field is missing")
    for name, field in schema["properties"].items():
        if "pattern" in field and not _usable(field["pattern"]):
            yield _fault(
                f"/form_schema/properties/{name}/pattern", "matter.pattern", "格式规则无法使用", "Unusable pattern"
            )


def _usable(pattern: str) -> bool:
    if _ENDLESS.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _twice(definition: Mapping[str, Any]) -> Iterator[FieldError]:
    for part, name in (("materials", "id"), ("steps", "key")):
        known: set[str] = set()
        for index, item in enumerate(definition[part]):
            if item[name] in known:
                yield _fault(f"/{part}/{index}/{name}", "matter.twice", "编号重复", "The same key twice")
            known.add(item[name])


def _steps(definition: Mapping[str, Any]) -> Iterator[FieldError]:
    known: set[str] = set()
    for index, step in enumerate(definition["steps"]):
        if not set(step["after"]) <= known:
            yield _fault(
                f"/steps/{index}/after", "matter.step_after", "前置环节须排在它之前", "It follows no earlier step"
            )
        if step.get("department") and step["role"] != "department_officer":
            yield _fault(
                f"/steps/{index}/department", "matter.step_department", "只有部门环节才指定部门", "No department's step"
            )
        known.add(step["key"])


def _fault(pointer: str, code: str, zh: str, en: str) -> FieldError:
    return FieldError(pointer=pointer.rstrip("/"), code=code, zh=zh, en=en)
