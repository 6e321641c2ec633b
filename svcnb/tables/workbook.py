"""The workbook that holds every table without a file of its own (``workbook`` in ``[tables]`` of study.toml)."""

from __future__ import annotations

from pathlib import Path

from svcnb.tables.samples import HEADINGS
from svcnb.tables.schemas import TABLES

LOOKED = 200  # rows looked at: a sheet whose first rows are all marked and that goes on is looked at by the reader


def filled_sheets(path: Path) -> set[str]:
    """The tables that have a sheet with at least one row of data; marked rows are none.

    A workbook that cannot be opened gives the first table alone, so that the reader tells what is wrong once.
    """
    from svcnb.tables.reading.book import open_book
    from svcnb.tables.reading.refusal import Unreadable

    try:
        with open_book(path, path.suffix.lower().removeprefix(".")) as book:
            return {sheet.name for number, sheet in enumerate(book.sheets)
                    if sheet.used and sheet.name in TABLES and (not book.is_small or _has_data(book.rows(number)))}
    except (Unreadable, OSError):  # whatever is wrong with it, the reader says so in words
        return {next(iter(TABLES))}


def _has_data(rows) -> bool:
    marks: list[int] = []
    for number, (_, row) in enumerate(rows):
        row = [cell if isinstance(cell, str) else cell[0] or "-" for cell in row]
        if number == 0:
            marks = [place for place, name in enumerate(row) if name.strip().casefold() in HEADINGS.values()]
        elif any(row) and not any(place < len(row) and row[place] for place in marks):
            return True
        if number >= LOOKED:
            return True
    return False
