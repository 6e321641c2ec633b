"""From a stream of rows to a table: where the heading is, one column each, texts that look the same made the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import pyarrow as pa
import pyarrow.compute as pc

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.problem import MOST
from svcnb.tables.reading.heading import DOUBLED, INVISIBLE, LOOKED_AT, SPACES, heading_place, tidy
from svcnb.tables.reading.raw import Odd, RawTable, column_letters
from svcnb.tables.schemas import TABLES
from svcnb.tables.sources import Source

SPOILT = {"lost": "\ufffd", "doubled": DOUBLED}  # kind (svcnb.tables.oddities) -> what such a text holds
TOTALS = {"total", "totals", "grand total", "totales", "total general", "suma", "sumas", "sum", "summe", "gesamt",
          "gesamtsumme", "subtotal"}
CHUNK = 50_000  # records turned into columns at a time: the text of the whole file never stands twice


def expected(table: str, source: Source) -> set[str]:
    """The headings that a file of the table may have."""
    names = set(TABLES[table].names) if table in TABLES else set()
    return names | set(source.columns.values()) | set(source.questions)


def from_records(raw: RawTable, rows: Iterator[tuple[int, list]], source: Source, ragged: bool) -> None:
    """Heading and columns of a stream of rows."""
    first, filled = [], 0
    for row, cells in rows:
        first.append((row, cells))
        filled += any(cells)
        if filled >= LOOKED_AT and row >= source.heading_row:
            break
    bare = [(row, [cell if isinstance(cell, str) else cell[0] for cell in cells]) for row, cells in first]
    place = heading_place(bare, expected(raw.table, source), source.heading_row)
    raw.heading_row = bare[place][0]
    above = [row for row, cells in bare[:place] if any(cell.strip() for cell in cells)]
    if above and not source.heading_row:
        raw.notes.append(reason(
            N_("{file}: the column names were found in row {row}; what stands above was left out."),
            file=raw.file, row=str(raw.heading_row), level="info"))
    raw.headings = [tidy(cell) for cell in bare[place][1]]
    while raw.headings and not raw.headings[-1]:
        raw.headings.pop()
    raw.letters = [column_letters(n + 1) for n in range(len(raw.headings))]
    raw.cells = _columns(chain(first[place + 1:], rows), raw, ragged)
    _find_rows_that_are_no_data(raw)
    _drop_blank_columns(raw)
    tidy_cells(raw)


def _columns(rows: Iterable[tuple[int, list]], raw: RawTable, ragged: bool) -> pa.Table:
    """Rows as arrow columns of text; those of the wrong length are problems, blank ones are left out."""
    width = len(raw.headings)
    schema = pa.schema([("row", pa.int64()), *((f"c{n}", pa.string()) for n in range(width))])
    pieces, rows, odd_left = [], iter(rows), {}
    while chunk := list(islice(rows, CHUNK)):
        numbers, kept = [], []
        for row, cells in chunk:
            if len(cells) != width:
                cells = _fitted(cells, row, width, raw, ragged)
                if cells is None:
                    continue
            if list in map(type, cells):
                cells = _noted(cells, row, raw, odd_left)
            numbers.append(row)
            kept.append(cells)
        columns = list(zip(*kept, strict=True)) or [()] * width
        pieces.append(pa.table([pa.array(numbers, pa.int64()), *(pa.array(c, pa.string()) for c in columns)],
                               schema=schema))
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def _noted(cells: list, row: int, raw: RawTable, counted: dict) -> list[str]:
    """The cells as texts; what they do not say is remembered, at most ``MOST`` times a column and kind."""
    found = []
    for place, cell in enumerate(cells):
        if type(cell) is list:
            cell, kind = cell
            counted[place, kind] = counted.get((place, kind), 0) + 1
            if counted[place, kind] <= MOST:
                raw.odd.append(Odd(row, place, kind, cell))
        found.append(cell)
    return found


def _fitted(cells: list, row: int, width: int, raw: RawTable, ragged: bool) -> list | None:
    """The row with one cell a column; None when it is blank or, which is a problem, of another length."""
    if not any(cells):
        return None
    if any(cells[width:]) or (ragged and len(cells) < width):
        wrong_length(raw, row, len(cells), width)
        return None
    return (cells + [""] * width)[:width]


def wrong_length(raw: RawTable, row: int, found: int, wanted: int) -> None:
    if len(raw.problems) < MOST:
        raw.add(
            reason(N_("has {found} cells where the heading has {wanted}"), found=found, wanted=wanted),
            reason(N_("give the row one cell for each column (a text with a separator stands in quotation marks)")),
            row=row,
        )


def _find_rows_that_are_no_data(raw: RawTable) -> None:
    """A heading that a report repeats on each page, and a row of totals at the end, are problems."""
    named = [place for place, name in enumerate(raw.headings) if name]
    if len(named) > 1:
        again = pc.equal(raw.cells[f"c{named[0]}"], raw.headings[named[0]])
        for at in pc.indices_nonzero(pc.fill_null(again, False)).to_pylist()[:MOST]:
            if all(tidy(raw.cells[f"c{place}"][at].as_py() or "") == raw.headings[place] for place in named):
                raw.add(reason(N_("repeats the heading")), reason(N_("delete it")), row=raw.cells["row"][at].as_py())
    rows = raw.cells.num_rows
    if rows < 3:
        return
    last = [tidy(raw.cells[f"c{place}"][rows - 1].as_py() or "") for place in range(len(raw.headings))]
    first = next((cell for cell in last if cell), "")
    if first.casefold().rstrip(":") in TOTALS and any(
            not cell and not pc.any(pc.equal(raw.cells[f"c{place}"].slice(0, rows - 1), "")).as_py()
            for place, cell in enumerate(last)):
        raw.add(reason(N_("looks like a row of totals ({value})"), value=first),
                reason(N_("delete it, or fill its empty cells if it is not one")), row=raw.cells["row"][rows - 1].as_py())


def _drop_blank_columns(raw: RawTable) -> None:
    """Columns without a name and without a cell are no columns."""
    blank = [place for place, name in enumerate(raw.headings) if not name
             and not pc.any(pc.not_equal(pc.fill_null(raw.cells[f"c{place}"], ""), "")).as_py()]
    if blank:
        raw.keep([place for place in range(len(raw.headings)) if place not in blank])


def tidy_cells(raw: RawTable) -> None:
    """``tidied`` of the whole table."""
    raw.cells = tidied(raw.cells, raw)


def tidied(cells: pa.Table, raw: RawTable) -> pa.Table:
    """Accents as one letter, one kind of space, no invisible marks: two texts that look the same are the same."""
    changed = 0
    for place in range(len(raw.headings)):
        column = cells[f"c{place}"]
        if pc.all(pc.string_is_ascii(column)).as_py() is not False:
            continue
        marks = pc.match_substring_regex(column, f"[{INVISIBLE}]")
        changed += pc.sum(marks).as_py() or 0
        column = pc.replace_substring_regex(column, f"[{INVISIBLE}]", "")
        column = pc.utf8_normalize(pc.replace_substring_regex(column, f"[{SPACES}]", " "), form="NFC")
        for kind, pattern in SPOILT.items():
            found = pc.indices_nonzero(pc.fill_null(pc.match_substring_regex(column, pattern), False)).to_pylist()
            raw.odd += [Odd(cells["row"][at].as_py(), place, kind, column[at].as_py()) for at in found[:MOST]]
        cells = cells.set_column(place + 1, f"c{place}", column)
    if changed:
        raw.notes.append(reason(N_("{file}: marks that nobody sees were taken out of {n} cells."),
                                file=raw.file, n=changed, level="info"))
    return cells
