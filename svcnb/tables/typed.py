"""The typed table of a study in its embedded DuckDB: written by ``svcnb.tables.check``, given out as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svcnb.errors import Reason, reason
from svcnb.i18n import N_
from svcnb.tables.schema import Table

if TYPE_CHECKING:
    import pandas as pd

SQL_TYPES = {
    "str": "VARCHAR",
    "enum": "VARCHAR",
    "ts": "TIMESTAMP",
    "date": "DATE",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
}
DTYPES = {"ts": "datetime64[us]", "date": "datetime64[us]", "float": "float64", "bool": "boolean"}
LIKELY_SEVEN = 7  # a survey whose answers stop here was perhaps not asked on 0 to 10 (method.md 0.3)


def quoted(name: str) -> str:
    """A name as DuckDB writes it."""
    return '"' + name.replace('"', '""') + '"'


def typed_name(table: str) -> str:
    """The typed table's name in the database."""
    return quoted("typed_" + table)


def write_empty(connection, table: Table) -> None:
    """The typed table of a study that brings no such file: its standing rows, else none."""
    columns = ", ".join(f"{quoted(c.name)} {SQL_TYPES[c.type]}" for c in table.columns)
    connection.execute(f"CREATE OR REPLACE TABLE {typed_name(table.name)} (_row BIGINT, {columns})")
    for number, row in enumerate(table.rows, start=1):
        values = [number, *(row.get(name) for name in table.names)]
        marks = ", ".join("?" * len(values))
        connection.execute(f"INSERT INTO {typed_name(table.name)} VALUES ({marks})", values)


def frame(connection, table: Table) -> pd.DataFrame:
    """The typed table as a frame: the schema's columns and types, then the file's own columns as text."""
    import pandas as pd

    connection.execute(f"SELECT * EXCLUDE (_row) FROM {typed_name(table.name)} ORDER BY _row")
    names = [column[0] for column in connection.description]
    rows = connection.fetchall()
    lists = list(zip(*rows, strict=True)) or [()] * len(names)
    columns = {}
    for name, values in zip(names, lists, strict=True):
        column = table.by_name.get(name)
        dtype = DTYPES.get(column.type, "str") if column else "str"
        if column and column.type == "int":
            dtype = "float64" if column.nullable else "int64"
        columns[name] = pd.Series(list(values), dtype=dtype)
    return pd.DataFrame(columns)


def undeclared_scale(connection, table: Table, file: str) -> list[Reason]:
    """A doubt about a survey whose highest answer is 7 or less and whose scale nobody declared."""
    columns = [f"max({quoted(c.name)})" for c in table.columns if c.unit == "0–10"]
    if not table.name.startswith("survey_") or not columns:
        return []
    query = f"SELECT list_max([{', '.join(columns)}]) FROM {typed_name(table.name)}"
    highest = connection.execute(query).fetchall()[0][0]
    if highest is None or highest > LIKELY_SEVEN:
        return []
    return [
        reason(
            N_(
                "The highest answer in {file} is {highest}: if it was not asked on 0 to 10, write "
                "[scales.{table}] with scale_min and scale_max in study.toml."
            ),
            file=file,
            highest=highest,
            table=table.name,
        )
    ]
