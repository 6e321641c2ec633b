"""Check one table and give it its types: every problem at once, each with row, column, value, rule, repair.

The text cells of ``svcnb.tables.readers`` are a view of an embedded DuckDB; one scan counts how many
cells break each rule and only the broken ones are fetched. So 800 000 order lines cost seconds and no
frame. pandera was tried for this and left: it names no rows on database tables, lets a duplicate key
pass there, and its messages need rewriting for two languages (see the toolchain notes).

The typed table is ``typed_<table>`` in the same connection: the schema's columns, then the file's own
further columns as text, and ``_row``, the row in the file.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables import cells, typed
from svcnb.tables.guard import unguarded_sql
from svcnb.tables.problem import MOST, Problem, capped, render_problems
from svcnb.tables.readers import RawTable
from svcnb.tables.schema import Column, Table
from svcnb.tables.typed import quoted, typed_name

__all__ = ["Checked", "Problem", "check_references", "check_table", "render_problems", "stray_files"]


@dataclass(eq=False)
class Checked:
    """What became of one file: its problems (listed and in all), its notes, and how many rows it has."""

    problems: list[Problem] = field(default_factory=list)
    total: int = 0
    notes: list[Reason] = field(default_factory=list)
    n: int = 0
    usable: bool = True


def check_table(connection, raw: RawTable, table: Table, scale: tuple[float, float] | None = None) -> Checked:
    """Check the cells of one file by its schema and write the typed table.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    raw : RawTable
    table : Table
    scale : (float, float), optional
        Lowest and highest answer of the file's 0–10 columns; they are converted to 0–10 (method.md 0.3).

    Returns
    -------
    Checked
        At most 1000 problems, and how many there are in all. The typed table holds what could be read,
        a cell that breaks its type is empty there.
    """
    checked = Checked(problems=list(raw.problems), total=len(raw.problems))
    if raw.cells is None:
        checked.usable = False
        typed.write_empty(connection, table)
        return checked
    places = _match_headings(raw, table, checked)
    connection.register("raw_cells", raw.cells)
    try:
        _check_cells(connection, raw, table, places, scale, checked)
    finally:
        connection.execute("DROP VIEW IF EXISTS text_cells")
        connection.unregister("raw_cells")
    checked.n = connection.execute(f"SELECT count(*) FROM {typed_name(table.name)}").fetchall()[0][0]
    if raw.samples:
        checked.notes.append(reason(
            N_("{file}, {table}: {n} rows of the template are left out (its titles and samples, marked in the column "
               "_sample); delete them when your own rows are in."),
            file=raw.file, table=table.name, n=raw.samples, level="info"))
    if not checked.n and not checked.total and not raw.samples:
        checked.notes.append(
            reason(
                N_("{file} has a heading and no rows: the table counts as empty."),
                file=raw.file,
                level="info",
            )
        )
    decisions = [name for name in places if name in table.by_name and table.by_name[name].kind == "decision"]
    if decisions:
        checked.notes.append(
            reason(
                N_(
                    "{file} brings {columns}: these are decisions and count only when they are taken on a page."
                ),
                file=raw.file,
                columns=", ".join(decisions),
                level="info",
            )
        )
    checked.problems = capped(checked.problems, checked.total)
    return checked


def _plain(name: str) -> str:
    """A heading without case, accents, blanks: what a person means by it."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "_", bare).strip("_")


def _match_headings(raw: RawTable, table: Table, checked: Checked) -> dict[str, int]:
    """Column name -> place in the file. Says which are missing, doubled, misspelt."""
    places: dict[str, int] = {}

    def problem(column, rule, repair):
        checked.problems.append(Problem(table.name, raw.file, None, column, None, rule, repair))
        checked.total += 1

    folded = [name.casefold() for name in raw.headings]
    for place, name in enumerate(raw.headings):
        if not name:
            problem(
                str(place + 1), reason(N_("has no name in the heading")), reason(N_("name it or delete it"))
            )
        elif folded.index(name.casefold()) != place:
            problem(name, reason(N_("stands more than once in the heading")), reason(N_("keep one of them")))
        elif name == "_row":
            problem(name, reason(N_("has a name that is kept for svcnb")), reason(N_("rename it")))
        else:
            places[name] = place
    absent = {_plain(name): name for name in table.names if name not in places}
    for name in [name for name in places if name not in table.by_name]:
        near = difflib.get_close_matches(_plain(name), absent, n=1, cutoff=0.7)
        likely = near and (
            difflib.SequenceMatcher(None, _plain(name), near[0]).ratio() >= 0.85
            or table.by_name[absent[near[0]]].required
        )
        if likely:
            problem(
                name,
                reason(N_("is not a column of {table}"), table=table.name),
                reason(N_("rename it to {near}"), near=absent.pop(near[0])),
            )
            del places[name]
    for name in absent.values():
        if table.by_name[name].required:
            problem(
                name,
                reason(N_("is missing")),
                reason(N_("add it ({meaning:word})"), meaning=table.by_name[name].meaning),
            )
    return places


def _check_cells(connection, raw, table, places, scale, checked) -> None:
    text = {
        name: f"nullif(trim({_written(raw, table, name, place)}, {cells.BLANKS}), '')" for name, place in places.items()
    }
    named = "".join(f", {value} AS {quoted(name)}" for name, value in text.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW text_cells AS SELECT row AS _row{named} FROM raw_cells "
        f"WHERE coalesce({', '.join(text.values()) or 'NULL'}) IS NOT NULL"
    )  # blank rows are no rows
    columns = [column for column in table.columns if column.name in places]
    marks = _decimal_marks(connection, raw.separator, columns)
    rules = [rule for column in columns for rule in cells.rules(column, marks[column.name], scale)]
    pairs = [(first, second) for first, second in table.ordered if first in places and second in places]
    rules += [cells.in_order(table.by_name[a], table.by_name[b], marks[a], marks[b]) for a, b in pairs]
    _count_and_fetch(connection, raw, table, rules, checked)
    values = [
        f"{cells.typed(c, marks[c.name], scale) if c.name in places else cells.standing(c)} AS {quoted(c.name)}"
        for c in table.columns
    ]
    values += [quoted(name) for name in places if name not in table.by_name]
    connection.execute(
        f"CREATE OR REPLACE TABLE {typed_name(table.name)} AS "
        f"SELECT _row, {', '.join(values)} FROM text_cells"
    )
    if all(name in places or table.by_name[name].default is not None for name in table.key):
        _check_key(connection, raw, table, checked)


def _written(raw, table, name, place) -> str:
    """The cell as it was written: in a csv the apostrophe before a text that a spreadsheet would run is taken away."""
    cell, column = f"CAST(c{place} AS VARCHAR)", table.by_name.get(name)
    in_csv = not raw.file.lower().endswith((".xlsx", ".ods", ".parquet"))
    return unguarded_sql(cell) if in_csv and (column is None or column.type == "str") else cell


def _decimal_marks(connection, separator, columns) -> dict[str, str]:
    """Column -> its decimal mark: a point, in a semicolon file that uses commas a comma, or none.

    None where a semicolon file has only numbers like 1.234 in a column: these may be thousands.
    """
    numbers = [column.name for column in columns if column.type == "float"]
    marks = dict.fromkeys([column.name for column in columns], ".")
    if separator != ";" or not numbers:
        return marks
    asked = [f"bool_or(regexp_full_match({quoted(name)}, '[+-]?[0-9]*,[0-9]+'))" for name in numbers]
    asked += [f"bool_and(regexp_full_match({quoted(name)}, '[+-]?[1-9][0-9]{{0,2}}([.][0-9]{{3}})+')) "
              f"FILTER (WHERE contains({quoted(name)}, '.'))" for name in numbers]
    answers = connection.execute(f"SELECT {', '.join(asked)} FROM text_cells").fetchall()[0]
    comma = any(answers[:len(numbers)])
    doubtful = answers[len(numbers):]
    return marks | {name: "," if comma else "" if doubt else "." for name, doubt in zip(numbers, doubtful)}


def _count_and_fetch(connection, raw, table, rules, checked) -> None:
    """One scan counts what breaks each rule; the rows are fetched for the broken rules only."""
    if not rules:
        return
    counts = ", ".join(f"count(*) FILTER (WHERE {rule.broken})" for rule in rules)
    counted = connection.execute(f"SELECT {counts} FROM text_cells").fetchall()[0]
    found = []
    for rule, n in zip(rules, counted, strict=True):
        if not n:
            continue
        checked.total += n
        rows = connection.execute(
            f"SELECT _row, {quoted(rule.column.name)}, {rule.beside} FROM text_cells "
            f"WHERE {rule.broken} ORDER BY _row LIMIT {MOST}"
        ).fetchall()
        for row, value, beside in rows:
            says, repair = rule.word(value, beside)
            found.append(Problem(table.name, raw.file, row, rule.column.name, value, says, repair))
    place = {name: i for i, name in enumerate(table.names)}
    checked.problems += sorted(found, key=lambda p: (p.row, place[p.column]))[:MOST]


def _check_key(connection, raw, table, checked) -> None:
    if not table.key:
        return
    key = ", ".join(quoted(name) for name in table.key)
    filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in table.key)
    doubles = connection.execute(
        f"SELECT {key}, list(_row ORDER BY _row) AS rows FROM {typed_name(table.name)} WHERE {filled} "
        "GROUP BY ALL HAVING count(*) > 1 ORDER BY min(_row)"
    ).fetchall()
    checked.total += sum(len(double[-1]) - 1 for double in doubles)
    for *values, rows in doubles[:MOST]:
        for row in rows[1:]:
            checked.problems.append(
                Problem(
                    table.name,
                    raw.file,
                    row,
                    ", ".join(table.key),
                    ", ".join(cells.key_text(v) for v in values),
                    reason(N_("is already in row {first}"), first=str(rows[0])),
                    reason(N_("delete one of the two rows or correct its key")),
                )
            )


def check_references(connection, table: Table, file: str, column: Column, target_file: str) -> list[Problem]:
    """Values of a foreign key that the other table does not have: one problem a value, with its rows counted.

    Both typed tables must be in the connection. ``target_file`` is shown in the message.
    """
    target, target_column = column.refers.split(".")
    key = quoted(column.name)
    missing = connection.execute(
        f"SELECT {key}, min(_row), count(*) FROM {typed_name(table.name)} t WHERE {key} IS NOT NULL AND NOT EXISTS "
        f"(SELECT 1 FROM {typed_name(target)} k WHERE k.{quoted(target_column)} = t.{key}) "
        f"GROUP BY ALL ORDER BY 2"
    ).fetchall()
    if not missing:
        return []
    known = [
        k
        for (k,) in connection.execute(
            f"SELECT DISTINCT {quoted(target_column)} FROM {typed_name(target)} "
            f"WHERE {quoted(target_column)} IS NOT NULL ORDER BY 1 LIMIT 5000"
        ).fetchall()
    ]
    problems = []
    for value, row, n in missing:
        near = difflib.get_close_matches(value, known, n=1, cutoff=0.8) if len(missing) <= 50 else []
        rule = (
            reason(N_("is not in {target} ({n} rows)"), target=target_file, n=n)
            if n > 1
            else reason(N_("is not in {target}"), target=target_file)
        )
        repair = (
            reason(N_("write {near} or add it there"), near=near[0])
            if near
            else reason(N_("add it there or correct it"))
        )
        problems.append(Problem(table.name, file, row, column.name, value, rule, repair, n))
    return problems


def stray_files(folder: Path, paths: dict[str, Path | None]) -> list[Problem]:
    """Files whose name is nearly that of a table which is not there; ``paths`` is table -> its file or None."""
    absent = [name for name, path in paths.items() if path is None]
    found = []
    for path in sorted(folder.iterdir()):
        near = difflib.get_close_matches(path.stem.casefold(), absent, n=1, cutoff=0.8)
        if (
            near
            and path.suffix.lower() in (".csv", ".xlsx")
            and path not in paths.values()
            and path.name[0] not in "~."
        ):
            found.append(
                Problem(
                    near[0],
                    path.name,
                    None,
                    None,
                    None,
                    reason(N_("is not read: no table has this name")),
                    reason(N_("rename it to {near}"), near=near[0] + path.suffix.lower()),
                )
            )
    return found
