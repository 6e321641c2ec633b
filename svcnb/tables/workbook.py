"""The workbook that holds every table without a file of its own (``workbook`` in ``[tables]`` of study.toml)."""

from __future__ import annotations

import warnings
from pathlib import Path

from svcnb.tables.samples import HEADINGS
from svcnb.tables.schemas import TABLES

LOOKED = 200  # rows looked at: a sheet whose first rows are all marked and that goes on is looked at by the reader


def filled_sheets(path: Path) -> set[str]:
    """The tables that have a sheet with at least one row of data; marked rows are none.

    A workbook that cannot be opened gives the first table alone, so that the reader tells what is wrong once.
    """
    import openpyxl

    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return {name for name in book.sheetnames if name in TABLES and _has_data(book[name])}
    except Exception:  # whatever is wrong with it, the reader says so in words
        return {next(iter(TABLES))}


def _has_data(sheet) -> bool:
    sheet.reset_dimensions()
    marks: list[int] = []
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        if number == 0:
            marks = [place for place, name in enumerate(row)
                     if str(name or "").strip().casefold() in HEADINGS.values()]
        elif any(v is not None for v in row) and not any(place < len(row) and row[place] is not None for place in marks):
            return True
        if number >= LOOKED:
            return True
    return False
