"""Rows as a spreadsheet, in constant memory: CSV as a French spreadsheet opens it, and XLSX.

CSV is UTF-8 with its mark (without it Excel reads accents as another code page), with semicolons, since the comma is
the decimal sign. A text that a spreadsheet would take for a formula gets an apostrophe before it, in both formats: a
list is often saved from the one into the other (OWASP, « CSV Injection »).
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook

Row = Iterable[Any]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: What one cell of Excel holds at most (Excel specifications and limits).
_CELL = 32_767
#: Control characters that XML 1.0 has no way to write.
_UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32)], " ")


def harmless(text: str) -> str:
    """The text, which no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


class _Line:
    """What :mod:`csv` writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_chunks(header: Row, rows: Iterable[Row]) -> Iterator[bytes]:
    """The file, some lines at a time."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield b"\xef\xbb\xbf" + writer.writerow([str(cell) for cell in header]).encode()
    waiting: list[str] = []
    for row in rows:
        waiting.append(writer.writerow([_csv_cell(cell) for cell in row]))
        if len(waiting) == 500:
            yield "".join(waiting).encode()
            waiting.clear()
    yield "".join(waiting).encode()


def _csv_cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "oui" if value else "non"
        case datetime():
            return timezone.localtime(value).strftime("%d/%m/%Y %H:%M:%S")
        case Decimal():
            return format(value, "f").replace(".", ",")
        case int():
            return str(value)
    return harmless(str(value))


def write_xlsx(out: IO[bytes], title: str, header: Row, rows: Iterable[Row]) -> None:
    """Write the workbook; its rows go through a file of their own, never all in memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    sheet.append([str(cell) for cell in header])
    for row in rows:
        sheet.append([_xlsx_cell(cell) for cell in row])
    book.save(out)


def _xlsx_cell(value: Any) -> Any:
    match value:
        case None | int() | Decimal():
            return value
        case datetime():
            return timezone.localtime(value).replace(tzinfo=None)  # a spreadsheet knows no zone
    return harmless(str(value).translate(_UNWRITABLE))[:_CELL]
