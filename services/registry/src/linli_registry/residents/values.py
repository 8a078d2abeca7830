"""Checks and stored form of what is typed about a resident.

Everything wrong is named at once, with its field. A wrong check digit is refused with its reason; a region that is
strange today is only a warning, because people born in a former county carry its code (FACTS §2).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from linli_kernel.codes import identity
from linli_kernel.codes.dictionaries import dictionary
from linli_kernel.codes.errors import CodeError, CodeWarning
from linli_kernel.codes.text import normalise_code
from linli_kernel.errors import FieldError, FieldErrors

from linli_registry.residents.display import CODED
from linli_registry.residents.keys import ENCRYPTED, ResidentKeys
from linli_registry.residents.names import grams_of, normalise_name, pinyin_of

_PHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}")
_BANK = re.compile(r"[0-9]{12,21}")
_NAME_CHARACTERS = re.compile(r"[\w·'’ -]+")
_DIGITS = {"phone": _PHONE, "bank_account": _BANK}
_AS_GIVEN = ("sex", "birth_date", "hukou_division", "presence", "document_kind", *CODED)
_NEVER_EMPTY = ("name", "sex", "presence", "document_kind")
LONGEST_NAME = 60
EARLIEST_BIRTH = date(1850, 1, 1)
_UNTOLD = (None, "0", "9")


@dataclass
class Checked:
    """The fields that were given, in their one spelling and still in the clear, and what was strange about them."""

    values: dict[str, Any] = field(default_factory=dict)
    warnings: list[CodeWarning] = field(default_factory=list)


def check(
    given: Mapping[str, Any], known: Mapping[str, Any], today: date, parsed: identity.Identity | None = None
) -> Checked:
    """Check the given fields against each other and `known` (the stored row, or nothing), or raise Invalid.

    A `None` clears a field that may be empty. `parsed` is the given number where it was taken apart before.
    """
    faults, made = FieldErrors(), Checked()
    made.values |= {name: given[name] for name in _AS_GIVEN if name in given}
    for name in _NEVER_EMPTY:
        if name in given and given[name] is None:
            faults.add(f"/{name}", "registry.required", "此项不能为空", "This cannot be empty")
    for name in CODED:
        if given.get(name) is not None and given[name] not in dictionary(name):
            faults.add(f"/{name}", "registry.code_unknown", "没有这个代码", "There is no such code")
    if given.get("name"):
        _name(given["name"], made, faults)
    if given.get("identity_number"):
        _number(given, known, parsed, made, faults, today)
    elif number_lacks(given, known):
        zh, en = (
            "请填写证件号码；还没有证件的，证件类型请选“暂无证件”",
            "Give its number, or say there are no papers yet",
        )
        faults.add("/identity_number", "registry.number_needed", zh, en)
    for name, pattern in _DIGITS.items():
        if name in given:
            _digits(name, given[name], pattern, made, faults)
    born = made.values.get("birth_date")
    if born is not None and born > today:
        faults.add("/birth_date", "registry.birth_date", "出生日期不能晚于今天", "The birth cannot be in the future")
    elif born is not None and born < EARLIEST_BIRTH:
        zh, en = f"出生日期不能早于 {EARLIEST_BIRTH.year} 年", f"The birth cannot be before {EARLIEST_BIRTH.year}"
        faults.add("/birth_date", "registry.birth_date", zh, en)
    faults.raise_if_any()
    return made


def number_lacks(given: Mapping[str, Any], known: Mapping[str, Any]) -> bool:
    """Whether a kind of document is stated that nobody has without its number; none yet is a kind of its own."""
    return given.get("document_kind") not in (None, "none") and not (
        given.get("identity_number") or known.get("identity_number")
    )


def check_against(number: str, given: Mapping[str, Any], today: date) -> None:
    """Refuse what is changed beside a number that stays and contradicts it."""
    faults = FieldErrors()
    try:
        found = identity.parse(number, today=today)
    except CodeError:
        return  # A number that was accepted before is not judged again here.
    _agrees(found, given, {}, faults)
    faults.raise_if_any()


def stored(values: Mapping[str, Any], keys: ResidentKeys, tenant: str, row: UUID) -> dict[str, Any]:
    """Return the columns of checked values: numbers encrypted for their row, and what each is found by."""
    columns = dict(values)
    if (name := values.get("name")) is not None:
        columns["pinyin"], columns["initials"] = pinyin_of(name)
        columns["grams"] = grams_of(tenant, name)
    for column in ENCRYPTED:
        if (text := values.get(column)) is not None:
            columns[column] = keys.encrypt(column, text, row)
    if (number := values.get("identity_number")) is not None:
        columns["number_index"], columns["tail_index"] = keys.number_index(number), keys.tail_index(number[-4:])
    if "phone" in values:
        columns["phone_index"] = keys.phone_index(values["phone"]) if values["phone"] else None
    return columns


def checked_name(text: str) -> str:
    """Return a name in its stored form, or raise Invalid."""
    faults, made = FieldErrors(), Checked()
    _name(text, made, faults)
    faults.raise_if_any()
    return str(made.values["name"])


def checked_phone(text: str) -> str:
    """Return a phone in its stored form, or raise Invalid."""
    phone = normalise_code(text).removeprefix("+86")
    if not _PHONE.fullmatch(phone):
        faults = FieldErrors()
        zh, en = "电话应为 11 位手机号或带区号的固定电话", "Not a phone number"
        faults.add("/phone", "registry.phone_invalid", zh, en)
        faults.raise_if_any()
    return phone


def needed(values: Mapping[str, Any]) -> list[FieldError]:
    """Return what a new person still lacks after `check`."""
    if values.get("sex") is not None:
        return []
    return [FieldError("/sex", "registry.required", "没有证件号码时请填写性别", "Needed without an identity number")]


def _name(text: str, made: Checked, faults: FieldErrors) -> None:
    name = normalise_name(text)
    # Measured again: one sign may stand for eighteen letters.
    if len(name) > LONGEST_NAME:
        zh, en = f"姓名最长 {LONGEST_NAME} 个字，现为 {len(name)} 个", f"{len(name)} characters; {LONGEST_NAME} at most"
        faults.add("/name", "registry.name_invalid", zh, en)
        return
    if not (name.isalpha() or _is_written(name)):
        faults.add(
            "/name", "registry.name_invalid", "姓名只能是文字和间隔号", "A name has letters and a middle dot only"
        )
        return
    made.values["name"] = name


def _is_written(name: str) -> bool:
    """Whether a name that is not letters alone has letters, and else only what belongs between them."""
    signs = any(c.isdigit() or c == "_" for c in name)
    return _NAME_CHARACTERS.fullmatch(name) is not None and not signs and any(c.isalpha() for c in name)


def _number(
    given: Mapping[str, Any],
    known: Mapping[str, Any],
    parsed: identity.Identity | None,
    made: Checked,
    faults: FieldErrors,
    today: date,
) -> None:
    try:
        found = parsed or identity.parse(given["identity_number"], today=today)
    except CodeError as error:
        faults.add("/identity_number", error.code, error.zh, error.en)
        return
    _agrees(found, given, known, faults)
    for name, derived in (("birth_date", found.birth_date), ("sex", found.sex)):
        if derived is not None and (given.get(name) or known.get(name)) in _UNTOLD:
            made.values[name] = derived
    made.warnings += found.warnings
    made.values["document_kind"], made.values["identity_number"] = found.kind.value, found.canonical


def _agrees(found: identity.Identity, given: Mapping[str, Any], known: Mapping[str, Any], faults: FieldErrors) -> None:
    if given.get("document_kind") not in (None, found.kind.value):
        faults.add(
            "/document_kind", "identity.kind", f"号码属于{found.kind.zh}", f"The number belongs to a {found.kind.en}"
        )
    for name, derived, zh in (("birth_date", found.birth_date, "出生日期"), ("sex", found.sex, "性别")):
        stated = given.get(name) or known.get(name)
        if derived is not None and stated not in _UNTOLD and stated != derived:
            faults.add(
                f"/{name}", "identity.mismatch", f"{zh}与证件号码不一致", "Does not agree with the identity number"
            )


def _digits(name: str, value: str | None, pattern: re.Pattern[str], made: Checked, faults: FieldErrors) -> None:
    text = normalise_code(value or "").removeprefix("+86")
    if not text:
        made.values[name] = None
    elif not pattern.fullmatch(text):
        zh = "电话应为 11 位手机号或带区号的固定电话" if name == "phone" else "银行账号应为 12 至 21 位数字"
        faults.add(
            f"/{name}", f"registry.{name}_invalid", zh, "Not a phone number" if name == "phone" else "12-21 digits"
        )
    else:
        made.values[name] = text


def differences(old: Mapping[str, Any], values: Mapping[str, Any], keys: ResidentKeys) -> dict[str, Any]:
    """Return {field: [old, new]} of what really changes; of an encrypted field only that it changed."""
    found: dict[str, Any] = {}
    for name, new in values.items():
        if name in ENCRYPTED:
            if keys.open(name, old.get(name), old["id"]) != new:
                found[name] = "changed"
        elif old.get(name) != new:
            found[name] = [as_text(old.get(name)), as_text(new)]
    return found


def secrets(old: Mapping[str, Any], values: Mapping[str, Any], found: Mapping[str, Any], keys: ResidentKeys) -> Any:
    """Return {field: [old, new]} in the clear of the encrypted fields in `found`, to be sealed at once."""
    row = old["id"]
    return {name: [keys.open(name, old.get(name), row), values[name]] for name in ENCRYPTED if name in found}


def as_text(value: Any) -> Any:
    """Return a value as a line of history keeps it."""
    return value.isoformat() if isinstance(value, date) else value
