"""One cell as people fill it, brought to the form the registry's own rules check.

A cell that a spreadsheet has already spoilt (a number in scientific notation, an unfinished formula) is refused with
the reason; a spelling that can be read without doubt is read.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from linli_kernel.codes.dictionaries import dictionary

from linli_registry.imports.findings import Finding, warning

EXACT_DIGITS = 15
"""A spreadsheet keeps this many digits of a number; what follows became zero."""
EXCEL_START = date(1899, 12, 30)
_SERIALS = range(1, 60_000)
"""1900 to 2064."""
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]{1,3}")
# What programs write of a column with gaps: 13800001111.0.
_WITH_POINT = re.compile(r"([0-9]+)\.0+")
_MASKED = re.compile(r"[*●×]{2,}|\*")
_WRAPPED = re.compile(r'^="?(.*?)"?$', re.DOTALL)
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_DAY = re.compile(
    r"([0-9]{2}|[0-9]{4})[-./年 ]+([0-9]{1,2})(?:[-./月 ]+([0-9]{1,2}))?[日号 ]*(?: ?[0-9:]+)?|([0-9]{4})年?"
)
_BLANKS = frozenset(
    {"无", "没有", "/", "\\", "-", "--", "——", "—", "暂无", "未知", "空", "不详", "N/A", "null", "None"}
)
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
UNFINISHED = "\ue000formula"
"""Stands for a formula whose result the file does not hold."""


@dataclass(frozen=True, slots=True)
class Day:
    """A date as far as it was written: the day, or month and day, may be missing; `short` is a year of two digits."""

    year: int
    month: int | None
    day: int | None
    short: bool = False

    def agrees(self, other: date) -> bool:
        year = other.year % 100 if self.short else other.year
        return (self.year, self.month or other.month, self.day or other.day) == (year, other.month, other.day)


def text_of(cell: Any) -> str:
    """Return a cell as one line of text; whole numbers without a decimal point."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell if cell.isascii() and cell.isalnum() else _one_line(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, time | timedelta):
        return str(cell)
    return _one_line(str(cell))


def _one_line(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    if text.startswith("="):
        text = _WRAPPED.sub(r"\1", text)
    return " ".join(text.lstrip("'’‘`").split())


def is_blank(text: str) -> bool:
    return not text or text in _BLANKS


def spoilt(cell: Any) -> Finding | None:
    """Return why a cell of any field cannot be used."""
    if not isinstance(cell, str):
        return None
    if cell == UNFINISHED:
        return Finding(
            "import.formula", "公式没有计算结果，请用 Excel 打开后保存，或改为直接填写的内容",
            "The formula has no stored result; open and save the file in a spreadsheet, or type the value",
        )  # fmt: skip
    if "#" in cell and cell.strip() in _EXCEL_ERRORS:
        return Finding("import.formula_error", "公式结果是错误值", "The formula gives an error")
    return None


def digits_of(cell: Any) -> tuple[str, Finding | None]:
    """Return a number's digits, or why they are lost."""
    if isinstance(cell, str) and cell.isascii() and cell.isdigit():
        return cell, None
    lost = Finding(
        "import.digits_lost",
        "长号码被表格变成了科学计数法，末几位已经丢失；请把这一列设为“文本”格式后重新填写",
        "The spreadsheet turned the long number into scientific notation and lost its last digits; "
        "format the column as text and type it again",
    )
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        if abs(cell) >= 10**EXACT_DIGITS:
            return "", lost
        return text_of(cell), None
    text = text_of(cell).replace(" ", "")
    if _SCIENTIFIC.fullmatch(text):
        return "", lost
    if (as_number := _WITH_POINT.fullmatch(text)) is not None:
        digits = as_number[1]
        return ("", lost) if len(digits) > EXACT_DIGITS else (digits, None)
    return text, None


def is_masked(text: str) -> bool:
    return not text.isalnum() and _MASKED.search(text) is not None


def day_of(cell: Any) -> tuple[Day | None, Finding | None]:
    """Read a date in any usual spelling, an Excel serial included."""
    if isinstance(cell, datetime | date):
        return Day(cell.year, cell.month, cell.day), None
    text = text_of(cell).translate(_CHINESE_DIGITS)
    if (as_number := _WITH_POINT.fullmatch(text)) is not None:
        text = as_number[1]
    if re.fullmatch(r"[0-9]{8}", text):
        return _made(text[:4], text[4:6], text[6:])
    if re.fullmatch(r"(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])", text):
        return _made(text[:4], text[4:], None)
    if re.fullmatch(r"[0-9]{4,5}", text) and not 1850 <= int(text) <= 2100:
        serial = int(text)
        if serial in _SERIALS:
            day = EXCEL_START + timedelta(days=serial)
            return Day(day.year, day.month, day.day), None
    if text.count("十"):
        text = _tens(text)
    found = _DAY.fullmatch(text.strip(" .-/月"))
    if found is None:
        return None, _unreadable()
    if found.group(4):
        return _made(found.group(4), None, None)
    return _made(found.group(1), found.group(2), found.group(3))


def _tens(text: str) -> str:
    """十二月 after digits were turned: 1十 → 1十, 十2 → 12, 2十1 → 21."""
    text = re.sub(r"([0-9])十([0-9])", r"\1\2", text)
    text = re.sub(r"([0-9])十", r"\g<1>0", text)
    return re.sub(r"十", "10", re.sub(r"十([0-9])", r"1\1", text))


def _made(year: str, month: str | None, day: str | None) -> tuple[Day | None, Finding | None]:
    made = Day(int(year), int(month) if month else None, int(day) if day else None, short=len(year) == 2)
    try:
        date(made.year + 2000 if made.short else made.year, made.month or 1, made.day or 1)
    except ValueError:
        return None, _unreadable()
    return made, None


def _unreadable() -> Finding:
    return Finding(
        "import.date_unreadable", "看不懂这个日期，请写成 1950-03-07", "This date cannot be read; write 1950-03-07"
    )


def full_day(day: Day, today: date) -> tuple[date | None, Finding | None]:
    """Return the day that was meant when no number tells it: a missing day is the first, and said so."""
    year = day.year
    if day.short:
        if year <= today.year % 100:
            return None, Finding(
                "import.year_ambiguous", "两位数年份分不清是 19 还是 20 开头，请写四位年份",
                "A year of two digits may be 19.. or 20..; write four digits",
            )  # fmt: skip
        year += 1900
    if day.month is None:
        return None, Finding("import.date_incomplete", "日期只有年份，请补上月日", "Only a year; add month and day")
    made = date(year, day.month, day.day or 1)
    if day.day is None:
        return made, warning("import.day_assumed", "没有写日，按 1 日登记，请核对", "No day given; the 1st is assumed")
    if day.short:
        return made, warning("import.year_assumed", f"按 {year} 年登记，请核对", f"Taken as {year}; please compare")
    return made, None


_PRESENCE = {
    "registered_here": "户籍在住 在住 在家 常住 户籍人口 本地 本村 常住人口 户在人在 人户一致 在村 是 本地户籍 户籍常住",
    "registered_away": "外出 户籍外出 外出务工 人户分离 户在人不在 外出人口 流出 在外 外出打工 户籍不在住 否 务工",
    "unregistered_here": "外来 流入 外来人口 流动人口 人在户不在 租住 租户 非户籍 非户籍常住 外来人员 户不在人在 非户籍在住",
    "short_stay": "短期 暂住 短住 临时 临时居住 短期居住",
}
_DOCUMENTS = {
    "resident_id": "身份证 居民身份证 二代身份证 居民身份证件",
    "hmt_residence_permit": "港澳台居民居住证 港澳台居住证 居住证",
    "foreign_permanent_residence": "外国人永久居留身份证 外国人永久居留证 永居证",
    "passport": "护照 护照或其他证件 其他 其他证件 通行证 回乡证 港澳通行证 港澳居民来往内地通行证 台胞证 台湾居民来往大陆通行证",
    "none": "无 无证件 没有证件 未办理 未办 无证",
}
_SEX = {"1": "男 男性 M 1 先生", "2": "女 女性 F 2 女士", "0": "未知 0", "9": "未说明 9"}
_EXTRA = {
    "relation": {
        "02": "户主 本人 户主本人 戸主 自己 主",
        "11": "老公", "12": "老婆 妻 之妻 爱人", "10": "配偶 夫妻",
        "20": "儿 之子 男孩", "30": "女儿 之女 闺女 女孩", "22": "大儿子 大儿 长男", "23": "二儿子 二儿", "24": "三儿子",
        "32": "大女儿", "33": "二女儿", "34": "三女儿", "38": "儿媳妇 媳", "28": "女婿 上门女婿", "41": "孙子 孙 长孙 孙儿",
        "42": "孙女 孙女儿", "43": "外孙 外孙子", "44": "外孙女 外孙女儿", "51": "父亲 爸爸 爸 之父", "52": "母亲 妈妈 妈 之母",
        "53": "公公 公爹", "54": "婆婆 公婆", "55": "岳父 丈人", "56": "岳母 丈母娘", "61": "祖父 爷", "62": "祖母 奶",
        "71": "哥", "73": "弟 兄弟", "75": "姐姐", "77": "妹妹", "97": "其他亲属 亲属 亲戚 其他", "99": "非亲属 租客 保姆",
    },
    "education": {
        "10": "研究生 硕士研究生 博士研究生 研究生及以上", "20": "大学本科 本科及以上 大学 大本", "30": "大学专科 大专 专科 高职",
        "40": "中等职业教育 中专 职高 中技 职中 中职 技校", "60": "普通高级中学 高中 普高 高中中专", "70": "初级中学 初中 中学 初中及以下",
        "80": "小学 小学及以下", "90": "其他 文盲 学龄前 半文盲 未上学 幼儿 无 学前 幼儿园 不识字",
    },
    "marriage": {"10": "未婚 否 未", "20": "已婚 是 有配偶 已", "21": "初婚", "22": "再婚", "30": "丧偶", "40": "离婚 离异 离"},
    "political_status": {"01": "中共党员 党员 是 共产党员", "02": "中共预备党员", "03": "共青团员 团员 共青团", "13": "群众 否 普通群众"},
    "ethnic_group": {},
}  # fmt: skip


def _spread(words: dict[str, str]) -> dict[str, str]:
    return {word: code for code, line in words.items() for word in line.split()}


def _listed(name: str) -> dict[str, str]:
    return {entry.zh: _kept(name, entry.code) for entry in dictionary(name).entries}


def _kept(field: str, code: str) -> str:
    """本人 is the head, as 户主 is."""
    return "02" if (field, code) == ("relation", "01") else code


WORDS: dict[str, dict[str, str]] = {
    "presence": _spread(_PRESENCE) | {code: code for code in _PRESENCE},
    "document_kind": _spread(_DOCUMENTS) | {code: code for code in _DOCUMENTS},
    "sex": _spread(_SEX),
    **{name: _listed(name) | _spread(words) for name, words in _EXTRA.items()},
}
"""What is written most often, with its code; everything else is looked for by `code_of`."""

CHOICES: dict[str, list[str]] = {
    **{name: [line.split()[0] for line in words.values()] for name, words in
       (("presence", _PRESENCE), ("document_kind", _DOCUMENTS), ("sex", _SEX))},
    **{name: [entry.zh for entry in dictionary(name).entries if WORDS[name][entry.zh] == entry.code] for name in _EXTRA},
}  # fmt: skip
"""One word of every code, to choose from where a cell said something else."""


def code_of(field: str, text: str) -> tuple[str | None, Finding | None]:
    """Return the code of a word, of the code itself, or of a code that lost its leading zero."""
    word = text.replace(" ", "")
    code = WORDS[field].get(word)
    if code is None and field in _EXTRA:
        table = dictionary(field)
        code = table.code_of(word)
        if code is None and word.isdigit():
            code = next((digits for digits in (word, word.zfill(2)) if digits in table), None)
    if code is None:
        return None, Finding("import.word_unknown", "没有这个选项，请改为规定的写法", "Not one of the known words")
    return _kept(field, code), None
