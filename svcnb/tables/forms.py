"""How a column's numbers and dates are written: one form that fits the whole column, told or asked, never guessed.

The form of a column of numbers is its decimal mark (``.``, ``,``, or empty when it may have none); that of a column
of dates is one of ``svcnb.tables.sources.DATES``, ``.`` for ISO 8601, or ``ask`` and the forms that fit alike.
"""

from __future__ import annotations

import re

from svcnb.tables import cells
from svcnb.tables.schema import Column, Table
from svcnb.tables.sources import DATES
from svcnb.tables.typed import quoted

LOOKED = 2_000  # rows that decide whether a column of dates is ISO 8601 without reading the whole file
TOLD = [way for way in DATES if "yyyy" in way and way != "yyyy-mm-dd"]  # two figures of a year must be declared


def forms(connection, raw, table: Table, text: dict[str, str]) -> dict[str, str]:
    """Column -> how its text is written.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
    raw : svcnb.tables.readers.RawTable
        ``decimal`` and ``dates`` are what study.toml declares.
    table : Table
    text : dict
        Column -> SQL of its text in ``raw_cells``.
    """
    columns = [column for column in table.columns if column.name in text]
    found = {column.name: "." for column in columns}
    trimmed = ", ".join(f"nullif(trim({text[column.name]}, {cells.BLANKS}), '') AS {quoted(column.name)}"
                        for column in columns)
    if not columns:
        return found
    connection.register("raw_cells", getattr(raw.cells, "dataset", raw.cells))
    try:
        source = f"(SELECT {trimmed} FROM raw_cells)"
        found |= _decimal_marks(connection, raw, source, [c for c in columns if c.type == "float"])
        found |= _date_forms(connection, raw, source, [c for c in columns if c.type in ("ts", "date")])
    finally:
        connection.unregister("raw_cells")
    return found


def _decimal_marks(connection, raw, source: str, columns: list[Column]) -> dict[str, str]:
    """The declared mark; else a point, or in a semicolon file that uses commas a comma.

    Empty where a semicolon file has only numbers like 1.234 in a column: these may be thousands.
    """
    names = [column.name for column in columns]
    if raw.decimal:
        return dict.fromkeys(names, raw.decimal)
    if raw.separator != ";" or not names:
        return dict.fromkeys(names, ".")
    asked = [f"bool_or(regexp_full_match({quoted(name)}, '[+-]?[0-9]*,[0-9]+'))" for name in names]
    asked += [f"bool_and(regexp_full_match({quoted(name)}, '[+-]?[1-9][0-9]{{0,2}}([.][0-9]{{3}})+')) "
              f"FILTER (WHERE contains({quoted(name)}, '.'))" for name in names]
    answers = connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchall()[0]
    comma, doubtful = any(answers[:len(names)]), answers[len(names):]
    return {name: "," if comma else "" if doubt else "." for name, doubt in zip(names, doubtful)}


def _date_forms(connection, raw, source: str, columns: list[Column]) -> dict[str, str]:
    """ISO where most of the first cells are; else the one form that fits every cell."""
    if not columns:
        return {}
    head = f"(SELECT * FROM {source} LIMIT {LOOKED})"
    seen = _counted(connection, head, [(column, ".") for column in columns])
    found = {}
    for column in columns:
        filled, iso = seen[column.name, ""], seen[column.name, "."]
        if filled and iso >= filled - iso:
            found[column.name] = "." if iso == filled or not raw.dates else ""
    left = [column for column in columns if not found.get(column.name)]
    ways = [".", raw.dates] if raw.dates else [".", *TOLD]
    if not left:
        return found
    seen = _counted(connection, source, [(column, way) for column in left for way in ways])
    differing = _differing(connection, source, left)
    for column in left:
        fits = {way: seen[column.name, way] for way in ways}
        found[column.name] = _form(fits, seen[column.name, ""], raw.dates, differing[column.name])
    return found


def _counted(connection, source: str, asked: list[tuple[Column, str]]) -> dict[tuple[str, str], int]:
    """(column, form) -> cells that fit it; (column, "") -> filled cells."""
    names = list(dict.fromkeys(column.name for column, _ in asked))
    counts = [f"count({quoted(name)})" for name in names]
    counts += [f"count({cells.moment(quoted(column.name), way)})" for column, way in asked]
    row = connection.execute(f"SELECT {', '.join(counts)} FROM {source}").fetchall()[0]
    keys = [(name, "") for name in names] + [(column.name, way) for column, way in asked]
    return dict(zip(keys, row))


def _differing(connection, source: str, columns: list[Column]) -> dict[str, bool]:
    """Whether a cell means one day read day first and another read month first."""
    asked = []
    for column in columns:
        x = quoted(column.name)
        pairs = [f"{cells.moment(x, way)} <> {cells.moment(x, way.replace('dd', '?').replace('mm', 'dd').replace('?', 'mm'))}"
                 for way in TOLD if way.startswith("dd")]
        asked.append(f"bool_or(coalesce({', '.join(pairs)}, false))")
    row = connection.execute(f"SELECT {', '.join(asked)} FROM {source}").fetchall()[0]
    return {column.name: bool(differs) for column, differs in zip(columns, row)}


def _form(fits: dict[str, int], filled: int, declared: str, differs: bool) -> str:
    """The form with most cells; ISO when none has more; ``ask`` when two that mean different days have as many."""
    most = max(fits.values())
    if fits["."] == most or not filled:
        return declared if declared and fits[declared] > 0 and fits["."] < filled else "."
    best = [way for way, n in fits.items() if n == most]
    if declared or len(best) == 1 or not differs:
        return best[0]
    return "ask " + " ".join(best)


def day_pattern(way: str) -> str:
    """A regular expression of the day in a form of ``DATES``.

    >>> day_pattern("dd/mm/yyyy"), day_pattern("yyyymmdd")
    ('[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}', '[0-9]{4}[0-9]{2}[0-9]{2}')
    """
    two = "[0-9]{2}" if way.isalpha() else "[0-9]{1,2}"
    pattern = re.escape(way).replace("\\-", "-").replace("yyyy", "[0-9]{4}").replace("yy", "[0-9]{2}")
    return pattern.replace("dd", two).replace("mm", two)
