"""Values that name a row of another table: those that name none are one problem each, with their rows counted.

Where the other table's own key has problems, as many unknown values follow from them: they are counted there and
are no problems of their own. A table that is not there is not asked; that is a note, not a problem.
"""

from __future__ import annotations

import difflib
from dataclasses import replace

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.problem import MOST, ROWS_KEPT, Problem
from svcnb.tables.schema import Column, Table
from svcnb.tables.sift import HALF, LISTED_WORDS, SEVERAL
from svcnb.tables.typed import quoted, typed_name

KNOWN = 5000  # values of the other table among which a near one is looked for
ASKED = 50  # unknown values up to which a near one is looked for


def unknown_values(connection, table: Table, column: Column) -> tuple[int, int, int]:
    """How many rows name an unknown row of the other table, how many different values they have, how many are filled."""
    key, name = quoted(column.name), typed_name(table.name)
    rows, different = connection.execute(
        f"SELECT count(*), count(DISTINCT {key}) FROM {name} t WHERE {_unknown(column)}").fetchall()[0]
    return rows, different, connection.execute(f"SELECT count({key}) FROM {name}").fetchall()[0][0]


def _unknown(column: Column) -> str:
    target, target_column = column.refers.split(".")
    key, there = quoted(column.name), quoted(target_column)
    return f"t.{key} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {typed_name(target)} k WHERE k.{there} = t.{key})"


def culprits(problems: list[Problem], key: str, keyless: bool) -> list[Problem]:
    """The problems of a table for which some of its rows cannot be found by ``key``; ``keyless`` when none can."""
    if keyless:
        return [p for p in problems if p.kind in ("file", "missing", "heading")]
    return [p for p in problems if p.kind == "row" or (p.kind == "heading" and p.count > 1)
            or (p.column and p.kind not in ("heading", "missing", "order", "reference") and key in p.column.split(", "))]


def check_references(connection, table: Table, place: Problem, column: Column, target_file: str) -> list[Problem]:
    """Values of a foreign key that the other table does not have: one problem a value, with its rows counted.

    Both typed tables must be in the connection. ``place`` says the file, sheet and letter; ``target_file`` is shown in
    the message.
    """
    target, target_column = column.refers.split(".")
    rows, different, filled = unknown_values(connection, table, column)
    if not rows:
        return []
    key = quoted(column.name)
    missing = connection.execute(
        f"SELECT {key}, count(*), (list(_row ORDER BY _row))[1:{ROWS_KEPT}] FROM {typed_name(table.name)} t "
        f"WHERE {_unknown(column)} GROUP BY 1 ORDER BY 1 LIMIT {MOST}").fetchall()
    rule = reason(N_("is not in {target}"), target=target_file)
    if different > LISTED_WORDS and rows >= max(SEVERAL, HALF * filled):
        value, _, at = missing[0]
        repair = reason(N_("write these values as they stand in {column} there, or add them there"), column=target_column)
        return [replace(place, row=at[0], value=value, rule=rule, repair=repair, count=rows, rows=tuple(at), of=filled)]
    known = []
    if different <= ASKED:
        known = [k for (k,) in connection.execute(
            f"SELECT DISTINCT {quoted(target_column)} FROM {typed_name(target)} WHERE {quoted(target_column)} IS NOT NULL "
            f"ORDER BY 1 LIMIT {KNOWN}").fetchall()]
    problems = []
    for value, n, at in missing:
        near = difflib.get_close_matches(value, known, n=1, cutoff=0.8)
        repair = reason(N_("write {near} or add it there"), near=near[0]) if near else \
            reason(N_("add it there or correct it"))
        problems.append(replace(place, row=at[0], value=value, rule=rule, repair=repair, count=n, rows=tuple(at)))
    return problems
