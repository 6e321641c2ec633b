"""parquet: columns that have types, as text; what has no one text is refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from svcnb.errors import reason
from svcnb.i18n import N_
from svcnb.tables.reading.refusal import Unreadable

DENSE = 2_000_000  # cells from which a file must have at least a byte for twenty of them
CELLS = 500_000_000


def read_parquet(path: Path) -> tuple[list[str], pa.Table, list[int]]:
    """The headings, the cells as text columns c0, c1 …, and the places of columns of floating numbers.

    Raises
    ------
    Unreadable
        Damaged, nested or binary columns, a file that says it holds far more than its size.
    """
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        rows, width = file.metadata.num_rows, file.metadata.num_columns
        if width > 16_384 or rows * width > CELLS or rows * width > max(DENSE, 20 * path.stat().st_size):
            raise Unreadable(reason(N_("says that it holds {n} cells, more than a file of its size does"), n=rows * width),
                             reason(N_("save the table as CSV UTF-8")))
        data = file.read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(reason(N_("cannot be opened as parquet ({why})"), why=type(error).__name__),
                         reason(N_("write it again"))) from None
    floats = [place for place, kind in enumerate(data.schema.types) if pa.types.is_floating(kind)]
    columns = [_text(data.column(place), name) for place, name in enumerate(data.column_names)]
    return list(data.column_names), pa.table(columns, names=[f"c{n}" for n in range(len(columns))]), floats


def _text(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_timestamp(kind):
        if kind.tz:
            raise Unreadable(reason(N_("has moments with a time zone in column {column}"), column=name),
                             reason(N_("write local time without a zone")))
        day = pc.cast(column, pa.timestamp("us"), safe=False)
        if pc.all(pc.equal(day, pc.floor_temporal(day, unit="day"))).as_py() is not False:
            return pc.cast(pc.cast(day, pa.date32()), pa.string())
        return pc.replace_substring_regex(pc.strftime(day, format="%Y-%m-%d %H:%M:%S"), r"\.0+$", "")
    if pa.types.is_date(kind):
        return pc.cast(pc.cast(column, pa.date32()), pa.string())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise Unreadable(reason(N_("has lists or bytes in column {column}"), column=name),
                         reason(N_("write one text or number a cell")))
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, kind), column)
    return pc.cast(column, pa.string())
