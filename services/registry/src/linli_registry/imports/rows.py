"""One row of a file as the registry's rules take it, with what was found in its cells.

The rules themselves are those of every registration (`residents.values.check`); here only spellings are read.
"""

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from linli_kernel.codes import identity
from linli_kernel.codes.errors import CodeError
from linli_kernel.codes.identity import Identity, IdentityKind
from linli_kernel.codes.text import normalise_code

from linli_registry.imports import cells as c
from linli_registry.imports.fields import is_header
from linli_registry.imports.findings import Finding, is_error, warning
from linli_registry.residents.names import normalise_name

CODED = ("sex", "ethnic_group", "education", "marriage", "political_status", "presence", "document_kind")
_DIGITS = ("phone", "bank_account")
_NOT_A_PERSON = re.compile(
    r"(?:本页|本村|全村)?(?:合计|总计|小计|共计)|(?:填表|制表|填报|审核|审批|经办|负责)人?[:：]|(?:注|说明|备注)[:：]"
)
"""How a line begins that stands below or between the people."""


@dataclass(slots=True)
class Row:
    """`given` holds resident fields for `check`; the rest places the person in household, grid and village."""

    number: int
    given: dict[str, Any] = field(default_factory=dict)
    # The number taken apart, when it is a sound one.
    identity: Identity | None = None
    # The keyed hash of the number, by which the register and the other rows of the file know it.
    index: bytes | None = None
    relation: str | None = None
    household_number: str = ""
    head_name: str = ""
    address: str = ""
    grid: str = ""
    division: str = ""
    record_id: UUID | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def faulty(self) -> bool:
        return any(map(is_error, self.findings))

    @property
    def canonical(self) -> str | None:
        return None if self.identity is None else self.identity.canonical

    @property
    def numbered_birth(self) -> date | None:
        return None if self.identity is None else self.identity.birth_date

    @property
    def name(self) -> str:
        return str(self.given.get("name") or "")

    @property
    def born(self) -> date | None:
        """The birth date as it stands in the row, else as the number tells it."""
        return self.given.get("birth_date") or self.numbered_birth

    def find(self, finding: Finding | None, at: str) -> None:
        if finding is not None:
            self.findings.append(msgspec.structs.replace(finding, field=finding.field or at))


def is_empty(cells: Sequence[Any], columns: Mapping[int, str]) -> bool:
    """Whether a row says nothing about a person: blank, a sum, a signature, the header again, or no known column filled."""
    filled = {key for n, key in columns.items() if n < len(cells) and cells[n] not in (None, "")}
    if not filled - {"household_number", "division", "grid", "address", "head_name", "relation"}:
        return True
    if is_header(cells, columns):
        return True
    first = next((c.text_of(cell) for cell in cells if cell not in (None, "")), "")
    return "identity_number" not in filled and _NOT_A_PERSON.match(first.replace(" ", "")) is not None


def read_row(number: int, cells: Sequence[Any], columns: Mapping[int, str], today: date) -> Row:
    row = read_cells(number, cells, columns)
    if (written := row.given.get("identity_number")) is not None:
        # What is wrong with it is said by the registry's own check, with the reason.
        with contextlib.suppress(CodeError):
            row.identity = identity.parse(written, today=today)
        if row.identity is not None and _may_be_another_column(row, row.identity):
            row.identity = None
            row.find(_KIND_NEEDED, "identity_number")
    _settle_birth(row, today)
    if not row.name and not any(f.field == "name" for f in row.findings):
        row.find(Finding("registry.required", "没有姓名", "The name is missing"), "name")
    return row


def _may_be_another_column(row: Row, found: Identity) -> bool:
    """Whether digits that are no identity card stand there without a word of what they are: a phone, half a number."""
    return found.kind is IdentityKind.PASSPORT and found.number.isdigit() and "document_kind" not in row.given


_KIND_NEEDED = Finding(
    "import.kind_needed",
    "不是身份证号码；确是护照、通行证等其他证件的，请在“证件类型”一列写明",
    "No number of an identity card; if it is a passport or a travel permit, say so in the column of the document",
)


def read_cells(number: int, cells: Sequence[Any], columns: Mapping[int, str]) -> Row:
    """Read each cell by itself."""
    row = Row(number)
    for n, key in columns.items():
        cell = cells[n] if n < len(cells) else None
        if cell is None or cell == "":
            continue
        if (fault := c.spoilt(cell)) is not None:
            row.find(fault, key)
        else:
            _READERS[key](row, key, cell)
    return row


def number_of(row: Row) -> str | None:
    """Return a number as it would be known if it is sound: an old one in its 18 digits."""
    if (written := row.given.get("identity_number")) is None:
        return None
    code = normalise_code(written)
    return identity.upgrade(code) if len(code) == 15 and code.isascii() and code.isdigit() else code


def _name(row: Row, key: str, cell: Any) -> None:
    row.given["name"] = normalise_name(c.text_of(cell))


def _number(row: Row, key: str, cell: Any) -> None:
    text, fault = c.digits_of(cell)
    if fault is not None:
        row.find(fault, key)
    elif c.is_masked(text):
        row.find(_masked(), key)
    elif not c.is_blank(text):
        row.given[key] = text


def _digits(row: Row, key: str, cell: Any) -> None:
    text, fault = c.digits_of(cell)
    if fault is not None:
        row.find(fault, key)
    elif c.is_masked(text):
        row.find(_masked(), key)
    elif not c.is_blank(text):
        first, *others = [part for part in _split(text) if part]
        if others:
            row.find(warning("import.first_taken", "有多个号码，只登记第一个", "Only the first number is kept"), key)
        row.given[key] = first


def _split(text: str) -> list[str]:
    if text.isalnum():
        return [text]
    for mark in "、,，;；/":
        text = text.replace(mark, "|")
    return text.split("|")


def _masked() -> Finding:
    return warning("import.masked", "是脱敏后的号码，保持登记库中原有的号码", "A masked number; the stored one is kept")


def _coded(row: Row, key: str, cell: Any) -> None:
    code = c.WORDS[key].get(cell) if isinstance(cell, str) else None
    if code is None:
        text = c.text_of(cell)
        if c.is_blank(text) and key not in ("document_kind", "education"):
            return
        code, fault = c.code_of(key, text)
        row.find(fault, key)
    if code is not None:
        if key == "relation":
            row.relation = code
        else:
            row.given[key] = code


def _birth(row: Row, key: str, cell: Any) -> None:
    if not isinstance(cell, date | datetime) and c.is_blank(c.text_of(cell)):
        return
    day, fault = c.day_of(cell)
    row.find(fault, key)
    if day is not None:
        row.given[key] = day


def _settle_birth(row: Row, today: date) -> None:
    """A date that was written in part is completed by the identity number, or by the rule for dates alone."""
    day = row.given.pop("birth_date", None)
    if day is None:
        return
    if row.numbered_birth is not None and day.agrees(row.numbered_birth):
        return
    made, found = c.full_day(day, today)
    row.find(found, "birth_date")
    if made is not None:
        row.given["birth_date"] = made


def _text(row: Row, key: str, cell: Any) -> None:
    text = c.text_of(cell)
    if not c.is_blank(text):
        setattr(row, key, text)


def _key(row: Row, key: str, cell: Any) -> None:
    row.household_number = normalise_code(c.text_of(cell))[:40]


def _head(row: Row, key: str, cell: Any) -> None:
    row.head_name = normalise_name(c.text_of(cell))


def cleaned_address(cell: Any) -> str:
    return "".join(c.text_of(cell).split())


def _address(row: Row, key: str, cell: Any) -> None:
    text = cleaned_address(cell)
    if len(text) > 200:
        row.find(Finding("import.too_long", "住址太长", "The address is too long"), key)
    elif not c.is_blank(text) and not c.is_masked(text):
        row.address = text


def _record(row: Row, key: str, cell: Any) -> None:
    try:
        row.record_id = UUID(c.text_of(cell))
    except ValueError:
        row.find(Finding("import.record_unknown", "登记编号不正确，请清空", "Not a record id; clear it"), key)


_READERS: dict[str, Callable[[Row, str, Any], None]] = {
    "name": _name,
    "identity_number": _number,
    "birth_date": _birth,
    "relation": _coded,
    "household_number": _key,
    "head_name": _head,
    "address": _address,
    "grid": _text,
    "division": _text,
    "record_id": _record,
    **dict.fromkeys(_DIGITS, _digits),
    **dict.fromkeys(CODED, _coded),
}
