"""Opens what was uploaded: XLSX, XLS, ODS and text in UTF-8, UTF-16 or GBK, as rows of plain cells.

Nothing in a file is executed or followed: formulas give their stored result, and one without a result is marked. What
would unpack to far more than it weighs is refused before it is unpacked.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from linli_registry.imports import trial
from linli_registry.imports.cells import UNFINISHED
from linli_registry.imports.errors import FileUnreadable

LARGEST_FILE_BYTES = 19 * 1024 * 1024
"""Just below what the gateway passes on."""
MOST_UNPACKED_BYTES = 600 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 200_000, 120, 2_000
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*<f[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^>]* t="e"')
_MARKS = ((_FORMULA, UNFINISHED), (_ERROR, "#VALUE!"))
_SHEET = re.compile(r"xl/worksheets/sheet[0-9]+\.xml")
_CHUNK = 1 << 20
_TEXT_ENCODINGS = ("utf-8", "gb18030")
Rows = Iterator[list[Any]]


@dataclass(frozen=True)
class Sheet:
    """One table of a file; `rows()` may be called again and yields every row from the first line of the sheet."""

    name: str
    count: int
    source: Any
    # {row: {column: what stands for it}} of cells that the reader would give as empty.
    spoilt: Mapping[int, Mapping[int, str]] = field(default_factory=dict)

    def rows(self) -> Rows:
        if isinstance(self.source, CalamineSheet):
            return self._of_workbook(self.source)
        return self._of_text(self.source)

    def _of_workbook(self, sheet: CalamineSheet) -> Rows:
        # A table that begins lower or further right keeps its addresses.
        top, left = sheet.start or (0, 0)
        for _ in range(top):
            yield []
        for n, row in enumerate(sheet.iter_rows(), top + 1):
            cells = [None] * left + [_plain(cell) for cell in row[:MOST_COLUMNS]]
            for column, mark in self.spoilt.get(n, {}).items():
                if column < len(cells) and cells[column] is None:
                    cells[column] = mark
            yield cells

    def _of_text(self, source: tuple[str, str]) -> Rows:
        text, delimiter = source
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [cell[:LONGEST_CELL] or None for cell in row[:MOST_COLUMNS]]


def open_sheets(content: bytes, *, foreign: bool = False) -> list[Sheet]:
    """Return the visible tables of a file that have rows, or raise FileUnreadable.

    A `foreign` file was never opened before: it is tried first where it can do no harm.
    """
    if not content:
        raise _unreadable("文件是空的", "it is empty")
    sheets = _workbook(content, foreign) if content.startswith((_ZIP, _OLE)) else [_text(content)]
    sheets = [sheet for sheet in sheets if sheet.count]
    if not sheets:
        raise _unreadable("里面没有内容", "there is nothing in it")
    for sheet in sheets:
        if sheet.count > MOST_ROWS:
            raise _unreadable(f"超过 {MOST_ROWS} 行，请分开导入", f"more than {MOST_ROWS} rows; split it")
    return sheets


def _workbook(content: bytes, foreign: bool) -> list[Sheet]:
    spoilt: dict[int, dict[int, dict[int, str]]] = {}
    try:
        if content.startswith(_ZIP):
            spoilt = _spoilt_formulas(content)
        if foreign and not trial.survives(content):
            raise _unreadable(
                "表格已损坏，或在很远的行列里有多余内容；请只把名单复制到新表格，另存为 .xlsx",
                "it is damaged, or has cells far outside the list; copy the list alone into a new workbook",
            )
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    except PasswordError:
        raise _unreadable("文件有密码，请先取消密码", "it has a password; remove that first") from None
    except (
        CalamineError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
    ):
        raise _unreadable(
            "不是完好的 Excel 文件，请用 Excel 或 WPS 打开后另存为 .xlsx",
            "not a sound workbook; save it as .xlsx again",
        ) from None
    return [
        Sheet(sheet.name, sheet.height + (sheet.start or (0, 0))[0], sheet, spoilt.get(n, {}))
        for n, sheet in enumerate(sheets)
    ]


def _spoilt_formulas(content: bytes) -> dict[int, dict[int, dict[int, str]]]:
    """Return {sheet position: {row: {column: mark}}} of formulas without a result or with an error for one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED_BYTES:
            raise _unreadable("解压后过大", "it unpacks to too much")
        found: dict[int, dict[int, dict[int, str]]] = {}
        names = sorted(filter(_SHEET.fullmatch, archive.namelist()), key=lambda name: int(re.sub(r"\D", "", name)))
        for item in archive.infolist():
            if not _SHEET.fullmatch(item.filename):
                _read_through(archive, item)
        for position, name in enumerate(names):
            found[position] = _scan(archive, name)
    return found


def _read_through(archive: zipfile.ZipFile, item: zipfile.ZipInfo) -> None:
    """Raise BadZipFile when a part is not as long as it says: what is unpacked later trusts nobody's word."""
    with archive.open(item) as stream:
        while stream.read(_CHUNK):
            pass


def _scan(archive: zipfile.ZipFile, name: str) -> dict[int, dict[int, str]]:
    places: dict[int, dict[int, str]] = {}
    rest = b""
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            text = rest + chunk
            for pattern, mark in _MARKS:
                for letters, row in pattern.findall(text):
                    places.setdefault(int(row), {})[_column(letters.decode())] = mark
            rest = text[-4096:]
    return places


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    """Return the letters of a column: 0 → A, 27 → AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(content: bytes) -> Sheet:
    text = _decoded(content)
    if "\x00" in text:
        raise _unreadable("不是表格文件", "it is not a table")
    # What stands in quotes separates nothing.
    sample = _QUOTED.sub("", text[:65536])
    delimiter = max(",\t;", key=sample.count)
    try:
        count = sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        raise _unreadable("文本表格的引号不成对", "the quotes of the text do not match") from None
    return Sheet("", count, (text, delimiter))


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings: Sequence[str] = ("utf-16",)
    else:
        content = content.removeprefix(codecs.BOM_UTF8)
        encodings = _TEXT_ENCODINGS
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("文字编码不是 UTF-8 或 GBK", "its text is neither UTF-8 nor GBK")


def _plain(cell: Any) -> Any:
    if cell == "":
        return None
    return cell[:LONGEST_CELL] if isinstance(cell, str) else cell


def _unreadable(zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(reason_zh=zh, reason_en=en)
