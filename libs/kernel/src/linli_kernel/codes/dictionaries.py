"""Code tables of the national standards: relation, sex, marriage, education, political status, ethnic group.

The tables are data (``data/dictionaries.yaml``); a code is text and keeps its leading zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from linli_kernel.yaml_data import read_yaml


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One table. ``checked`` tells whether its words were compared with the published standard."""

    name: str
    standard: str
    checked: bool
    zh: str
    en: str
    entries: tuple[Entry, ...]
    by_code: dict[str, Entry]

    def __contains__(self, code: object) -> bool:
        return code in self.by_code

    def __getitem__(self, code: str) -> Entry:
        return self.by_code[code]

    def zh_of(self, code: str | None) -> str:
        """Return the Chinese word, or an empty text for an unknown or missing code."""
        found = self.by_code.get(code or "")
        return found.zh if found else ""

    def en_of(self, code: str | None) -> str:
        """Return the English word, or an empty text for an unknown or missing code."""
        found = self.by_code.get(code or "")
        return found.en if found else ""

    def code_of(self, word: str) -> str | None:
        """Return the code of a Chinese word as forms and spreadsheets write it (汉 for 汉族, 父 for 父亲)."""
        return _words(self.name).get(word.strip())


NAMES = ("relation", "sex", "marriage", "education", "political_status", "ethnic_group")

# How people write what the standard words otherwise.
_ALIASES: dict[str, dict[str, str]] = {
    "relation": {
        "父": "51", "母": "52", "丈夫": "11", "妻子": "12", "儿子": "20", "女儿": "30", "哥哥": "71", "弟弟": "73",
        "姐": "75", "妹": "77", "媳妇": "38", "爷爷": "61", "奶奶": "62", "外公": "63", "外婆": "64", "二子": "23",
        "二女": "33", "继子": "27", "养子": "27", "继女": "37", "养女": "37", "侄儿": "93",
    },
    "sex": {"男性": "1", "女性": "2"},
    "marriage": {"离异": "40", "丧偶者": "30"},
    "education": {
        "本科": "20", "大学": "20", "专科": "30", "大专": "30", "中专": "40", "中职": "40", "技校": "40", "高中": "60",
        "普高": "60", "硕士": "10", "博士": "10",
    },
    "political_status": {"党员": "01", "预备党员": "02", "团员": "03", "无党派": "12"},
}  # fmt: skip


def dictionary(name: str) -> Dictionary:
    """Return a table by its name (one of ``NAMES``), or raise ``KeyError``."""
    return _all()[name]


def all_dictionaries() -> tuple[Dictionary, ...]:
    return tuple(_all().values())


def is_relation_of_kin(code: str) -> bool:
    """Whether a relation code means kin (not the person, the head or a non-relative)."""
    return code in _all()["relation"].by_code and code not in {"01", "02", "99"}


@cache
def _all() -> dict[str, Dictionary]:
    text = resources.files("linli_kernel.codes").joinpath("data/dictionaries.yaml").read_text(encoding="utf-8")
    tables: dict[str, Any] = read_yaml(text)
    return {name: _table(name, tables[name]) for name in NAMES}


def _table(name: str, raw: dict[str, Any]) -> Dictionary:
    entries = tuple(Entry(*map(str, row)) for row in raw["entries"])
    by_code = {entry.code: entry for entry in entries}
    return Dictionary(name, raw["standard"], raw["checked"], raw["zh"], raw["en"], entries, by_code)


@cache
def _words(name: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for entry in _all()[name].entries:
        words.setdefault(entry.zh, entry.code)
        if name == "ethnic_group":
            words.setdefault(entry.zh.removesuffix("族"), entry.code)
    return {**words, **_ALIASES.get(name, {})}
