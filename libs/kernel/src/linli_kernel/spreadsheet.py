"""Writes lists as XLSX or CSV while they are read, with flat memory.

A list's cells are text, and none can become a formula: what begins like one is preceded by an apostrophe. Figures are numbers, so
that they can be summed up. The workbook is the smallest one that every spreadsheet opens: one sheet, styles for text, headings,
counts and shares. (openpyxl and XlsxWriter
write some three thousand rows a second; a list of a county has half a million.)
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import IO, Protocol

_DANGEROUS = frozenset("=+-@\t\r＝＋－＠")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
    f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_REL}/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets><sheet name="{{sheet}}" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type='
    f'"{_REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_REL}/styles" Target="styles.xml"/>'
    "</Relationships>",
    # Format 49 is text: a spreadsheet that opens the file keeps long numbers whole; 3 is a count, 10 a share in per cent.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/></font><font><b/><sz val="11"/>'
    '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/>'
    '</borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf numFmtId="49" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" applyNumberFormat="1" applyFont="1"/><xf numFmtId="3" applyNumberFormat="1"/>'
    '<xf numFmtId="10" applyNumberFormat="1"/></cellXfs></styleSheet>',
}


_COUNT_STYLE, _SHARE_STYLE = 2, 3
XLSX = f"{_TYPE}.sheet"
"""The media type of a workbook."""
Cell = str | int | float | None
"""Text, a count, a share of 1, or nothing."""


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in _DANGEROUS else text


class ListWriter(Protocol):
    def begin(self, watermark: str, headers: Sequence[str]) -> None: ...
    def rows(self, rows: Iterable[Sequence[str]]) -> None: ...
    def end(self, watermark: str) -> None: ...


class CsvWriter:
    """UTF-8 with a byte order mark, so that Excel reads Chinese; every cell in quotes."""

    def __init__(self, target: IO[bytes]) -> None:
        self._text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
        self._writer = csv.writer(self._text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")

    def begin(self, watermark: str, headers: Sequence[str]) -> None:
        self._writer.writerow([harmless(watermark)])
        self._writer.writerow(headers)

    def rows(self, rows: Iterable[Sequence[str]]) -> None:
        self._writer.writerows([[harmless(cell) for cell in row] for row in rows])

    def end(self, watermark: str) -> None:
        self._writer.writerow([harmless(watermark)])
        self._text.flush()
        self._text.detach()


class XlsxWriter:
    """One sheet, written in a stream into the archive; the watermark stands above, below and on every printed page."""

    def __init__(self, target: IO[bytes], sheet: str = "名单") -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        for name, text in _PARTS.items():
            self._archive.writestr(name, _HEAD + text.replace("{sheet}", _escaped(sheet)))
        self._sheet = self._archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True)

    def begin(self, watermark: str, headers: Sequence[str]) -> None:
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{22 if len(header) > 4 else 14}" customWidth="1" style="0"/>'
            for n, header in enumerate(headers, 1)
        )
        self._put(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="2" '
            f'topLeftCell="A3" state="frozen"/></sheetView></sheetViews><cols>{columns}</cols><sheetData>'
            f"{_line([watermark], 1)}{_line(headers, 1)}"
        )

    def rows(self, rows: Iterable[Sequence[str]]) -> None:
        self._put("".join([_line(row) for row in rows]))

    def figures(self, rows: Iterable[Sequence[Cell]]) -> None:
        self._put("".join(["<row>" + "".join([_cell(cell) for cell in row]) + "</row>" for row in rows]))

    def end(self, watermark: str) -> None:
        # In a header one & begins a code of its own.
        printed = _escaped(watermark.replace("&", "&&"))
        self._put(
            f'{_line([watermark], 1)}</sheetData><pageSetup orientation="landscape"/><headerFooter>'
            f"<oddHeader>&amp;R{printed}</oddHeader><oddFooter>&amp;L{printed}&amp;R&amp;P/&amp;N</oddFooter>"
            "</headerFooter></worksheet>"
        )
        self._sheet.close()
        self._archive.close()

    def _put(self, text: str) -> None:
        self._sheet.write(text.encode())


def _line(cells: Sequence[str], style: int = 0) -> str:
    cells = [harmless(cell) for cell in cells]
    opening = f'<c t="inlineStr" s="{style}"><is><t>' if style else '<c t="inlineStr"><is><t>'
    if _needs_care(f"|{'|'.join(cells)}|"):
        opening = f'{opening[:-1]} xml:space="preserve">'
        cells = [_escaped(cell) for cell in cells]
    return "<row>" + "".join([f"{opening}{cell}</t></is></c>" if cell else "<c/>" for cell in cells]) + "</row>"


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{_escaped(harmless(cell))}</t></is></c>'
    return f'<c s="{_SHARE_STYLE if isinstance(cell, float) else _COUNT_STYLE}"><v>{cell}</v></c>'


def _needs_care(line: str) -> bool:
    """Whether a cell has marks of XML, begins or ends blank, or holds what no workbook stores; most lines do not."""
    return not line.isprintable() or any(mark in line for mark in ("&", "<", ">", "| ", " |"))


def _escaped(text: str) -> str:
    return _UNSTORABLE.sub("", text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


WRITERS: dict[str, type[CsvWriter] | type[XlsxWriter]] = {"csv": CsvWriter, "xlsx": XlsxWriter}
