"""The empty form: the columns an import knows, number columns as text, lists to choose from, and a page of explanations."""

import io
from functools import cache

from linli_kernel.codes.dictionaries import dictionary

from linli_registry.imports.fields import BY_KEY

COLUMNS = (
    "household_number", "relation", "name", "identity_number", "sex", "birth_date", "ethnic_group", "phone", "address",
    "grid", "presence", "education", "marriage", "political_status", "document_kind",
)  # fmt: skip
_ROWS = 5_000
_LISTS = {
    "sex": "男,女",
    "presence": "在住,外出,外来,短期",
    "document_kind": "身份证,港澳台居民居住证,外国人永久居留身份证,护照,无",
    "marriage": "未婚,已婚,丧偶,离婚",
}
_HINTS = (
    (
        "一户人家连续填写，户主写在第一行，“与户主关系”填“户主”。",
        "Keep a household together, its head in the first row.",
    ),
    ("“户号”可以不填；填写时同一户的人填同一个户号。", "The household number may stay empty."),
    ("身份证号码列已设为文本格式；没有证件号码的人请填写出生日期和性别。", "Without a number give birth date and sex."),
    ("日期写成 1950-03-07 或 1950.3.7 都可以。", "Dates in any usual spelling."),
    (
        "列的顺序可以调整，不需要的列可以删除，多出的列不会导入。",
        "Columns may be moved or removed; others are ignored.",
    ),
)


@cache
def template() -> bytes:
    # Imported here: openpyxl takes half a second, and most starts never need it.
    from openpyxl import Workbook
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    page = book.worksheets[0]
    page.title = "人口信息"
    page.freeze_panes = "A2"
    for n, key in enumerate(COLUMNS, 1):
        cell = page.cell(1, n, BY_KEY[key].zh)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8EFF6")
        letter = get_column_letter(n)
        page.column_dimensions[letter].width = {"identity_number": 22, "address": 28}.get(key, 13)
        page.column_dimensions[letter].number_format = "@"
        if key in _LISTS:
            rule = DataValidation("list", formula1=f'"{_LISTS[key]}"', allow_blank=True, showErrorMessage=False)
            rule.add(f"{letter}2:{letter}{_ROWS}")
            page.add_data_validation(rule)
    notes = book.create_sheet("填写说明")
    notes.column_dimensions["A"].width = 80
    for zh, en in _HINTS:
        notes.append([zh, en])
    notes.append([])
    notes.append(["与户主关系可以填写：" + "、".join(entry.zh for entry in dictionary("relation").entries)])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
