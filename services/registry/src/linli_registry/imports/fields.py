"""The columns an import knows, the words that villages head them with, and how a header row is found.

A header is compared without blanks, brackets and marks, so 「公民身份号码（必填）」 is 公民身份号码. What is recognised is
a proposal: the clerk corrects it, and the county remembers the correction for the same row of headers.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

ROWS_SEARCHED = 30
"""A header stands below titles, notes and the date of the list, but not further down."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its key, its name in the template, and other words for it."""

    key: str
    zh: str
    en: str
    words: tuple[str, ...]


def _field(key: str, zh: str, en: str, words: str) -> Field:
    return Field(key, zh, en, (zh, *words.split()))


FIELDS = (
    _field("household_number", "户号", "household number", "户编号 户籍号 户口号 户口簿号 户口本号 家庭编号 户序号 户代码 户数编号"),
    _field("head_name", "户主姓名", "name of the head", "户主 户主名 户主名字 所属户主 户主姓名汉字"),
    _field(
        "name", "姓名", "name",
        "名字 成员姓名 家庭成员姓名 家庭成员 人员姓名 居民姓名 家庭人员 人口姓名 成员 村民姓名 户成员姓名 真实姓名",
    ),
    _field(
        "relation", "与户主关系", "relation to the head",
        "关系 户主关系 与户主的关系 与户主之关系 家庭关系 与户主 成员关系 称谓 和户主关系 同户主关系 与本户关系",
    ),
    _field("document_kind", "证件类型", "document", "证件种类 证件类别 证件名称"),
    _field(
        "identity_number", "公民身份号码", "identity number",
        "身份证号 身份证号码 身份证 证件号码 证件号 公民身份证号码 公民身份证 居民身份证号码 身份号码 身份证件号码 居民身份证号 身份证件号",
    ),
    _field("sex", "性别", "sex", "男女"),
    _field("birth_date", "出生日期", "birth date", "出生年月 出生年月日 出生时间 生日 出生 出生日"),
    _field("ethnic_group", "民族", "ethnic group", "族别"),
    _field("phone", "联系电话", "phone", "电话 手机 手机号 手机号码 电话号码 联系方式 本人电话 联系号码 移动电话 联系电话手机"),
    _field(
        "address", "住址", "address",
        "地址 家庭住址 居住地址 现住址 现居住地址 详细地址 门牌号 门牌 房屋地址 家庭地址 居住地 现住地址 户籍地址 住址门牌",
    ),
    _field("grid", "网格", "grid", "网格名称 所属网格 网格编号 网格号 所在网格"),
    _field("division", "村（社区）", "village", "村 社区 村名 所在村 所属村 行政村 村社区 村居 所属社区 村委会 村社区名称 行政村名称"),
    _field(
        "presence", "居住状况", "presence",
        "居住情况 人口类型 在住情况 人员类别 人户情况 是否在住 居住状态 人口性质 户籍状态 人户状态 流动情况",
    ),
    _field("education", "文化程度", "education", "学历 文化 教育程度 受教育程度"),
    _field("marriage", "婚姻状况", "marriage", "婚姻 婚姻情况 婚否 婚姻状态"),
    _field("political_status", "政治面貌", "political status", "政治面目 党员 面貌"),
    _field("bank_account", "银行账号", "bank account", "银行卡号 一卡通账号 账号 银行卡 一卡通 一卡通卡号 卡号 社保卡银行账号 惠农卡号"),
    _field("record_id", "登记编号", "record id", "登记库编号"),
)  # fmt: skip
BY_KEY = {field.key: field for field in FIELDS}
GROUPING = frozenset({"relation", "household_number", "head_name"})
_KEYS = {word: field.key for field in FIELDS for word in field.words}
_BRACKETS = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_MARKS = re.compile(r"[^\w]|_")
# Longest first, so that 户主姓名 is not taken for 姓名.
_INSIDE = sorted((word for word in _KEYS if len(word) >= 2), key=len, reverse=True)
_NOT_INSIDE = (
    "序号",
    "备注",
    "父亲",
    "母亲",
    "监护人",
    "配偶姓名",
    "配偶身份",
    "紧急",
    "邻居",
    "签名",
    "签字",
    "帮扶",
    "检查结果",
)


def header_word(cell: Any) -> str:
    """Return the word of a header without brackets, blanks and marks; a cell that is no text gives nothing."""
    if not isinstance(cell, str):
        return ""
    folded = unicodedata.normalize("NFKC", cell)
    without = _MARKS.sub("", _BRACKETS.sub("", folded))
    return without or _MARKS.sub("", folded)


def field_of(cell: Any) -> str | None:
    """Return the field a header means, or None."""
    word = header_word(cell)
    exact = _KEYS.get(word) or _KEYS.get(_MARKS.sub("", unicodedata.normalize("NFKC", cell)) if word else "")
    if exact or not word or len(word) > 14 or any(part in word for part in _NOT_INSIDE):
        return exact
    return next((_KEYS[inside] for inside in _INSIDE if inside in word), None)


def propose(headers: Sequence[Any]) -> dict[str, str]:
    """Return {column number: field}; of two columns for one field the exactly named one wins, else the first."""
    exact = {n: key for n, cell in enumerate(headers) if (key := _KEYS.get(header_word(cell)))}
    found: dict[str, str] = {}
    for n, key in exact.items():
        if key not in found.values():
            found[str(n)] = key
    for n, cell in enumerate(headers):
        if n not in exact and (near := field_of(cell)) and near not in found.values():
            found[str(n)] = near
    return found


def find_header(rows: Sequence[Sequence[Any]]) -> tuple[int, list[str]] | None:
    """Return (row number from 1, words of the columns) of the row that names most fields, or None.

    Where a header takes two rows (家庭成员 above 姓名, 性别), the lower one counts and the upper one fills its gaps.
    """
    best: tuple[int, int, list[str]] | None = None
    for n, row in enumerate(rows[:ROWS_SEARCHED]):
        score = _score(row)
        if score < 2:
            continue
        above = rows[n - 1] if n and _score(rows[n - 1]) >= 1 else ()
        words = [_shown(cell) or _shown(above[c] if c < len(above) else None) for c, cell in enumerate(row)]
        score = _score(words)
        if best is None or score > best[0]:
            best = (score, n + 1, words)
    return (best[1], best[2]) if best else None


def is_header(cells: Sequence[Any], columns: Mapping[int, str]) -> bool:
    """Whether a row names its columns: lists are printed, and repeat their header on every page."""
    return sum(_KEYS.get(header_word(cells[n])) == key for n, key in columns.items() if n < len(cells)) >= 2


def _score(row: Sequence[Any]) -> int:
    return len(set(propose(row).values()))


def _shown(cell: Any) -> str:
    return " ".join(str(cell).split())[:60] if cell not in (None, "") else ""


def signature(headers: Sequence[str]) -> str:
    """Return what two files with the same headers share, whatever blanks and brackets they use.

    The column that an annotated copy adds at the end does not count.
    """
    words = [header_word(cell) for cell in headers]
    while words and words[-1] in ("", "检查结果"):
        words.pop()
    return sha256("|".join(words).encode()).hexdigest()


def is_complete(mapping: Mapping[str, str]) -> bool:
    """Whether people can be told apart: a name, and a household by number, by the head's name or by relation."""
    fields = set(mapping.values())
    return "name" in fields and bool(fields & GROUPING or "record_id" in fields)
