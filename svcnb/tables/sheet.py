"""Cells of a workbook that mean what they say: text stays text, numbers stay numbers, nothing runs."""

from __future__ import annotations

import math
import re
from datetime import date, datetime

from svcnb.i18n import is_missing

LONGEST = 32_767  # letters a cell of a spreadsheet holds
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")  # xml has no such signs


def write_rows(sheet, rows, *, first_row: int = 1, first_column: int = 1) -> int:
    """Write rows of values; returns how many texts lost something (signs that xml cannot hold, more than 32 767 letters).

    A text never becomes a formula: its cell is of the type text and, where it looks like one, carries the mark that
    spreadsheets give to text typed after an apostrophe. So what is written is what is read back, letter by letter.
    """
    spoilt = 0
    for number, row in enumerate(rows, start=first_row):
        for place, value in enumerate(row, start=first_column):
            if not is_missing(value):
                spoilt += write_cell(sheet.cell(number, place), value)
    return spoilt


def write_cell(cell, value) -> bool:
    """Write one value; True when a text could not be written whole."""
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime()
    elif hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return False  # no spreadsheet holds infinity; the cell stays empty
    if isinstance(value, (bool, int, float, date, datetime)):
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd" if not isinstance(value, datetime) or value.time() == datetime.min.time() \
                else "yyyy-mm-dd hh:mm:ss"
        return False
    from svcnb.tables.guard import RUNS

    text = str(value)
    kept = UNWRITABLE.sub("\ufffd", text)[:LONGEST]
    cell.value = kept
    cell.data_type = "s"  # openpyxl takes a leading = for a formula
    cell.number_format = "@"
    cell.quotePrefix = bool(RUNS.match(kept))
    return kept != text


def book_bytes(sheets: dict[str, list]) -> bytes:
    """A workbook as bytes: sheet name -> rows of values, the first row is the heading and stays in sight.

    Raises
    ------
    ValueError
        There is no sheet.
    """
    import io

    import openpyxl
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    if not sheets:
        raise ValueError("a workbook has at least one sheet")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(_sheet_name(title, book.sheetnames))
        write_rows(sheet, rows)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        for place in range(1, len(rows[0]) + 1 if rows else 1):
            longest = max((len(str(row[place - 1])) for row in rows[:200] if len(row) >= place), default=8)
            sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, 8) + 2, 60)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str, taken) -> str:
    """At most 31 signs without those that a spreadsheet refuses, told apart by a number."""
    name = re.sub(r"[][*?:/\\]", " ", title).strip("' ")[:31] or "-"
    number, wanted = 1, name
    while name.casefold() in {other.casefold() for other in taken}:
        number += 1
        name = f"{wanted[:31 - len(str(number)) - 1]} {number}"
    return name
