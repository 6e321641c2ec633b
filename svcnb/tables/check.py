"""Check one table and give it its types: every problem at once, each with its place, value, rule, repair.

The text cells of ``svcnb.tables.readers`` go slice by slice through an embedded DuckDB (``svcnb.tables.sift``), which
counts what breaks each rule by its value; so ten million order lines cost a minute, no frame and no gigabyte. pandera
was tried for this and left: it names no rows on database tables, lets a duplicate key pass there, and its messages
need rewriting for two languages (see the toolchain notes).

The typed table is ``typed_<table>`` in the same connection: the schema's columns, then the file's own
further columns as text, and ``_row``, the row in the file.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables import typed
from svcnb.tables.foreign import check_references, culprits, unknown_values
from svcnb.tables.forms import forms
from svcnb.tables.guard import unguarded_sql
from svcnb.tables.headings import letters_of, match_headings
from svcnb.tables.oddities import odd_problems
from svcnb.tables.problem import MOST, Problem, capped, render_problems, together
from svcnb.tables.readers import RawTable
from svcnb.tables.schema import Table
from svcnb.tables.sift import SLICE, Layout, doubled_keys, problems_of, sift
from svcnb.tables.typed import typed_name

__all__ = ["Checked", "Problem", "check_references", "check_table", "culprits", "render_problems", "stray_files",
           "unknown_values"]


@dataclass(eq=False)
class Checked:
    """What became of one file.

    Attributes
    ----------
    problems : at most ``MOST``, by column and value, whatever the order of the rows
    total : rows and cells with problems, listed or not
    notes : what is worth knowing and no error
    n : rows
    usable : whether there are cells to be asked about
    letters : column -> the spreadsheet's letter
    sheet : the workbook's sheet, empty in a text file
    """

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    notes: list[Reason] = field(default_factory=list)
    n: int = 0
    usable: bool = True
    letters: dict[str, str] = field(default_factory=dict)
    sheet: str = ""


def check_table(connection, raw: RawTable, table: Table, scale: tuple[float, float] | None = None,
                told: Callable[[int], None] = lambda rows: None) -> Checked:
    """Check the cells of one file by its schema and write the typed table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    raw : RawTable
    table : Table
    scale : (float, float), optional
        Lowest and highest answer of the file's 0–10 columns; they are converted to 0–10 (method.md 0.3).
    told : callable, optional
        Called with the number of rows done, some times a second.

    Returns
    -------
    Checked
        At most 1000 problems, and how many rows and cells have one. The typed table holds what could be read,
        a cell that breaks a rule is empty there.
    """
    checked = Checked(sheet=raw.sheet)
    before, places = len(raw.problems), {}
    found = together(raw.problems)
    if raw.cells is not None:
        places, headings = match_headings(raw, table)
        found = _nameless_ends(raw, headings, found) + headings + found
    if not places:
        checked.usable = False
        typed.write_empty(connection, table)
    else:
        letters = letters_of(raw)
        checked.letters = {name: letters[place] for name, place in places.items()}
        cells = _cells(connection, raw, table, places, scale, told, checked)
        found += odd_problems(raw, table, places, checked.letters) + cells
        found = together(raw.problems[before:]) + found  # of a large file that is read while it is checked
        _note(raw, table, places, checked)
    checked.notes += raw.notes
    checked.total += sum(problem.count for problem in found)
    checked.problems = [replace(problem, sheet=checked.sheet) for problem in found]
    if places and not checked.n and not checked.total and not raw.samples:
        checked.notes.append(reason(N_("{file} has a heading and no rows: the table counts as empty."), file=raw.file,
                                    level="info"))
    checked.problems = capped(checked.problems, checked.total)
    return checked


def _nameless_ends(raw, headings, found) -> list[Problem]:
    """Where most rows have a cell more than the heading, the heading is wrong and not the rows; taken out of ``found``."""
    longer = [p for p in found if p.kind == "row" and p.rule.values.get("found", 0) == p.rule.values.get("wanted", 0) + 1
              and p.count > raw.cells.num_rows] if hasattr(raw.cells, "num_rows") else []
    if not longer:
        return []
    found.remove(longer[0])
    from svcnb.tables.problem import letter

    last = longer[0].rule.values["wanted"]
    missing = [p for p in headings if p.kind == "missing" and p.row is None]
    repair = reason(N_("name it or delete it"))
    if len(missing) == 1:
        headings.remove(missing[0])
        repair = reason(N_("name it {missing} if it holds that, else delete it"), missing=missing[0].column)
    return [Problem(raw.table, raw.file, raw.heading_row, "", None, reason(N_("has no name in the heading")),
                    repair, count=longer[0].count, letter=letter(last), kind="heading", rows=longer[0].rows)]


def _note(raw, table, places, checked) -> None:
    if raw.samples:
        checked.notes.append(reason(
            N_("{file}, {table}: {n} rows of the template are left out (its titles and samples, marked in the column "
               "_sample); delete them when your own rows are in."),
            file=raw.file, table=table.name, n=raw.samples, level="info"))
    decisions = [name for name in places if name in table.by_name and table.by_name[name].kind == "decision"]
    if decisions:
        checked.notes.append(reason(
            N_("{file} brings {columns}: these are decisions and count only when they are taken on a page."),
            file=raw.file, columns=", ".join(decisions), level="info"))


def _cells(connection, raw, table, places, scale, told, checked) -> list[Problem]:
    text = {name: _written(raw, table, name, place) for name, place in places.items()}
    unread = tuple(_written(raw, table, "", place) for place in range(len(raw.headings)) if place not in places.values())
    layout = Layout(table, text, checked.letters, forms(connection, raw, table, text), scale, unread)
    broken = sift(connection, _slices(raw), layout, told)
    found = [problem for one in broken for problem in problems_of(one, layout, raw.file)]
    place = {name: i for i, name in enumerate(table.names)}
    found.sort(key=lambda p: place[p.column])  # the rules of a column stand together, in their own order
    checked.n = connection.execute(f"SELECT count(*) FROM {typed_name(table.name)}").fetchall()[0][0]
    total = sum(one.total for one in broken)
    if table.key and all(name in places or table.by_name[name].default is not None for name in table.key):
        doubled, surplus = doubled_keys(connection, layout, raw.file)
        total += surplus
        found += doubled
    checked.total += total - sum(problem.count for problem in found[:MOST])
    return found[:MOST]


def _slices(raw) -> Iterator:
    """The file's cells, some rows at a time; a file without rows gives one empty slice."""
    if hasattr(raw.cells, "slices"):
        yield from raw.cells.slices(SLICE)
        return
    for start in range(0, max(raw.cells.num_rows, 1), SLICE):
        yield raw.cells.slice(start, SLICE)


def _written(raw, table, name, place) -> str:
    """The cell as it was written: in a csv the apostrophe before a text that a spreadsheet would run is taken away."""
    cell, column = f"CAST(c{place} AS VARCHAR)", table.by_name.get(name)
    in_csv = not raw.file.lower().endswith((".xlsx", ".ods", ".parquet"))
    return unguarded_sql(cell) if in_csv and (column is None or column.type == "str") else cell


STRAY_ENDINGS = (".csv", ".xlsx", ".ods", ".parquet", ".tsv", ".txt", ".xls", ".xlsm", ".xlsb")


def stray_files(folder: Path, paths: dict[str, Path | None]) -> list[Problem]:
    """Files whose name is nearly that of a table which is not there; ``paths`` is table -> its file or None."""
    absent = [name for name, path in paths.items() if path is None]
    found = []
    for path in sorted(folder.iterdir()):
        near = difflib.get_close_matches(path.stem.casefold(), absent, n=1, cutoff=0.8)
        if (
            near
            and path.suffix.lower() in STRAY_ENDINGS
            and path not in paths.values()
            and path.name[0] not in "~."
        ):
            found.append(Problem(near[0], path.name, None, None, None, *_stray(near[0], path.name, path.suffix.lower())))
    return found


def _stray(table: str, file: str, ending: str) -> tuple[Reason, Reason]:
    if ending in (".xls", ".xlsm", ".xlsb"):
        return (reason(N_("is an Excel file of a kind that is not read ({ending})"), ending=ending),
                reason(N_("open it in Excel or LibreOffice and save it as .xlsx")))
    if ending in (".tsv", ".txt"):
        return (reason(N_("is read only when study.toml names it")),
                reason(N_('write {table} = "{file}" in [tables] of study.toml'), table=table, file=file))
    return reason(N_("is not read: no table has this name")), reason(N_("rename it to {near}"), near=table + ending)
