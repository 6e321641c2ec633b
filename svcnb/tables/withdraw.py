"""Rows of one person taken out of the study's files for good: whoever answered may withdraw.

The only place that writes into a file that the company brought. Only csv and xlsx whose rows are the table's rows can
be written; of others the reader is told which file and which rows.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from svcnb.tables.carry import encoding_of, separator_of
from svcnb.tables.guard import unguarded


@dataclass(frozen=True)
class Place:
    """Rows of a person in one table: how many, in which file, and whether they can be taken out here."""

    table: str
    column: str
    path: Path
    n: int
    writable: bool


def places_of(study, columns: dict[str, str], person: str) -> list[Place]:
    """Where a person's rows are.

    Parameters
    ----------
    columns : dict
        Table -> the column that names the person.
    """
    found = []
    for table, column in columns.items():
        path = study.path(table)
        if path is None or not path.is_file():
            continue
        frame = study.table(table)
        n = int((frame[column] == person).sum())
        if n:
            writable = path.suffix.lower() in (".csv", ".xlsx") and not study.source(table).format
            found.append(Place(table, column, path, n, writable))
    return found


def take_out(study, place: Place, person: str) -> int:
    """Delete the person's rows from the file, which is written whole or not at all; how many were deleted."""
    source = study.source(place.table)
    heading = source.columns.get(place.column, place.column)
    write = _from_csv if place.path.suffix.lower() == ".csv" else _from_xlsx
    data, n = write(place, source, heading.strip().casefold(), person)
    _replace(place.path, data)
    return n


def _from_csv(place, source, heading, person) -> tuple[bytes, int]:
    data = place.path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    encoding = source.encoding or encoding_of(data)
    row_of_heading = source.heading_row or 1
    separator = source.separator or separator_of(data, row_of_heading)
    ending = "\r\n" if b"\r\n" in data else "\n"
    kept, at = [], None
    rows = list(csv.reader(io.StringIO(data[len(mark):].decode(encoding), newline=""), delimiter=separator))
    for number, row in enumerate(rows, start=1):
        if number == row_of_heading:
            at = [name.strip().casefold() for name in row].index(heading)
        if number <= row_of_heading or len(row) <= at or unguarded(row[at].strip()) != person:
            kept.append(row)
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=ending).writerows(kept)
    return mark + out.getvalue().encode(encoding), len(rows) - len(kept)


def _from_xlsx(place, source, heading, person) -> tuple[bytes, int]:
    import openpyxl

    book = openpyxl.load_workbook(place.path, data_only=True)  # a formula saved by us would have no value until calculated
    sheet = next((book[name] for name in (source.sheet, place.table) if name in book.sheetnames), book.worksheets[0])
    row_of_heading = source.heading_row or 1
    names = [str(cell.value or "").strip().casefold() for cell in sheet[row_of_heading]]
    at = names.index(heading) + 1
    rows = [row for row in range(row_of_heading + 1, sheet.max_row + 1)
            if str("" if sheet.cell(row, at).value is None else sheet.cell(row, at).value).strip() == person]
    for row in reversed(rows):
        sheet.delete_rows(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), len(rows)


def _replace(path: Path, data: bytes) -> None:
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        Path(part).unlink(missing_ok=True)
