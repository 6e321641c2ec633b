"""The cells of a file, slice by slice: what breaks a rule is counted by its value, what is right is typed and kept.

A slice of the file's text stands in the database at a time, so ten million order lines need no more memory than a
hundred thousand. Within a slice every value is computed once; a cell that breaks a rule of its own is empty for
whatever comes after (order of moments, keys, references), so that one cause is said once.

What is remembered of a rule are its ``MOST`` smallest values with their counts and first rows. They do not depend on
the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables import cells
from svcnb.tables.problem import MOST, ROWS_KEPT, Problem
from svcnb.tables.schema import Column, Table
from svcnb.tables.typed import SQL_TYPES, quoted, typed_name

SLICE = 131_072  # rows
BAD = "·bad"  # the column that says, until the whole file is through, whether a row breaks any rule
SEVERAL, HALF = 5, 0.5  # bad cells from which, and share of the filled ones above which, the cause is the column's
LISTED_WORDS = 20  # code words that are asked about one by one, however many rows have them


@dataclass(eq=False)
class Layout:
    """Where the file's columns lie: ``text`` column -> SQL of its text, ``letters`` column -> letter, ``forms`` column ->
    how its text is written (the decimal mark), ``further`` the file's own further columns, ``unread`` the SQL of the
    columns whose heading is wrong: a row that is filled only there is not blank."""

    table: Table
    text: dict[str, str]
    letters: dict[str, str]
    forms: dict[str, str]
    scale: tuple[float, float] | None = None
    unread: tuple[str, ...] = ()

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.table.columns if column.name in self.text]

    @property
    def further(self) -> list[str]:
        return [name for name in self.text if name not in self.table.by_name]


@dataclass(eq=False)
class Broken:
    """A rule and the cells that break it."""

    rule: cells.Rule
    flag: str
    total: int = 0
    filled: int = 0
    found: dict[tuple, list] = field(default_factory=dict)  # (value, beside) -> [count, first rows]

    def add(self, value, beside, n: int, rows: list[int]) -> None:
        entry = self.found.setdefault((value, beside), [0, []])
        entry[0] += n
        entry[1] = sorted(entry[1] + rows)[:ROWS_KEPT]

    def keep_smallest(self) -> None:
        if len(self.found) > 2 * MOST:
            self.found = {key: self.found[key] for key in sorted(self.found, key=_by_text)[:MOST]}


def _by_text(key: tuple) -> tuple[str, str]:
    return key[0] or "", key[1] or ""


def sift(connection, slices: Iterator[pa.Table], layout: Layout, told: Callable[[int], None]) -> list[Broken]:
    """Type every row of the file into ``typed_<table>`` and say which cells break which rule.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    slices : iterator of pyarrow.Table
        Columns ``row``, ``c0``, ``c1`` … as text.
    layout : Layout
    told : called with the number of rows done after each slice
    """
    rules = [Broken(rule, f"·b{n}") for n, rule in enumerate(_rules(layout))]
    table = typed_name(layout.table.name)
    _create(connection, layout)
    flags = "".join(f", coalesce({condition}, false) AS {quoted(name)}"
                    for name, condition in _conditions(layout, rules).items())
    cells_sifted = f"(SELECT *{flags} FROM ({_clean(layout, rules)}))"
    done = 0
    try:
        for piece in slices:
            connection.register("raw_cells", piece)
            connection.execute(f"INSERT INTO {table} SELECT {_kept(layout, rules)} FROM {cells_sifted}")
            if piece.num_rows:
                _look_closer(connection, rules, piece, table, cells_sifted)
            done += piece.num_rows
            told(done)
    finally:
        connection.unregister("raw_cells")
    broken = [one for one in rules if one.total]
    for one in broken:
        right = connection.execute(f"SELECT count({quoted(one.rule.column.name)}) FROM {table}").fetchall()[0][0]
        one.filled = right + sum(other.total for other in rules if other.rule.column is one.rule.column
                                 and other.rule.kind not in ("order", "empty"))
    connection.execute(f"ALTER TABLE {table} DROP COLUMN {quoted(BAD)}")
    return broken


def _create(connection, layout) -> None:
    columns = [f"{quoted(c.name)} {SQL_TYPES[c.type]}" for c in layout.table.columns]
    columns += [f"{quoted(name)} VARCHAR" for name in layout.further]
    connection.execute(f"CREATE OR REPLACE TABLE {typed_name(layout.table.name)} "
                       f"(_row BIGINT, {', '.join(columns)}, {quoted(BAD)} BOOLEAN)")


def _look_closer(connection, rules, piece: pa.Table, table: str, cells_sifted: str) -> None:
    """Count by rule and value the rows of the slice in which anything is wrong."""
    import numpy as np

    first, last = piece["row"][0].as_py(), piece["row"][-1].as_py()
    bad = connection.execute(f"SELECT _row FROM {table} WHERE _row BETWEEN {first} AND {last} AND {quoted(BAD)}").fetchnumpy()
    rows = np.asarray(bad["_row"])
    if len(rows):
        connection.register("raw_cells", piece.filter(np.isin(piece["row"].to_numpy(), rows)))
        _count(connection, rules, cells_sifted)


def _text(layout) -> str:
    """The columns as trimmed text, empty cells as NULL; blank rows are no rows."""
    names = {_name(layout, name): text for name, text in layout.text.items()}
    names |= {quoted(f"·u{n}"): text for n, text in enumerate(layout.unread)}
    written = ", ".join(f"{text} AS {name}" for name, text in names.items())
    named = ", ".join(f"{trimmed(name)} AS {name}" for name in names)
    return (f"SELECT * FROM (SELECT _row, {named} FROM (SELECT row AS _row, {written} FROM raw_cells)) "
            f"WHERE coalesce({', '.join(names)}) IS NOT NULL")


def trimmed(text: str) -> str:
    """Without blanks around, NULL when nothing is left; a text between two plain signs is not looked at further."""
    return (f"CASE WHEN {text} BETWEEN '!' AND '~' AND ({text})[-1] BETWEEN '!' AND '~' THEN {text} "
            f"ELSE nullif(trim({text}, {cells.BLANKS}), '') END")


def _name(layout, name: str) -> str:
    """A column of the text: the table's own by name, the file's further ones by number (they may be called anything)."""
    return quoted(name) if name in layout.table.by_name else quoted(f"·e{layout.further.index(name)}")


def _rules(layout) -> list[cells.Rule]:
    found = [rule for column in layout.columns for rule in cells.rules(column, layout.forms[column.name], layout.scale)]
    return found + [_in_order(layout, first, second) for first, second in _pairs(layout)]


def _pairs(layout) -> list[tuple[str, str]]:
    return [(a, b) for a, b in layout.table.ordered if a in layout.text and b in layout.text]


def _in_order(layout, first: str, second: str) -> cells.Rule:
    by_name, forms = layout.table.by_name, layout.forms
    return cells.in_order(by_name[first], by_name[second], forms[first], forms[second])


def _value(layout, column: Column) -> str:
    return cells.value_of(column, layout.forms[column.name])


def _computed(layout, sql: str, columns, prefix: str) -> str:
    """The SQL with each column's value taken from where it was computed once."""
    for n, column in enumerate(layout.columns):
        if column.name in columns:
            sql = sql.replace(_value(layout, column), quoted(f"{prefix}{n}"))
    return sql


def _clean(layout, rules) -> str:
    """Text, own rules' flags, and the values of the cells that break none of them (``·w0``, ``·w1`` …)."""
    own = [broken for broken in rules if broken.rule.kind != "order"]
    values = "".join(f", {_value(layout, column)} AS {quoted(f'·v{n}')}" for n, column in enumerate(layout.columns))
    flags = "".join(
        f", coalesce({_computed(layout, broken.rule.broken, [broken.rule.column.name], '·v')}, false) AS {quoted(broken.flag)}"
        for broken in own)
    clean = []
    for n, column in enumerate(layout.columns):
        bad = [quoted(broken.flag) for broken in own if broken.rule.column is column]
        clean.append(f", CASE WHEN {' OR '.join(bad)} THEN NULL ELSE {quoted(f'·v{n}')} END AS {quoted(f'·w{n}')}")
    return f"SELECT *{''.join(clean)} FROM (SELECT *{flags} FROM (SELECT *{values} FROM ({_text(layout)})))"


def _conditions(layout, rules) -> dict[str, str]:
    """Flags of the rules over two columns: said of neighbours first, of a pair with one between only when both hold."""
    found = {}
    pairs = _pairs(layout)
    for broken in rules:
        if broken.rule.kind == "order":
            pair = (broken.rule.other, broken.rule.column.name)
            found[pair] = (broken.flag, _computed(layout, broken.rule.broken, pair, "·w"))
    conditions = {}
    for (first, last), (flag, condition) in found.items():
        nearer = [found[pair][1] for _, between in pairs if (first, between) in pairs and (between, last) in pairs
                  for pair in ((first, between), (between, last))]
        unless = "".join(f" AND NOT coalesce({other}, false)" for other in nearer)
        conditions[flag] = f"({condition}){unless}"
    return conditions


def _kept(layout, rules) -> str:
    """The typed row: the table's columns, the further ones, and whether any rule is broken."""
    shown = ["_row", *(_typed(layout, column) for column in layout.table.columns),
             *(_name(layout, name) for name in layout.further)]
    return ", ".join([*shown, " OR ".join(quoted(broken.flag) for broken in rules) or "false"])


def _typed(layout, column: Column) -> str:
    """The value as the study gives it; a default fills an empty cell, never a wrong one."""
    if column.name not in layout.text:
        return cells.standing(column)
    n = layout.columns.index(column)
    typed = _computed(layout, cells.typed(column, layout.forms[column.name], layout.scale), [column.name], "·w")
    if column.default is None:
        return typed
    return f"CASE WHEN {quoted(column.name)} IS NULL OR {quoted(f'·w{n}')} IS NOT NULL THEN {typed} END"


def _count(connection, rules: list[Broken], cells_sifted: str) -> None:
    """Count what breaks each rule, and by which value."""
    asked = [f"count(*) FILTER (WHERE {quoted(broken.flag)})" for broken in rules]
    counted = connection.execute(f"SELECT {', '.join(asked)} FROM {cells_sifted}").fetchall()[0]
    for broken, n in zip(rules, counted):
        broken.total += n
        if n:
            value = quoted(broken.rule.column.name)
            beside = quoted(broken.rule.other) if broken.rule.other else "NULL"
            for entry in connection.execute(
                    f"SELECT {value}, {beside}, count(*), (list(_row ORDER BY _row))[1:{ROWS_KEPT}] FROM {cells_sifted} "
                    f"WHERE {quoted(broken.flag)} GROUP BY ALL ORDER BY 1, 2 LIMIT {MOST}").fetchall():
                broken.add(*entry)
            broken.keep_smallest()


def problems_of(broken: Broken, layout: Layout, file: str) -> list[Problem]:
    """The cells that break one rule as problems: by value, or one for the column when most of its cells do."""
    rule, groups = broken.rule, {}
    for value, beside in sorted(broken.found, key=_by_text):
        said = rule.word(value, beside)
        groups.setdefault((said[0].template, said[1].template), []).append((value, beside, said))
    many = broken.total > sum(n for n, _ in broken.found.values())
    found = []
    for members in groups.values():
        n = broken.total if many and len(groups) == 1 else sum(broken.found[v, b][0] for v, b, _ in members)
        letters = layout.letters[rule.column.name]
        if rule.other:
            letters += " + " + layout.letters[rule.other]
        place = {"letter": letters, "kind": rule.kind, "beside": (rule.other,) if rule.other else ()}
        if _is_of_the_column(rule, n, broken.filled, len(members)):
            value, beside, said = members[0]
            rows = broken.found[value, beside][1]
            found.append(Problem(layout.table.name, file, rows[0], rule.column.name, value, *said, count=n, rows=tuple(rows),
                                 of=broken.filled, **place))
            continue
        for value, beside, said in members[:MOST]:
            n, rows = broken.found[value, beside]
            found.append(Problem(layout.table.name, file, rows[0], rule.column.name, value, *said, count=n,
                                 rows=tuple(rows), **place))
    return found


def _is_of_the_column(rule, n: int, filled: int, different: int) -> bool:
    if rule.kind == "empty" or different == 1 or n < max(SEVERAL, HALF * filled):
        return False
    return rule.kind != "enum" or different > LISTED_WORDS


def doubled_keys(connection, layout: Layout, file: str) -> tuple[list[Problem], int]:
    """Keys that stand in more than one row: one problem a key, or one for the table; and how many rows too many."""
    table, name = layout.table, typed_name(layout.table.name)
    key = ", ".join(quoted(column) for column in table.key)
    filled = " AND ".join(f"{quoted(column)} IS NOT NULL" for column in table.key)
    rows = connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
    parts = 1 + rows // 1_000_000  # a part at a time: a table of ten million keys would not fit
    connection.execute(f'CREATE OR REPLACE TEMP TABLE doubled AS SELECT {key}, 0::BIGINT AS "·n" FROM {name} LIMIT 0')
    try:
        for part in range(parts):
            connection.execute(
                f"INSERT INTO doubled SELECT {key}, count(*) FROM {name} WHERE {filled} "
                f"AND hash({key}) % {parts} = {part} GROUP BY {key} HAVING count(*) > 1")
        different, surplus = connection.execute('SELECT count(*), sum("·n" - 1) FROM doubled').fetchall()[0]
        if not different:
            return [], 0
        found = connection.execute(
            f'SELECT {key}, any_value("·n"), (list(_row ORDER BY _row))[1:{ROWS_KEPT}] FROM {name} '
            f"JOIN (SELECT * FROM doubled ORDER BY {key} LIMIT {MOST}) USING ({key}) GROUP BY {key} ORDER BY {key}").fetchall()
    finally:
        connection.execute("DROP TABLE IF EXISTS doubled")
    place = {"letter": " + ".join(layout.letters.get(column, "–") for column in table.key), "kind": "key"}
    of_all = different > 1 and surplus >= max(SEVERAL, HALF * (rows - surplus))
    problems = []
    for *values, n, at in found[:1] if of_all else found:
        problems.append(Problem(
            table.name, file, at[1], ", ".join(table.key), ", ".join(cells.key_text(value) for value in values),
            reason(N_("is already in row {first}"), first=str(at[0])),
            reason(N_("delete one of the two rows or correct its key")), count=surplus if of_all else n - 1, rows=tuple(at),
            of=rows if of_all else None, **place))
    return problems, surplus
