"""The forms a right table may come in: ``FORMS`` name -> function of (table, rows) giving (ending, bytes, Source).

``rows`` hold Python values: text, float, int, bool, datetime, date, None.
"""

# ruff: noqa: E501 - a case, a message is one line
from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime, timedelta
from functools import partial

import openpyxl
import pyarrow as pa
from pyarrow import parquet

from svcnb.tables import TABLES
from svcnb.tables.guard import guarded
from svcnb.tables.schema import Column, Table
from svcnb.tables.sources import DATES, Source
from tests.nasty.case import ods, ods_cell, ods_row

WORDS = ("NA", "NULL", "None", "nan", "TRUE", "false", "007", "1E5", "1e400", "9007199254740993", "12345678901234567890", "-5", "1,5",
         "1.234,5", "2024-01-01", "03/04/2026", "=1+1", "@x", "O'Brien", 'say "hi"', "a;b", "a,b", "a\tb", "a|b", "two\nlines", "ñandú Á",
         "€ “x” –", "50 %", "C:\\x", "#1", "x" * 300, "inf", "0x1F", "_x000D_", "&amp; <b>")


def right_rows(table: Table, n: int, chance: random.Random) -> list[dict]:
    """Rows that break no rule; cells that may be empty sometimes are."""
    rows = []
    for number in range(n):
        row = {column.name: _value(column, number, column.name in table.key, chance) for column in table.columns}
        for low, high in table.ordered:
            if row[low] is not None:
                row[high] = row[low]
        rows.append(row)
    return list({tuple(row[name] for name in table.key) if table.key else n: row for n, row in enumerate(rows)}.values())


def _value(column: Column, number: int, is_key: bool, chance: random.Random):
    if column.values:
        return column.values[(number if is_key else chance.randrange(99)) % len(column.values)]
    if not is_key and column.nullable and column.default is None and chance.random() < 0.2:
        return None
    if column.type in ("int", "float"):
        low = 0 if column.low is None else column.low
        high = low + 1e6 if column.high is None else column.high
        if column.type == "int":
            return min(int(low) + number, int(high)) if is_key else chance.randint(int(low), int(high))
        value = low + (high - low) * (number + 1) / 64 if is_key else chance.uniform(low + (high - low) * 1e-9, high)
        return float(f"{value:.15g}")  # the figures that a spreadsheet keeps
    if column.type == "bool":
        return chance.random() < 0.5
    day = date(2024, 1, 1) + timedelta(days=13 * number if is_key else chance.randrange(700))
    if column.type == "date":
        return day
    if column.type == "ts":
        return datetime(day.year, day.month, day.day, chance.randrange(24), chance.randrange(60), chance.choice((0, 0, 17)))
    word = chance.choice(WORDS)
    return f"{word} {number}" if is_key else word


def _text(value, mark: str = ".", days: str = "%Y-%m-%d") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).replace(".", mark)
    if isinstance(value, datetime):
        return value.strftime(days + " %H:%M:%S")
    return value.strftime(days) if isinstance(value, date) else str(value)


def _csv(table, rows, separator=",", encoding="utf-8", mark=".", days="yyyy-mm-dd", line="\n", ending="csv", **declared):
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator=line,
                        quoting=csv.QUOTE_ALL if line == "\r" else csv.QUOTE_MINIMAL)
    writer.writerow(table.names)
    text_columns = {column.name for column in table.columns if column.type in ("str", "enum")}
    for row in rows:
        shown = [_text(row[name], mark, DATES[days]) for name in table.names]
        writer.writerow([guarded(cell) if name in text_columns else cell for name, cell in zip(table.names, shown)])
    return ending, file.getvalue().encode(encoding), Source(**declared)


def _xlsx(table, rows, as_text=False, title=False):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = table.name[:31]
    first = 1
    if title:
        sheet["A1"], first = "Exported on 1 March", 4
    for place, name in enumerate(table.names, 1):
        sheet.cell(first, place, name)
    for number, row in enumerate(rows, first + 1):
        for place, name in enumerate(table.names, 1):
            value = row[name]
            cell = sheet.cell(number, place)
            cell.value = _text(value) or None if as_text else value
            if isinstance(cell.value, str):
                cell.value = cell.value.replace("_x000D_", "_x005F_x000D_")  # how a spreadsheet writes these letters
                cell.data_type = "s"
    file = io.BytesIO()
    book.save(file)
    return "xlsx", file.getvalue(), Source()


def _ods(table, rows):
    made = [ods_row(*(ods_cell(name) for name in table.names))]
    for row in rows:
        cells = []
        for name in table.names:
            value = row[name]
            kind = ("boolean" if isinstance(value, bool) else "float" if isinstance(value, (int, float)) else
                    "date" if isinstance(value, date) else "string")
            if kind == "date":
                cells.append(ods_cell(value.isoformat(), kind, "shown"))
            elif kind == "string" and value is not None:
                escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace("\t", "<text:tab/>").replace("\n", "</text:p><text:p>")
                cells.append(ods_cell(escaped))
            else:
                cells.append(ods_cell(None if value is None else _text(value), kind))
        made.append(ods_row(*cells))
    return "ods", ods(*made), Source()


def _parquet(table, rows):
    kinds = {"str": pa.string(), "enum": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(),
             "ts": pa.timestamp("us"), "date": pa.date32()}
    file = io.BytesIO()
    parquet.write_table(pa.table({column.name: pa.array([row[column.name] for row in rows], kinds[column.type])
                                  for column in table.columns}), file)
    return "parquet", file.getvalue(), Source()


def _pasted(table, rows):
    _, data, source = _csv(table, rows, "\t")
    return "pasted", data, source


FORMS = {
    "csv": _csv,
    "csv with mark": partial(_csv, encoding="utf-8-sig"),
    "csv, semicolons and commas": partial(_csv, separator=";", mark=","),
    "csv, semicolons and points": partial(_csv, separator=";", decimal="."),
    "csv, Windows": partial(_csv, separator=";", mark=",", encoding="cp1252", line="\r\n"),
    "csv, declared Windows": partial(_csv, separator=";", decimal=",", mark=",", encoding="cp1252", line="\r\n"),
    "csv, UTF-16 declared": partial(_csv, separator=";", mark=",", encoding="utf-16"),
    "csv, tabs": partial(_csv, separator="\t", ending="csv"),
    "csv, tabs and declared commas": partial(_csv, separator="\t", mark=",", decimal=","),
    "csv, bars": partial(_csv, separator="|"),
    "csv, declared semicolons": partial(_csv, separator=";", mark=",", line="\r\n"),
    "csv, old line ends": partial(_csv, line="\r"),
    "csv, days first": partial(_csv, separator=";", mark=",", days="dd/mm/yyyy", dates="dd/mm/yyyy"),
    "csv, months first": partial(_csv, days="mm/dd/yyyy", dates="mm/dd/yyyy"),
    "csv, compact days": partial(_csv, days="yyyymmdd", dates="yyyymmdd"),
    "xlsx": _xlsx,
    "xlsx, all text": partial(_xlsx, as_text=True),
    "xlsx, below a title": partial(_xlsx, title=True),
    "ods": _ods,
    "parquet": _parquet,
    "pasted": _pasted,
}
DECLARED = {"csv, declared Windows": {"encoding": "cp1252"}, "csv, UTF-16 declared": {"encoding": "utf-16"},
            "csv, declared semicolons": {"separator": ";"}}
NAMES = list(TABLES)
