"""One sheet of a workbook as a table, and what is to be said of the sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow.compute as pc

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.problem import MOST
from svcnb.tables.reading.book import open_book
from svcnb.tables.reading.heading import plain
from svcnb.tables.reading.raw import RawTable
from svcnb.tables.reading.refusal import Unreadable
from svcnb.tables.reading.tabulate import from_records, wrong_length
from svcnb.tables.sources import Source


def read_sheet(path: Path, raw: RawTable, source: Source, progress: Callable[[float], None] | None) -> None:
    """Fill ``raw`` from the sheet that is meant."""
    with open_book(path, path.suffix.lower()[1:], source.decimal) as book:
        number = _chosen(book, raw, source)
        sheet = book.sheets[number]
        raw.sheet, raw.separator = sheet.name, ""
        from_records(raw, book.rows(number, progress), source, ragged=False)
        about = book.about.get(number, {})
    _say_about(raw, about, sheet.hidden, book.links)
    raw.cells = raw.cells.filter(pc.greater(raw.cells["row"], raw.heading_row))


def _chosen(book, raw: RawTable, source: Source) -> int:
    """The sheet that is declared, has the table's name, or is the only one with cells."""
    names = [sheet.name for sheet in book.sheets]
    listed = ", ".join(name for name, sheet in zip(names, book.sheets) if sheet.used)
    if source.sheet:
        for same in (str, plain):
            for number, name in enumerate(names):
                if same(name) == same(source.sheet):
                    return number
        raise Unreadable(reason(N_("has no sheet {sheet}; it has {sheets}"), sheet=source.sheet, sheets=listed),
                         reason(N_("correct sheet in [tables.{table}] of study.toml"), table=raw.table))
    for number, name in enumerate(names):
        if raw.table and plain(name) == raw.table:
            return number
    used = [number for number, sheet in enumerate(book.sheets) if sheet.used]
    seen = [number for number in used if not book.sheets[number].hidden] or used or [0]
    if len(seen) > 1:
        raise Unreadable(
            reason(N_("has several sheets with cells ({sheets}) and none with the table's name"), sheets=listed),
            reason(N_('write sheet = "{example}" in [tables.{table}] of study.toml'),
                   example=names[seen[0]], table=raw.table))
    return seen[0]


def _say_about(raw: RawTable, about: dict, hidden: bool, links: bool) -> None:
    """Problems and notes of a sheet as a whole."""
    for row, column in about.get("far", []):
        wrong_length(raw, row, column, len(raw.headings))
    for cells in about.get("merged", []):
        first, _, last = cells.partition(":")
        rows = [int("".join(filter(str.isdigit, place)) or 0) for place in (first, last or first)]
        if rows[1] >= raw.heading_row and len(raw.problems) < MOST:
            raw.add(reason(N_("has the cells {cells} merged into one"), cells=cells),
                    reason(N_("unmerge them and write in each what it holds")), row=rows[0])
    if hidden:
        raw.notes.append(reason(N_("{file}: the sheet {sheet} is hidden and was read."), file=raw.file,
                                sheet=raw.sheet))
    if about.get("hidden_rows") or about.get("hidden_columns"):
        raw.notes.append(reason(
            N_("{file}: hidden rows ({rows}) and columns ({columns}) of sheet {sheet} were read like the others."),
            file=raw.file, sheet=raw.sheet, rows=about["hidden_rows"], columns=about["hidden_columns"]))
    if links:
        raw.notes.append(reason(N_("{file} takes values from other files; those that it last had were read."),
                                file=raw.file))
