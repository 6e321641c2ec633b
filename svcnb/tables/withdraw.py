"""Rows of one person taken out of the study's files for good: whoever answered may withdraw.

The only place that writes into a file that the company brought. Only csv and xlsx whose rows are the table's rows can
be written; of others the reader is told which file and which rows.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from svcnb.parts import write_whole
from svcnb.tables.carry import encoding_of, separator_of

WRITABLE = (".csv", ".tsv", ".txt", ".xlsx")


@dataclass(frozen=True)
class Place:
    """Rows of a person in one table: which ones of which file, and whether they can be taken out here.

    ``rows`` count as the spreadsheet does. In the export of a survey tool (``wide``) a row is a respondent, who may be
    called by it: there the cells are emptied and the row stays, so that the others keep their names.
    """

    table: str
    column: str
    path: Path
    rows: tuple[int, ...]
    writable: bool
    wide: bool = False

    @property
    def n(self) -> int:
        return len(self.rows)


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
        if path is not None and path.is_file() and (rows := study.rows_where(table, column, person)):
            found.append(Place(table, column, path, tuple(rows), path.suffix.lower() in WRITABLE,
                               bool(study.source(table).format)))
    return found


def take_out(study, places: list[Place]) -> None:
    """Take the rows out of their files; every file is written whole or not at all, and none before all are ready."""
    ready: dict[Path, bytes] = {}
    for path in dict.fromkeys(place.path for place in places):
        there = [place for place in places if place.path == path]
        write = _from_xlsx if path.suffix.lower() == ".xlsx" else _from_csv
        ready[path] = write(path, there, study)
    for path, data in ready.items():
        write_whole(path, data)


def _from_csv(path: Path, places: list[Place], study) -> bytes:
    source = study.source(places[0].table)
    data = path.read_bytes()
    mark = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    encoding = source.encoding or encoding_of(data)
    separator = source.separator or separator_of(data, source.heading_row or 1)
    ending = "\r\n" if b"\r\n" in data else "\n"
    gone = {row: place.wide for place in places for row in place.rows}
    rows = csv.reader(io.StringIO(data[len(mark):].decode(encoding), newline=""), delimiter=separator)
    kept = [[""] * len(row) if number in gone else row for number, row in enumerate(rows, start=1)
            if gone.get(number, True)]
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=ending).writerows(kept)
    return mark + out.getvalue().encode(encoding)


def _from_xlsx(path: Path, places: list[Place], study) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True)  # a formula saved by us would have no value until calculated
    done = set()
    for place in places:
        names = (study.source(place.table).sheet, place.table)
        sheet = next((book[name] for name in names if name in book.sheetnames), book.worksheets[0])
        for row in reversed(place.rows):
            if (sheet.title, row) in done:
                continue
            done.add((sheet.title, row))
            if not place.wide:
                sheet.delete_rows(row)
                continue
            for cell in sheet[row]:
                cell.value = None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
