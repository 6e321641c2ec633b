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
