"""Builds spreadsheets as villages really have them, one trouble at a time."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from linli_kernel.codes import identity
from openpyxl import Workbook

COUNTY = "421202"
HEADERS = ("户号", "姓名", "与户主关系", "公民身份号码", "性别", "出生日期", "民族", "联系电话", "住址", "文化程度")


def number(born: date, sequence: int, region: str = COUNTY) -> str:
    return identity.make(region, born, sequence)


HEAD = number(date(1962, 3, 7), 811)
WIFE = number(date(1964, 5, 1), 812)
SON = number(date(1990, 12, 21), 813)


def family(n: int = 0) -> list[list[Any]]:
    """A household of three in the order of `HEADERS`; another `n` is another family."""
    heads = [number(date(1950 + n % 40, 1 + n % 12, 1 + n % 28), 801 + n // 480 * 2) for _ in range(1)]
    wife = number(date(1952 + n % 40, 1 + n % 12, 1 + n % 28), 802 + n // 480 * 2)
    son = number(date(1980 + n % 40, 1 + n % 12, 1 + n % 28), 803 + n // 480 * 2)
    place = f"花坪村{n % 9 + 1}组{n + 500}号"
    return [
        [f"{n + 1}", "万户主", "户主", heads[0], "男", None, "汉族", f"138{n:08d}", place, "初中"],
        [None, "万妻子", "妻", wife, "女", None, "汉", None, None, "小学"],
        [None, "万儿子", "长子", son, "男", None, "汉", None, None, "大专"],
    ]


def xlsx(rows: Sequence[Sequence[Any]], *, merge: Sequence[str] = (), formats: dict[str, str] | None = None) -> bytes:
    book = Workbook()
    page = book.active
    for row in rows:
        page.append(list(row))
    for place in merge:
        page.merge_cells(place)
    for cell, form in (formats or {}).items():
        page[cell].number_format = form
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text(rows: Sequence[Sequence[Any]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    return "\r\n".join(delimiter.join("" if c is None else str(c) for c in row) for row in rows).encode(encoding)
