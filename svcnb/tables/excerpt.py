"""The part of a sheet that problems stand in: the bad rows with their neighbours, as texts with letter and row."""

from __future__ import annotations

from svcnb.tables.problem import Problem
from svcnb.tables.sift import SLICE

ROWS, COLUMNS = 30, 12  # of a sheet that are drawn at most
NEIGHBOURS = (-1, 0, 1)


def excerpt(raw, problems: list[Problem]) -> list[dict]:
    """Cells of the file around the problems of its table.

    Parameters
    ----------
    raw : svcnb.tables.reading.raw.RawTable
    problems : list of Problem
        Those of this table, as they are numbered for the reader.

    Returns
    -------
    list of dict
        ``table``, ``row``, ``letter``, ``text``; the headings first. Empty when the file has no cells.
    """
    if raw.cells is None or not problems:
        return []
    wanted = _rows(problems, raw.heading_row)
    places = _places(raw, problems)
    found = [{"table": raw.table, "row": raw.heading_row, "letter": raw.letter(place), "text": raw.headings[place]}
             for place in places]
    for piece in _slices(raw):
        rows = piece["row"].to_pylist()
        at = [n for n, row in enumerate(rows) if row in wanted]
        for n in at:
            found += [{"table": raw.table, "row": rows[n], "letter": raw.letter(place),
                       "text": str(piece[f"c{place}"][n].as_py() or "")} for place in places]
        if rows and rows[-1] >= max(wanted, default=0):
            break
    return found


def _slices(raw):
    return raw.cells.slices(SLICE) if hasattr(raw.cells, "slices") else iter([raw.cells])


def _rows(problems: list[Problem], heading: int) -> set[int]:
    """Rows to draw: of each problem the first ones, problem after problem until the sheet is full."""
    wanted: set[int] = set()
    for depth in range(3):
        for problem in problems:
            for row in problem.rows[depth:depth + 1]:
                new = {row + step for step in NEIGHBOURS if row + step > heading}
                if len(wanted | new) <= ROWS:
                    wanted |= new
    return wanted or {heading + 1, heading + 2, heading + 3}


def _places(raw, problems: list[Problem]) -> list[int]:
    """Columns to draw: all of a narrow file; of a wide one the first, those with problems, and their neighbours."""
    n = len(raw.headings)
    if n <= COLUMNS:
        return list(range(n))
    letters = {letter for problem in problems for letter in problem.letter.split(" + ")}
    bad = [place for place in range(n) if raw.letter(place) in letters]
    order = [*bad, 0, *(place + step for place in bad for step in (-1, 1)), *range(n)]
    kept = list(dict.fromkeys(place for place in order if 0 <= place < n))[:COLUMNS]
    return sorted(kept)
