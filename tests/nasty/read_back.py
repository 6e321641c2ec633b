"""A right table written in a form and read again: what was written, what came back."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb

from svcnb.i18n import words_in
from svcnb.tables import TABLES
from svcnb.tables.check import check_table, render_problems
from svcnb.tables.readers import read_pasted, read_raw
from svcnb.tables.typed import frame
from tests.nasty.forms import DECLARED, FORMS, right_rows

_connections: list = []


def read_back(name: str, form: str, folder: Path, chance: random.Random) -> tuple[list[dict] | list[str], list]:
    """(rows as written, rows as read or the problems that should not be)."""
    table = TABLES[name]
    rows = right_rows(table, chance.randint(3, 12), chance)
    ending, data, source = FORMS[form](table, rows)
    source = replace(source, **DECLARED.get(form, {}))
    if ending == "pasted":
        raw = read_pasted(data.decode(), name, source)
    else:
        path = folder / f"{name}.{ending}"
        path.write_bytes(data)
        raw = read_raw(path, name, source)
    if not _connections:
        _connections.append(duckdb.connect())
    checked = check_table(_connections[0], raw, table)
    if checked.total:
        return [], render_problems(checked.problems, words_in("en"))
    read = frame(_connections[0], table)
    found = [{column: _plain(value) for column, value in zip(read.columns, values)} for values in read.itertuples(index=False)]
    kept = [row for row in rows if any(value is not None for value in row.values())]
    return [{column.name: _plain(_filled(column, row[column.name])) for column in table.columns} for row in kept], found


def _filled(column, value):
    return column.default if value is None and column.default is not None else value


def _plain(value):
    if value is None or type(value).__name__ in ("NAType", "NaTType") or value != value:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if isinstance(value, datetime):
        return value.isoformat()
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
