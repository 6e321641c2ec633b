"""Cells whose text is right for some columns only: what a spreadsheet made of a code, what it shows and does not hold.

A column of codes or words may not take a number that lost digits, a date that was a code, or a number whose signs
are only shown; a number in per cent may stand only where a share is wanted.
"""

from __future__ import annotations

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables.problem import ROWS_KEPT, Problem
from svcnb.tables.schema import Column, Table

AS_TEXT = N_("format the column as text and write it again")
# kind (svcnb.tables.reading.cell says the first four) -> rule, repair; in columns of text
IN_TEXT = {
    "long": (N_("is a number of more than 15 figures, of which a spreadsheet keeps only 15"), AS_TEXT),
    "date": (N_("is a date where a text is wanted (a spreadsheet turns codes like 1-2 into dates)"), AS_TEXT),
    "percent": (N_("is a number that is only shown in per cent"), AS_TEXT),
    "shown": (N_("is a number that is shown with further signs, which the cell does not hold"), AS_TEXT),
    "float": (N_("stands in a column of numbers with decimals where a text is wanted"), N_("write the column as text")),
}
PER_CENT = (N_("is shown in per cent: the cell holds {value}"), N_("show it as a plain number and correct it"))
FROM_THE_SOURCE = N_("take the text from where it comes from and save it as UTF-8")
ANYWHERE = {
    "novalue": (N_("is a formula whose value is not in the file"),
                N_("open the file in the spreadsheet program, let it calculate and save it again")),
    "lost": (N_("holds the sign � that stands for letters that were lost"), FROM_THE_SOURCE),
    "doubled": (N_("holds signs that come from a text saved twice in different encodings"), FROM_THE_SOURCE),
}


def odd_problems(raw, table: Table, places: dict[str, int], letters: dict[str, str]) -> list[Problem]:
    """What is wrong with cells that say more than their text, one problem a column and kind.

    In a column that is the file's own and that no step reads it is a note (``raw.notes``).

    Parameters
    ----------
    raw : svcnb.tables.readers.RawTable
    table : Table
    places, letters : dict
        Column -> its place among the file's headings, its letters.
    """
    found: dict[tuple[str, str], dict[int, str | None]] = {}
    for odd in raw.odd:
        for name, place in places.items():
            if place == odd.place and _is_wrong(odd.kind, table.by_name.get(name)):
                cells = found.setdefault((name, odd.kind), {})
                cells |= {odd.row: odd.value} if odd.row is not None else _first_cells(raw, place)
    there = _rows_there(raw, {row for cells in found.values() for row in cells})
    problems = []
    for (name, kind), cells in found.items():
        rows = [row for row in sorted(cells) if row in there]
        if rows and name not in table.by_name:
            rule, _ = ANYWHERE.get(kind) or IN_TEXT[kind]
            raw.notes.append(reason(
                N_("{file} row {row}, column {letter}: {column}, which no step reads, {rule:word} ({n} rows)."), file=raw.file,
                row=str(rows[0]), letter=letters[name], column=name, rule=rule, n=len(rows)))
        elif rows:
            value = cells[rows[0]] or None
            problems.append(Problem(
                table.name, raw.file, rows[0], name, value, *_said(kind, table.by_name[name], value), count=len(rows),
                rows=tuple(rows[:ROWS_KEPT]), letter=letters[name], kind="type"))
    return problems


def _first_cells(raw, place: int) -> dict[int, str]:
    """The first filled cells of a column, by row."""
    import pyarrow.compute as pc

    cells = raw.cells.select(["row", f"c{place}"])
    cells = cells.filter(pc.is_valid(cells[f"c{place}"])).slice(0, ROWS_KEPT)
    return dict(zip(cells["row"].to_pylist(), cells[f"c{place}"].to_pylist()))


def _rows_there(raw, rows: set[int]) -> set[int]:
    """Those of the rows that are still rows of the table: samples were left out, of equal rows one is kept."""
    if not rows or not hasattr(raw.cells, "filter"):  # a file read slice by slice has all its rows
        return rows
    import pyarrow as pa
    import pyarrow.compute as pc

    return set(raw.cells["row"].filter(pc.is_in(raw.cells["row"], pa.array(sorted(rows), pa.int64()))).to_pylist())


def _is_wrong(kind: str, column: Column | None) -> bool:
    if kind in ANYWHERE:
        return True
    if column is None:
        return kind == "long"
    if column.type in ("str", "enum"):
        return kind in IN_TEXT
    is_share = column.unit == "share" or (column.high is not None and column.high <= 1)
    return kind == "percent" and column.type in ("float", "int") and not is_share


def _said(kind: str, column: Column, value) -> tuple[Reason, Reason]:
    if kind == "percent" and column.type in ("float", "int"):
        return reason(PER_CENT[0], value=str(value)), reason(PER_CENT[1])
    rule, repair = ANYWHERE.get(kind) or IN_TEXT[kind]
    return reason(rule), reason(repair)
