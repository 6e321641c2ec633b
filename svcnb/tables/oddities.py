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
# kind -> rule, repair; in columns of text (the table's or the file's own)
IN_TEXT = {
    "long": (N_("is a number of more than 15 figures, of which a spreadsheet keeps only 15"), AS_TEXT),
    "date": (N_("is a date where a text is wanted (a spreadsheet turns codes like 1-2 into dates)"), AS_TEXT),
    "percent": (N_("is a number that is only shown in per cent"), AS_TEXT),
    "shown": (N_("is a number that is shown with further signs, which the cell does not hold"), AS_TEXT),
    "float": (N_("stands in a column of numbers with decimals where a text is wanted"), N_("write the column as text")),
}
PER_CENT = (N_("is shown in per cent: the cell holds {value}"), N_("show it as a plain number and correct it"))
NO_VALUE = (N_("is a formula whose value is not in the file"),
            N_("open the file in the spreadsheet program, let it calculate and save it again"))


def odd_problems(raw, table: Table, places: dict[str, int], letters: dict[str, str]) -> list[Problem]:
    """What is wrong with cells that say more than their text, one problem a column and kind.

    Parameters
    ----------
    raw : svcnb.tables.readers.RawTable
    table : Table
    places, letters : dict
        Column -> its place among the file's headings, its letters.
    """
    kept = _rows_with_values(raw)
    found: dict[tuple[str, str], list[int]] = {}
    for odd in raw.odd:
        for name, place in places.items():
            if place == odd.place and _is_wrong(odd.kind, table.by_name.get(name)):
                rows = found.setdefault((name, odd.kind), [])
                if odd.row is None:
                    rows += list(kept[place])[:ROWS_KEPT] if place in kept else []
                elif odd.kind == "novalue" or odd.row in kept.get(place, ()):
                    rows.append(odd.row)
    problems = []
    for (name, kind), rows in found.items():
        if rows:
            value = kept.get(places[name], {}).get(rows[0])
            problems.append(Problem(
                table.name, raw.file, rows[0], name, value or None, *_said(kind, table.by_name.get(name), value), count=len(rows),
                rows=tuple(rows[:ROWS_KEPT]), letter=letters[name], kind="type"))
    return problems


def _rows_with_values(raw) -> dict[int, dict[int, str]]:
    """Place -> {row: text} of the cells that are there and odd (rows that were left out are not)."""
    if not raw.odd or raw.cells is None:
        return {}
    import pyarrow as pa
    import pyarrow.compute as pc

    found = {}
    for place in {odd.place for odd in raw.odd}:
        rows = [odd.row for odd in raw.odd if odd.place == place and odd.row is not None]
        cells = raw.cells.select(["row", f"c{place}"])
        if rows:
            cells = cells.filter(pc.is_in(cells["row"], pa.array(rows, pa.int64())))
        else:
            cells = cells.filter(pc.is_valid(cells[f"c{place}"])).slice(0, ROWS_KEPT)
        found[place] = dict(zip(cells["row"].to_pylist(), cells[f"c{place}"].to_pylist()))
    return found


def _is_wrong(kind: str, column: Column | None) -> bool:
    if kind == "novalue":
        return True
    if column is None or column.type in ("str", "enum"):
        return kind in IN_TEXT and (column is not None or kind == "long")
    is_share = column.unit == "share" or (column.high is not None and column.high <= 1)
    return kind == "percent" and column.type in ("float", "int") and not is_share


def _said(kind: str, column: Column | None, value) -> tuple[Reason, Reason]:
    if kind == "novalue":
        return reason(NO_VALUE[0]), reason(NO_VALUE[1])
    if kind == "percent" and column is not None and column.type in ("float", "int"):
        return reason(PER_CENT[0], value=str(value)), reason(PER_CENT[1])
    rule, repair = IN_TEXT[kind]
    return reason(rule), reason(repair)
